"""Which topics messages are nearest to, by the examples that people wrote for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock

import numpy as np

from clinic.review.content.topic_files import Topics
from clinic.review.inbox.ports import Floats
from clinic.review.teaching.similar import SentenceVectors, SimilarExamples

Encode = Callable[[Sequence[str]], Floats]
_BEST = 3  # examples of a topic that count
_LOOKED_AT = 60  # nearest examples; the topics behind them are not suggested anyway


class NearestTopics:
    """Compares messages with all examples, whose vectors `SimilarExamples` makes in a thread, once."""

    def __init__(
        self, similar: SimilarExamples, vectors: SentenceVectors, encode: Encode, topics: Callable[[], Topics]
    ) -> None:
        """`vectors`: those that `similar` has; `encode`: texts to vectors of length one, remembered by nobody."""
        self._similar, self._vectors, self._encode, self._topics = similar, vectors, encode, topics
        self._lock = Lock()
        self._content: str | None = None
        self._owners: list[str] = []
        self._matrix: Floats | None = None

    def titles(self, texts: Sequence[str], most: int = 3, wait: float = 0.0) -> list[list[tuple[str, str]]] | None:
        """For each text its nearest topics, name and title; `None` while the vectors of the examples are made.

        `wait`: seconds to wait for them.
        """
        topics = self._topics()
        if not self._is_ready(topics, wait) or self._matrix is None:
            return None
        if not texts:
            return []
        likeness = self._encode(texts) @ self._matrix.T
        return [[(name, topics.title(name)) for name in self._nearest(row)[:most]] for row in likeness]

    def _is_ready(self, topics: Topics, wait: float) -> bool:
        making = self._similar.prepare(topics)
        if making is not None:
            making.join(wait)
            if making.is_alive() or self._similar.prepare(topics) is not None:
                return False
        with self._lock:
            if self._content != topics.content:
                lines = [(topic.name, line) for topic in topics.by_name.values() for line in topic.examples]
                self._owners = [name for name, _ in lines]
                self._matrix = self._vectors.of([line for _, line in lines]) if lines else None
                self._content = topics.content
        return True

    def _nearest(self, likeness: Floats) -> list[str]:
        """Topics by the mean of their nearest examples, of which a missing one counts nothing."""
        found: dict[str, list[float]] = {}
        for at in np.argsort(-likeness)[:_LOOKED_AT]:
            best = found.setdefault(self._owners[at], [])
            if len(best) < _BEST:
                best.append(float(likeness[at]))
        return sorted(found, key=lambda name: -sum(found[name]))
