"""Sentence vectors kept in a file: whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clinic.language import known_vectors
from clinic.language.known_vectors import read_vectors, write_vectors


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(known_vectors, "_encoder", lambda: "encoder")
    return tmp_path / "vectors.npz"


def test_a_full_disk_leaves_the_file_as_it_was_and_nothing_beside_it(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(output: Any, **_: object) -> None:
        output.write(b"PK")
        raise OSError(28, "No space left on device")

    write_vectors(file, {"one": np.ones(384, np.float32)})
    monkeypatch.setattr(known_vectors.np, "savez", full)
    with pytest.raises(OSError, match="space"):
        write_vectors(file, {"two": np.ones(384, np.float32)})
    assert list(read_vectors(file)) == ["one"]
    assert list(file.parent.iterdir()) == [file]
