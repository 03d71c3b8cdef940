"""Whose content is spoken: that of the project's own folder, of the live release, or of a turn's release.

A release is a folder with the same layout as the project (`data/answers`, `data/clinic`), so the same readers serve
both. What a process says by default is set by who watches the pointer to the live release; what a single turn says
comes with the turn, so that `web`, Rasa and the actions speak from one release while another goes live.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from pathlib import Path

from clinic.settings import releases_folder

INSTALLED = Path("data")
_ID = re.compile(r"[0-9a-f]{12}")
_of_this_turn: ContextVar[Path | None] = ContextVar("content_of_this_turn", default=None)
_of_this_process: list[Path] = [INSTALLED]


def content_folder() -> Path:
    """The `data` folder to read from now."""
    return _of_this_turn.get() or _of_this_process[0]


def speak_from(folder: Path) -> None:
    """From now on this process reads from `folder`, but for turns that name a release."""
    _of_this_process[0] = folder


def speak_for_this_turn(release: object) -> None:
    """The rest of this task reads from a release; without one, or where it is not here, from the process's folder."""
    folder = data_of(release) if isinstance(release, str) and _ID.fullmatch(release) else None
    _of_this_turn.set(folder if folder and folder.is_dir() else None)


def data_of(release: str) -> Path:
    """The `data` folder of a release."""
    return releases_folder() / release / "data"
