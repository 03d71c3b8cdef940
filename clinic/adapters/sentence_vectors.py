"""Vectors of our own examples, remembered in a file: what was encoded once is not encoded again."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock

import numpy as np
import structlog
from numpy.typing import NDArray

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
        self._lock, self._making = Lock(), Lock()
        self._known: dict[bytes, NDArray[np.float16]] | None = None

    def missing(self, sentences: Sequence[str]) -> int:
        """How many are not known yet."""
        known = self._read()
        return sum(_key(sentence) not in known for sentence in sentences)

    def of(self, sentences: Sequence[str]) -> Floats:
        """Shape (n, dimensions); only sentences that go to git anyway: the file holds their vectors."""
        known = self._read()
        keys = [_key(sentence) for sentence in sentences]
        with self._making:  # who asks for the same meanwhile waits, instead of encoding it as well
            self._learn(known, keys, sentences)
        return np.stack([known[key] for key in keys]).astype(np.float32)

    def _learn(self, known: dict[bytes, NDArray[np.float16]], keys: list[bytes], sentences: Sequence[str]) -> None:
        new = list({key: s for key, s in zip(keys, sentences, strict=True) if key not in known}.items())
        for start in range(0, len(new), _BATCH):
            batch = new[start : start + _BATCH]
            found = self._encoded([sentence for _, sentence in batch])
            known.update((key, v.astype(np.float16)) for (key, _), v in zip(batch, found, strict=True))
        if len(new) >= _WORTH_KEEPING:
            self._write(known, keys)

    def of_new(self, sentence: str) -> Floats:
        """Shape (dimensions,); not remembered."""
        vector: Floats = self._encode([sentence])[0]
        return vector

    def _encoded(self, sentences: list[str]) -> Floats:
        try:
            return self._encode(sentences)
        except Exception as error:
            log.error("examples could not be encoded", error=type(error).__name__)
            raise

    def _read(self) -> dict[bytes, NDArray[np.float16]]:
        with self._lock:
            if self._known is None:
                self._known = self._from_file()
            return self._known

    def _from_file(self) -> dict[bytes, NDArray[np.float16]]:
        try:
            with np.load(self._file, allow_pickle=False) as stored:
                return {bytes(key): v for key, v in zip(stored["keys"], stored["vectors"], strict=True)}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            log.warning("vectors of examples are made anew", error=type(error).__name__)
            return {}

    def _write(self, known: dict[bytes, NDArray[np.float16]], wanted: Sequence[bytes]) -> None:
        """Only what the content of now needs; whole or not at all. Without it all works, more slowly."""
        unique = list(dict.fromkeys(wanted))
        with self._lock:
            try:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                handle, name = tempfile.mkstemp(dir=self._file.parent, suffix=".npz")
                with os.fdopen(handle, "wb") as file:
                    keys = np.frombuffer(b"".join(unique), dtype=np.uint8).reshape(len(unique), -1)
                    np.savez(file, keys=keys, vectors=np.stack([known[key] for key in unique]))
                Path(name).replace(self._file)
            except OSError as error:
                log.warning("vectors of examples could not be kept", error=type(error).__name__)


def _key(sentence: str) -> bytes:
    return hashlib.blake2b(sentence.encode("utf-8", "surrogatepass"), digest_size=12).digest()
