"""What staff type to a visitor, read before it goes out."""

from __future__ import annotations

import unicodedata

from clinic.handoff.errors import WordsRefused
from clinic.handoff.ports import CheckWords

MOST_CHAT_CHARACTERS = 2_000
MOST_ANSWER_CHARACTERS = 4_000
MOST_NOTE_CHARACTERS = 1_000


def read_words(text: str, most: int, check: CheckWords = lambda _: ()) -> str:
    """The text without invisible characters; raises `WordsRefused`."""
    kept = "".join(c for c in text.replace("\r\n", "\n") if c in "\n\t" or unicodedata.category(c) not in _UNSEEN)
    found = kept.strip()
    if not found:
        raise WordsRefused("empty")
    if len(found) > most:
        raise WordsRefused("long", str(most))
    for fault in check(found):
        raise WordsRefused(fault.code, fault.found)
    return found


_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
