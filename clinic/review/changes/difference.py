"""One difference in words, and a text before and after word by word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from typing import Any

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_MOST_TOKENS = 4_000
_LEAST_ALIKE = 0.4  # below it, word by word is confetti


class Kind(str, Enum):
    """What sort of difference it is."""

    SENTENCES_ADDED = "sentences_added"
    SENTENCES_REMOVED = "sentences_removed"
    ANSWER_TEXT = "answer_text"
    ANSWER = "answer"  # something else about an answer: its review, its buttons, a new one
    LIST = "list"  # topics, titles, words for danger, rules, dialogues
    BROKEN = "broken"  # a file that cannot be read
    OTHER = "other"


@dataclass(frozen=True)
class Piece:
    """A run of words; `mark`: "same", "added" or "removed"."""

    text: str
    mark: str


@dataclass(frozen=True)
class Difference:
    """`about`: the topic or thing; `words`: a sentence, its last full stop left out; `items`: each one of it."""

    kind: Kind
    about: str
    words: str
    items: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()
    path: str = ""


def word_pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Both texts in one, word by word: what is "same" or "removed" is `before`, "same" or "added" is `after`."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    whole = tuple(piece for piece in (Piece(before, "removed"), Piece(after, "added")) if piece.text)
    if len(old) + len(new) > _MOST_TOKENS:
        return whole
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < _LEAST_ALIKE:
        return whole
    found: list[Piece] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            _put(found, "same", "".join(old[i1:i2]))
        else:
            _put(found, "removed", "".join(old[i1:i2]))
            _put(found, "added", "".join(new[j1:j2]))
    return tuple(found)


def called(name: str, titles: Mapping[str, str]) -> str:
    """How people call a topic: its title, else its name in words."""
    plain = name.removeprefix("utter_")
    words = titles.get(plain) or plain.replace("_", " ")
    return f"{words[:1].upper()}{words[1:]}"


def titles_in(data: Any) -> dict[str, str]:
    """The titles of `data/clinic/titles.yml`."""
    found = data.get("titles") if isinstance(data, Mapping) else None
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, Mapping) else {}


def counted(number: int, what: str) -> str:
    """Such as "1 sentence" or "12 sentences"."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _put(found: list[Piece], mark: str, text: str) -> None:
    if not text:
        return
    # Single spaces between changed words are joined to them: "one two" to "three four" reads better than two halves.
    if len(found) > 1 and found[-1].mark == "same" and not found[-1].text.strip(" ") and mark != "same":
        between = found.pop().text
        _append(found, "removed", between)
        _append(found, "added", between)
    _append(found, mark, text)


def _append(found: list[Piece], mark: str, text: str) -> None:
    """Onto the last piece of this mark since the last one that is the same."""
    for at in range(len(found) - 1, -1, -1):
        if found[at].mark == mark:
            found[at] = Piece(found[at].text + text, mark)
            return
        if found[at].mark == "same" or mark == "same":
            break
    found.append(Piece(text, mark))
