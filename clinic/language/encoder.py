"""The sentence encoder: all-MiniLM-L6-v2 as int8 ONNX, built by `tools/build_encoder.py`."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from clinic.settings import ROOT

DIMENSIONS = 384
FOLDER = ROOT / "models" / "encoder"
_MAX_TOKENS = 128
_BATCH = 32


class Encoder:
    """Turns texts into unit-length vectors; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """`folder` holds `model.onnx` and `tokenizer.json`; raises `FileNotFoundError` when it does not."""
        model, tokenizer = folder / "model.onnx", folder / "tokenizer.json"
        for path in (model, tokenizer):
            if not path.exists():
                raise FileNotFoundError(f"{path} is missing: run `make setup` to build the encoder")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(_MAX_TOKENS)
        self._tokenizer.enable_padding()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (n, 384), one a text, in the texts' order; a text's neighbours sway its last digits."""
        found = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        by_length = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        batches = [by_length[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]

        def encode(batch: list[int]) -> None:
            found[batch] = self._encode_batch([texts[i] for i in batch])

        _on_every_core(encode, batches)
        return found

    def encode_each(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same, every text by itself: a vector that depends on nothing but its text.

        int8 numbers are scaled by the largest of the batch, so a batch would give others, by the company a text is in.
        """
        found = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)

        def encode(at: int) -> None:
            found[at] = self._encode_batch([texts[at]])[0]

        _on_every_core(encode, range(len(texts)))
        return found

    def _encode_batch(self, texts: Sequence[str]) -> NDArray[np.float32]:
        encoded = self._tokenizer.encode_batch(list(texts))
        ids = np.array([e.ids for e in encoded], dtype=np.int32)
        mask = np.array([e.attention_mask for e in encoded], dtype=np.int32)
        vectors: NDArray[np.float32] = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return vectors


def _on_every_core(encode: Callable[[Any], None], parts: Sequence[Any]) -> None:
    """Share the parts among threads; onnxruntime lets others run meanwhile."""
    if len(parts) <= 1:
        for part in parts:
            encode(part)
        return
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        list(workers.map(encode, parts))


@lru_cache(maxsize=2)
def load_encoder(folder: Path = FOLDER) -> Encoder:
    """The encoder of a folder, loaded once a process."""
    return Encoder(folder)
