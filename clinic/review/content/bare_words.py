"""The words of a text without what is written around them, as sentences are compared."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """Its words, bare: `Don't!` and `dont` are the same."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c) and c not in "'’‘`´")
    return _WORD.findall(plain)
