"""Mending words that patients misspell, towards the words of the red flags and never away from real words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

_LEET = str.maketrans("013457@$", "oieastas")
_FILLERS = frozenset(["i", "a", "my", "the", "in", "is", "it", "to", "me", "am", "want", "cant", "so", "and", "not"])
_SOUNDS = tuple(
    (re.compile(old), new)
    for old, new in (
        (r"^(?:kn|gn|pn)", "n"), (r"^wr", "r"), (r"^wh", "w"), (r"^ps", "s"), (r"^x", "z"),
        (r"tion|sion|cion|shun|shon", "xn"), (r"sch|sh|ch", "x"), (r"ph", "f"), (r"gh(?=t|$|[^aeiou])", ""),
        (r"dg(?=[eiy])|g(?=[eiy])", "j"), (r"sc(?=[eiy])|c(?=[eiy])", "s"), (r"ck|c|q", "k"), (r"z", "s"),
        (r"th", "t"), (r"mb$", "m"), (r"(?<=[aeiou])[hw](?![aeiou])", ""), (r"(.)\1+", r"\1"),
    )
)  # fmt: skip


@lru_cache(maxsize=8192)
def sound(word: str) -> str:
    """A key that two spellings share when they sound alike: consonants in order, a first vowel as `a`."""
    for old, new in _SOUNDS:
        word = old.sub(new, word)
    first = "a" if word[:1] in "aeiouy" else word[:1]
    rest = re.sub(r"[aeiouyhw]", "", word[1:])
    return re.sub(r"(.)\1+", r"\1", first + rest)


def edits(a: str, b: str, at_most: int) -> int:
    """Insertions, deletions, substitutions and swaps between two words, or `at_most + 1` when there are more."""
    if abs(len(a) - len(b)) > at_most:
        return at_most + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, last, row = row, before, [i] + [0] * len(b)
        for j, y in enumerate(b, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                row[j] = min(row[j], last[j - 2] + 1)
        if min(row) > at_most:
            return at_most + 1
    return min(row[-1], at_most + 1)


def _likeness(target: str, word: str) -> tuple[bool, bool, bool, int, str]:
    """How like a slip of a target a word is: the same letters in another order ("wnat" is "want", not "wont") first."""
    is_swap = sorted(target) == sorted(word)
    return is_swap, target[:2] == word[:2], target[-1] == word[-1], -abs(len(target) - len(word)), target


class Speller:
    """Finds the red flag's word that a misspelt word stands for."""

    def __init__(self, vocabulary: Iterable[str], known: Collection[str]) -> None:
        """`vocabulary`: the targets of repair; `known`: words that are right as they stand."""
        self._known = known
        self._targets = frozenset(w for w in vocabulary if len(w) >= 4 and w.isalpha())
        # Two letters are a word of their own only when common: the name Tartwood is not "tar two od".
        self._pieces = frozenset(w for w in vocabulary if len(w) > 2) | _FILLERS
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        self._by_shape: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in sorted(self._targets):
            self._by_sound[sound(word)].append(word)
            self._by_shape[word[0], len(word)].append(word)
        self.mend = lru_cache(maxsize=20_000)(self._mend)

    def _mend(self, word: str) -> str:
        """The word, or the word (or words: `chestpain`) it most likely stands for."""
        if word in self._known or len(word) < 4 or word.isdigit() or len(word) > 30:
            return word
        shorter = re.sub(r"(.)\1{2,}", r"\1\1", word)
        for candidate in (word.translate(_LEET), shorter, re.sub(r"(.)\1+", r"\1", shorter)):
            if candidate in self._known:
                return candidate
        if not word.isalpha():
            return word
        return self._nearest(word) or self._split(word) or word

    def _nearest(self, word: str) -> str | None:
        one = [w for w in self._near(word, 1) if edits(word, w, 1) == 1] if len(word) >= 5 else []
        alike = [w for w in self._by_sound.get(sound(word), ()) if edits(word, w, 2) <= 2]
        # What sounds alike and is one slip away is surest, then one slip, then the sound alone, then two slips.
        for found in ([w for w in one if w in alike], one, alike):
            if found:
                return max(found, key=lambda w: _likeness(w, word))
        if len(word) < 7:
            return None
        near = [w for w in self._near(word, 2) if len(w) >= 7 and w[-1] == word[-1] and edits(word, w, 2) == 2]
        return near[0] if near else None

    def _near(self, word: str, slips: int) -> Iterator[str]:
        """Targets with the same first letter whose length and letters allow so few slips."""
        letters = set(word)
        for length in range(len(word) - slips, len(word) + slips + 1):
            for target in self._by_shape.get((word[0], length), ()):
                # Each slip changes at most one letter of either set.
                if len(letters.symmetric_difference(target)) <= 2 * slips:
                    yield target

    def _split(self, word: str) -> str | None:
        """`chestpain` → `chest pain`, `icantbreathe` → `i cant breathe`; only into words the patterns know."""
        best: list[list[str] | None] = [[]] + [None] * len(word)
        for end in range(1, len(word) + 1):
            options = [
                [*head, word[start:end]]
                for start in range(max(0, end - 14), end)
                if (head := best[start]) is not None and word[start:end] in self._pieces
            ]
            best[end] = min(options, key=len, default=None)
        found = best[-1]
        return " ".join(found) if found and len(found) > 1 else None
