"""What a package-lock.json names, installed once; several workers may ask at the same time."""

from __future__ import annotations

import fcntl
import subprocess
from pathlib import Path


def install_packages(folder: Path) -> Path:
    """The folder's `node_modules`; a lock file that has changed since is installed anew."""
    lock, installed = folder / "package-lock.json", folder / "node_modules/.package-lock.json"
    with lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
            subprocess.run(["npm", "ci", "--ignore-scripts", "--loglevel=error"], cwd=folder, check=True)
            installed.touch()
    return folder / "node_modules"
