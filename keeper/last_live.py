"""Which engine was live last, in a file: for a start while the database does not answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import structlog

from clinic.adapters.rasa_server import Engine

log = structlog.get_logger()


@dataclass
class LastLive:
    """The file; one that cannot be read or written costs no more than that start."""

    path: Path
    _is_told: bool = False

    def remember(self, release: str, engine: Engine) -> None:
        """Write it down whole or not at all, where something else stands there."""
        noted = {"release": release, "engine": engine.id, "folder": str(engine.folder)}
        if self._read() == noted:
            return
        beside = self.path.with_suffix(".unfinished")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(json.dumps(noted), "utf-8")
            beside.replace(self.path)
            self._is_told = False
        except OSError as error:
            if not self._is_told:  # it is tried again at every look, and told once
                log.error("live release not remembered", error=error.strerror)
                self._is_told = True

    def recall(self) -> tuple[str, Path] | None:
        """Id and folder of the engine, where they are known."""
        match self._read():
            case {"engine": str(engine), "folder": str(folder)}:
                return engine, Path(folder)
        return None

    def _read(self) -> object:
        try:
            return json.loads(self.path.read_text("utf-8"))
        except (OSError, ValueError):
            return None
