"""Where a run of the gate works: a folder of its own, held while it runs, so that what a kill leaves is known."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clinic.settings import ROOT

GATE_FOLDER = ROOT / "var" / "gate"


@contextmanager
def own_folder(folder: Path) -> Iterator[None]:
    """Make it, and remove it afterwards; those beside it that nobody works in go first. Raises `OSError`."""
    clear_left_over(folder.parent)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with _held(folder):
            yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def clear_left_over(folders: Path = GATE_FOLDER) -> None:
    """Remove the folders of runs whose worker was killed; one that works in its own keeps it, wherever it is."""
    for folder in folders.glob("*"):
        try:
            with _held(folder):
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:  # it is held, or gone
            continue


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold it until left or killed; raises `OSError` where another one does."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)
