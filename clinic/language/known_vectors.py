"""Sentence vectors kept in a file, so that a training or a staff page encodes only what is new.

Encoding is two thirds of a training; from one to the next hardly a sentence changes. The file is a copy of what the
encoder would say again: losing it costs time and nothing else. It holds sentences that go to git anyway.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clinic.language.encoder import DIMENSIONS, FOLDER, load_encoder
from clinic.settings import ROOT

Floats = NDArray[np.float32]
VECTORS_FILE = ROOT / "var" / "cache" / "sentence_vectors.npz"


def encode_known(texts: Sequence[str], file: Path = VECTORS_FILE) -> Floats:
    """Vectors of shape (texts, 384); those the file knows are read, and it is written anew where some were not."""
    known = read_vectors(file)
    missing = sorted({text for text in texts if text not in known})
    if missing:
        known.update(zip(missing, load_encoder().encode_each(missing), strict=True))
        write_vectors(file, {text: known[text] for text in dict.fromkeys(texts)})
    return np.vstack([known[text] for text in texts]) if texts else np.zeros((0, DIMENSIONS), np.float32)


def read_vectors(file: Path = VECTORS_FILE) -> dict[str, Floats]:
    """Text and vector; none of a file that another encoder filled, or that is damaged."""
    try:
        with np.load(file, allow_pickle=False) as stored:
            if str(stored["encoder"]) != _encoder():
                return {}
            texts = bytes(stored["texts"]).decode("utf-8").split("\0")
            return dict(zip(texts, stored["vectors"], strict=True))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}


def write_vectors(file: Path, known: Mapping[str, Floats]) -> None:
    """Whole or not at all; raises `OSError`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    texts = np.frombuffer("\0".join(known).encode("utf-8"), dtype=np.uint8)
    handle, unfinished = tempfile.mkstemp(dir=file.parent, suffix=".npz")
    try:
        with os.fdopen(handle, "wb") as output:
            np.savez(output, encoder=np.array(_encoder()), texts=texts, vectors=np.vstack(list(known.values())))
        Path(unfinished).replace(file)
    finally:
        Path(unfinished).unlink(missing_ok=True)  # where the disk was full


def _encoder() -> str:
    return hashlib.sha256((FOLDER / "model.onnx").read_bytes()).hexdigest()
