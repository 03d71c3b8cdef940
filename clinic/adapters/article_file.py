"""The clinic's article as a file under `var/`: never in git, one for all who review."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path


class ArticleFile:
    """`ArticleText` at a path; the file that was there before stays beside it, its name ending in `.before`."""

    def __init__(self, path: Path) -> None:
        """`path`: setting ARTICLE_FILE."""
        self._path = path

    def read(self) -> str | None:
        """Its text, `None` while there is none."""
        try:
            return self._path.read_text("utf-8")
        except (FileNotFoundError, UnicodeDecodeError):
            return None

    def replace(self, text: str) -> None:
        """Keep another one, whole or not at all."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(dir=self._path.parent, prefix=self._path.name)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        if self._path.exists():
            shutil.copy2(self._path, self._path.with_name(self._path.name + ".before"))
        Path(made).replace(self._path)
