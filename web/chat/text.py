"""What a visitor typed, made safe to keep and to hand on."""

from __future__ import annotations

import re
import unicodedata

_KEPT = "\n\t\u200d"  # the last joins emoji
_BUTTON = re.compile(r"b_[A-Za-z0-9_-]{16,40}")


def cleaned(text: str) -> str:
    """Without lone surrogates, NUL and other invisible characters; line breaks stay."""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in {"Cc", "Cf", "Cs"}).strip()


def as_typed(text: str) -> str:
    """Typed text is never a command: leading slashes are taken off."""
    return text.lstrip("/ \t\n") or text


def is_button(text: str) -> bool:
    """Whether the message has the form of a button id."""
    return _BUTTON.fullmatch(text) is not None


def has_words(text: str) -> bool:
    """Whether there is any letter or digit: emoji and marks alone cannot be understood."""
    return any(c.isalnum() for c in text)


def is_mostly_foreign_script(text: str) -> bool:
    """Whether most letters are not Latin: the assistant reads English only."""
    letters = [c for c in text if c.isalpha()]
    foreign = sum(1 for c in letters if not unicodedata.name(c, "").startswith("LATIN"))
    return foreign > len(letters) / 2
