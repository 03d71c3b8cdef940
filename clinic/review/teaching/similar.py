"""What a sentence is near to: by the meaning of all examples, and by their words until that is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from clinic.review.content.bare_words import words
from clinic.review.content.topic_files import Topics

Floats = NDArray[np.float32]
# Measured on our own examples, each compared with all others: one in 23 has a neighbour this near, a rewording; one in
# eight lies between two topics by these numbers, and of those the nearer topic is the wrong one for six in ten.
NEARLY_THE_SAME = 0.93
_NEAR_BY_WORDS = 0.8
BETWEEN = 0.02  # two topics this close to one another are not told apart
_RELATED = 0.6  # below this a sentence is new to all topics, and not between two
_BEST = 3  # examples of a topic that count
_AT_ONCE = 400  # new sentences that are encoded while somebody waits
_WORDY = 40  # characters: common words count little in what words tell


class SentenceVectors(Protocol):
    """Meaning of our own examples as vectors of length one; those it has seen cost nothing."""

    def missing(self, sentences: Sequence[str]) -> int:
        """How many are not known yet."""

    def of(self, sentences: Sequence[str]) -> Floats:
        """Shape (n, dimensions), in the sentences' order; they are remembered."""

    def of_new(self, sentence: str) -> Floats:
        """Shape (dimensions,); what somebody types is not remembered."""


@dataclass(frozen=True)
class Neighbour:
    """An example, its topic, and how near it is: 1 is the same."""

    topic: str
    sentence: str
    likeness: float


@dataclass(frozen=True)
class Surroundings:
    """Where a sentence lies. `topics`: nearest first; `by_meaning`: `False` while only words were compared."""

    topics: tuple[str, ...]
    nearly_same: Neighbour | None = None
    between: tuple[str, str] | None = None
    by_meaning: bool = True


class SimilarExamples:
    """Compares a sentence with all examples. Vectors are made in a thread, once for each content of the files."""

    def __init__(self, vectors: SentenceVectors) -> None:
        self._vectors = vectors
        self._lock = Lock()
        self._content = ""
        self._index: _Index | None = None
        self._making: Thread | None = None

    def prepare(self, topics: Topics) -> Thread | None:
        """Begin to make the vectors of a content; the thread where one is at work."""
        with self._lock:
            if self._index is not None and self._content == topics.content:
                return None
            if self._making is None or not self._making.is_alive():
                self._making = Thread(target=self._make, args=(topics,), name="vectors of examples", daemon=True)
                self._making.start()
            return self._making

    def around(self, sentence: str, topics: Topics, wait: float = 0.0) -> Surroundings:
        """Where a sentence lies among the topics; `wait`: seconds to wait at most for the vectors."""
        lines = [line for topic in topics.by_name.values() for line in topic.examples]
        if not lines:
            return Surroundings(())
        thread = self.prepare(topics)
        if thread is not None and (wait or self._vectors.missing(lines) <= _AT_ONCE):
            thread.join(wait or None)
        with self._lock:
            index = self._index if self._content == topics.content else None
        return index.around(self._vectors.of_new(sentence)) if index else _by_words(sentence, topics)

    def _make(self, topics: Topics) -> None:
        owners = [topic.name for topic in topics.by_name.values() for _ in topic.examples]
        lines = [line for topic in topics.by_name.values() for line in topic.examples]
        # Where they cannot be made, which their adapter logs, words are compared; the next look tries again.
        with suppress(Exception):
            index = _Index(owners, lines, self._vectors.of(lines))
            with self._lock:
                self._content, self._index = topics.content, index


class _Index:
    """All examples of one content as a matrix."""

    def __init__(self, owners: Sequence[str], lines: Sequence[str], vectors: Floats) -> None:
        self._owners, self._lines, self._vectors = np.array(owners), lines, vectors

    def around(self, vector: Floats) -> Surroundings:
        """The neighbours of a vector."""
        likeness = self._vectors @ vector
        order = np.argsort(-likeness)
        nearest = Neighbour(str(self._owners[order[0]]), self._lines[order[0]], float(likeness[order[0]]))
        scores = _scores(self._owners, likeness, order)
        ranked = sorted(scores, key=scores.__getitem__, reverse=True)
        between = None
        if len(ranked) > 1 and scores[ranked[1]] >= _RELATED and scores[ranked[0]] - scores[ranked[1]] < BETWEEN:
            between = (ranked[0], ranked[1])
        return Surroundings(tuple(ranked), nearest if nearest.likeness >= NEARLY_THE_SAME else None, between)


def _scores(owners: NDArray[np.str_], likeness: Floats, order: NDArray[np.intp]) -> dict[str, float]:
    """Each topic's likeness: the mean of its nearest examples."""
    best: dict[str, list[float]] = {}
    for at in order:
        found = best.setdefault(str(owners[at]), [])
        if len(found) < _BEST:
            found.append(float(likeness[at]))
    return {topic: sum(found) / len(found) for topic, found in best.items()}


def _by_words(sentence: str, topics: Topics) -> Surroundings:
    """By shared words, the rarer the more they tell."""
    asked = Counter(words(sentence))
    spread = Counter(w for t in topics.by_name.values() for w in {w for line in t.examples for w in words(line)})
    weights = {w: 1 / spread[w] for w in asked if spread[w]}
    best: dict[str, float] = {}
    nearest = Neighbour("", "", 0.0)
    for topic in topics.by_name.values():
        for line in topic.examples:
            found = set(words(line))
            score = sum(weight for w, weight in weights.items() if w in found) / (_WORDY + len(line)) ** 0.5
            best[topic.name] = max(best.get(topic.name, 0.0), score)
            shared = len(found & asked.keys()) / max(len(found | asked.keys()), 1)
            if shared > nearest.likeness:
                nearest = Neighbour(topic.name, line, shared)
    ranked = tuple(sorted(best, key=best.__getitem__, reverse=True))
    return Surroundings(ranked, nearest if nearest.likeness >= _NEAR_BY_WORDS else None, None, by_meaning=False)
