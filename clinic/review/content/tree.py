"""The folder that holds the content."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ContentTree:
    """A folder that holds `data/`, `tests/conversations`, `domain.yml` and `config.yml`."""

    root: Path
