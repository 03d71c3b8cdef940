"""A message's words cut into sentences, each with what is cheap to know before any pattern is tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

LONGEST = 60  # words; a longer stretch without a full stop is cut, with an overlap so that no flag is torn
_OVERLAP = 20
_SHORT_PAIR = 40  # words


@dataclass(frozen=True)
class Sentence:
    """Words without a full stop, and the set that patterns ask for: its words and their known beginnings."""

    words: str
    present: frozenset[str]


class SentenceCutter:
    """Cuts and indexes sentences for a fixed set of patterns."""

    def __init__(self, prefixes: Iterable[str]) -> None:
        """`prefixes`: the patterns' open words, each with its star: `suicid*`."""
        self._prefixes = frozenset(prefixes)
        self._lengths = tuple(sorted({len(p) - 1 for p in self._prefixes}))

    def cut(self, words: str) -> Iterator[Sentence]:
        """The sentences of a word string as `WordReader` writes it."""
        for sentence in f" {words} ".split(" . "):
            pieces = sentence.split()
            for start in range(0, max(len(pieces) - _OVERLAP, 1), LONGEST - _OVERLAP):
                chosen = pieces[start : start + LONGEST]
                if chosen:
                    yield Sentence(" ".join(chosen), self.present(chosen))

    def pairs(self, words: str) -> Iterator[Sentence]:
        """Each two sentences that follow one another, read as one, where both are short."""
        pieces = [sentence.split() for sentence in f" {words} ".split(" . ") if sentence.strip()]
        for first, second in pairwise(pieces):
            if len(first) + len(second) <= _SHORT_PAIR:
                yield Sentence(" ".join([*first, *second]), self.present([*first, *second]))

    def present(self, words: Iterable[str]) -> frozenset[str]:
        """The words, and `prefix*` for each known prefix one of them begins with."""
        found = set(words)
        starts = {f"{word[:n]}*" for word in found for n in self._lengths}
        return frozenset(found | (starts & self._prefixes))
