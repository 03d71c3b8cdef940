"""Vectors of our own examples: those of the last training, and what was encoded since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock

import numpy as np
import structlog
from numpy.typing import NDArray

from clinic.language.known_vectors import read_vectors, write_vectors

Floats = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Floats]
log = structlog.get_logger()
_BATCH = 512
_WORTH_KEEPING = 50  # new vectors before the file is written again


class RememberedVectors:
    """`SentenceVectors` by an encoder. Safe to share between threads; a file that is lost or broken is made anew."""

    def __init__(self, encode: Encode, file: Path) -> None:
        """`encode`: texts to vectors of length one, loaded when first called."""
        self._encode, self._file = encode, file
        self._reading, self._making = Lock(), Lock()
        self._known: dict[str, Floats] | None = None

    def missing(self, sentences: Sequence[str]) -> int:
        """How many are not known yet."""
        known = self._read()
        return sum(sentence not in known for sentence in sentences)

    def of(self, sentences: Sequence[str]) -> Floats:
        """Shape (n, dimensions); only sentences that go to git anyway: the file holds them."""
        known = self._read()
        with self._making:  # who asks for the same meanwhile waits, instead of encoding it as well
            new = [sentence for sentence in dict.fromkeys(sentences) if sentence not in known]
            for start in range(0, len(new), _BATCH):
                batch = new[start : start + _BATCH]
                known.update(zip(batch, self._encoded(batch), strict=True))
            if len(new) >= _WORTH_KEEPING:
                self._write({sentence: known[sentence] for sentence in sentences})
        return np.stack([known[sentence] for sentence in sentences])

    def of_new(self, sentence: str) -> Floats:
        """Shape (dimensions,); not remembered."""
        vector: Floats = self._encode([sentence])[0]
        return vector

    def _encoded(self, sentences: Sequence[str]) -> Floats:
        try:
            return self._encode(sentences)
        except Exception as error:
            log.error("examples could not be encoded", error=type(error).__name__)
            raise

    def _read(self) -> dict[str, Floats]:
        with self._reading:
            if self._known is None:
                self._known = read_vectors(self._file)
            return self._known

    def _write(self, known: dict[str, Floats]) -> None:
        """Only what the content of now needs. Without it all works, more slowly."""
        try:
            write_vectors(self._file, known)
        except OSError as error:
            log.warning("vectors of examples could not be kept", error=type(error).__name__)
