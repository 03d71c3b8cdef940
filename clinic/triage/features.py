"""What the safety net sees of a text: its sentence vector, its words and letters, and the gate's own evidence."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clinic.triage.verdict import Verdict

Floats = NDArray[np.float32]
VIEWS = ("letters", "words", "concepts")
_LONGEST = 1200  # characters of a window that are looked at; a message's sentences are windows of their own


def concepts_of(lists: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Each single word of the gate's word lists and its list's name: `swollen` and `puffy` are one concept."""
    found: dict[str, str] = {}
    for name, phrases in lists.items():
        for phrase in phrases:
            if " " not in str(phrase):
                found.setdefault(str(phrase), f"<{name}>")
    return found


def counts(text: str, words: str, concepts: Mapping[str, str]) -> list[Counter[int]]:
    """How often each n-gram occurs, one counter a view; an n-gram is known by its hash."""
    read = words[:_LONGEST].split()
    grams = (
        _letters(text[:_LONGEST].lower().replace("’", "'")),
        _runs(read, 3),
        _runs([concepts.get(w, w) for w in read], 4),
    )
    return [Counter(zlib.crc32(g.encode(), seed) for g in view) for seed, view in enumerate(grams)]


def _letters(text: str) -> Iterator[str]:
    for word in text.split():
        padded = f" {word[:40]} "
        for size in (2, 3, 4, 5):
            for start in range(len(padded) - size + 1):
                yield padded[start : start + size]


def _runs(words: Sequence[str], longest: int) -> Iterator[str]:
    for size in range(1, longest + 1):
        for start in range(len(words) - size + 1):
            yield " ".join(words[start : start + size])


def evidence(verdict: Verdict, categories: Sequence[str], triggers: Sequence[str]) -> Floats:
    """Which categories the gate saw, alarming or ruled out, and by which triggers."""
    found = np.zeros(2 * len(categories) + len(triggers) + 4, dtype=np.float32)
    for mention in verdict.mentions:
        if mention.category not in categories:  # newer red flags than the net: it knows nothing of them
            continue
        found[2 * categories.index(mention.category) + (not mention.is_alarm)] = 1
        if mention.ruled_out_by in triggers:
            found[2 * len(categories) + triggers.index(mention.ruled_out_by)] = 1
    reasons = {mention.ruled_out_by for mention in verdict.mentions}
    found[-4:] = bool(reasons), verdict.alarm is not None, bool(reasons) and None not in reasons, reasons == {"denied"}
    return found


@dataclass(frozen=True)
class Vocabulary:
    """The n-grams of one view that training kept: their sorted hashes, and how telling each is."""

    keys: NDArray[np.uint32]
    idf: Floats

    def weights(self, counted: Mapping[int, int]) -> tuple[NDArray[np.intp], Floats]:
        """Positions and tf-idf weights of the known n-grams, of unit length together."""
        hashes = np.fromiter(counted.keys(), dtype=np.uint32, count=len(counted))
        times = np.fromiter(counted.values(), dtype=np.float32, count=len(counted))
        at = np.minimum(np.searchsorted(self.keys, hashes), len(self.keys) - 1)
        known = self.keys[at] == hashes
        at = at[known]
        weight = (1 + np.log(times[known])) * self.idf[at]
        return at, (weight / max(float(np.linalg.norm(weight)), 1e-9)).astype(np.float32)
