"""Whether a sentence still is the patient's own: what a patient wrote never reaches git word for word.

The rule, as the page and the command line tell it (`RULE`):

1. A sentence that holds anything personal is refused, whoever wrote it (`clinic.review.teaching.sentence_checks`).
2. A sentence is refused when six or more of its words in a row stand so in the message.
3. It is refused when sentence and message are nearly the same (more than 70 % of the words of both, in order), or when
   more than 70 % of the sentence was copied in pieces of three words and more.
4. Up to six everyday words are everybody's ("what is rls") and pass 2 and 3. Everyday are words that our own examples
   hold in several places already: a name, a place or a rare illness is none.

Upper and lower case, punctuation, apostrophes and accents make no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

from clinic.review.content.bare_words import words

RULE = (
    "Put it into your own words: at most five words in a row as the visitor wrote them, and less than 70 % of the "
    "whole the same. Up to six everyday words, such as “what is rls”, may stay as they are."
)
LONGEST_RUN = 5
MOST_SHARED = 0.7
MOST_EVERYDAY = 6
_LEAST_PIECE = 3  # words in a row that count as copied


def is_generic(sentence: str, is_everyday: Callable[[str], bool]) -> bool:
    """Whether it is so short and plain that it tells of nobody."""
    found = words(sentence)
    return len(found) <= MOST_EVERYDAY and all(map(is_everyday, found))


def repeated(sentence: str, message: str, is_everyday: Callable[[str], bool]) -> str | None:
    """The words that stand as in the message, where they are too many; `None` where the sentence may be kept."""
    said, told = words(sentence), words(message)
    if not said or not told or is_generic(sentence, is_everyday):
        return None
    alike = SequenceMatcher(None, said, told, autojunk=False)
    longest = alike.find_longest_match()
    if longest.size > LONGEST_RUN:
        return " ".join(said[longest.a : longest.a + longest.size])
    if 2 * _in_order(alike) > MOST_SHARED * (len(said) + len(told)):
        return " ".join(said)
    copied = [piece for piece in _pieces(said, told) if len(piece) >= _LEAST_PIECE]
    if sum(map(len, copied)) > MOST_SHARED * len(said):
        return " … ".join(" ".join(piece) for piece in copied)
    return None


def _pieces(said: Sequence[str], told: Sequence[str]) -> list[list[str]]:
    """The sentence cut, from its start, into the longest pieces that stand in the message."""
    places: dict[str, list[int]] = {}
    for at, word in enumerate(told):
        places.setdefault(word, []).append(at)
    found: list[list[str]] = []
    at = 0
    while at < len(said):
        length = max((_same(said, at, told, start) for start in places.get(said[at], ())), default=0)
        if length:
            found.append(list(said[at : at + length]))
        at += max(length, 1)
    return found


def _same(said: Sequence[str], at: int, told: Sequence[str], start: int) -> int:
    length = 0
    while at + length < len(said) and start + length < len(told) and said[at + length] == told[start + length]:
        length += 1
    return length


def _in_order(alike: SequenceMatcher[str]) -> int:
    """How many words of one stand in the other in the same order."""
    return sum(block.size for block in alike.get_matching_blocks())
