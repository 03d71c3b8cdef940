"""Sentence vectors of the last training, so that the next one encodes only what is new.

Encoding is two thirds of a training; from one to the next hardly a sentence changes. The file is a copy of what the
encoder would say again: losing it costs time and nothing else.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Dict, List, Sequence, Text

import numpy as np

from clinic.language import load_encoder
from clinic.language.encoder import DIMENSIONS, FOLDER
from clinic.settings import ROOT

FILE = ROOT / "var" / "cache" / "sentence_vectors.npz"


def encode_known(texts: Sequence[Text], file: Path = FILE) -> np.ndarray:
    """Vectors of shape (texts, 384); those the file knows are read, and it is written anew where some were not."""
    encoder = _fingerprint(FOLDER / "model.onnx")
    known = _read(file, encoder)
    missing = sorted({text for text in texts if text not in known})
    if missing:
        known.update(zip(missing, load_encoder().encode_each(missing), strict=False))
        _write(file, encoder, {text: known[text] for text in dict.fromkeys(texts)})
    return np.vstack([known[text] for text in texts]) if texts else np.zeros((0, DIMENSIONS), np.float32)


def _read(file: Path, encoder: Text) -> Dict[Text, np.ndarray]:
    """Text and vector; none of a file that another encoder filled, or that is damaged."""
    try:
        with np.load(file, allow_pickle=False) as stored:
            if str(stored["encoder"]) != encoder:
                return {}
            texts: List[Text] = bytes(stored["texts"]).decode("utf-8").split("\0")
            return dict(zip(texts, stored["vectors"], strict=False))
    except (OSError, ValueError, KeyError):
        return {}


def _write(file: Path, encoder: Text, known: Dict[Text, np.ndarray]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f"{file.stem}.{os.getpid()}.npz")
    texts = np.frombuffer("\0".join(known).encode("utf-8"), dtype=np.uint8)
    np.savez(unfinished, encoder=np.array(encoder), texts=texts, vectors=np.vstack(list(known.values())))
    unfinished.replace(file)


def _fingerprint(path: Path) -> Text:
    return hashlib.sha256(path.read_bytes()).hexdigest()
