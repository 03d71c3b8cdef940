"""Content repositories for tests: real git, in folders of their own, with the project's own data."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from clinic.review.content.tree import ContentTree
from clinic.staff.model import Role, StaffMember

NURSE = StaffMember("s-nurse", "Nora Lind", "nora@example.com", Role.EDITOR)
RECEPTIONIST = StaffMember("s-desk", "Rob <Desk>\n Ames", "rob@example.com", Role.EDITOR)
# Not `data/safety`: eight megabytes that no edit touches.
_COPIED = ("data/nlu", "data/answers", "data/clinic", "data/rules", "data/stories", "domain.yml", "config.yml",
           "endpoints.yml", "credentials.yml", "tests/conversations/happy_path", "README.md")  # fmt: skip


def content_folder(folder: Path) -> ContentTree:
    """A copy of the content."""
    for part in _COPIED:
        target = folder / part
        target.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if Path(part).is_dir() else shutil.copyfile
        copy(part, target)
    return ContentTree(folder)


def content_repository(folder: Path) -> Path:
    """The same as a git repository with one commit on its branch `main`."""
    content_folder(folder)
    git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / ".gitignore").write_text("var/\n*.db\n", "utf-8")
    return commit_all(folder, "The content")


def commit_all(folder: Path, message: str) -> Path:
    """Save everything, as a developer would."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "-m", message)
    return folder


def git(folder: Path, *arguments: str) -> str:
    """The git program as a developer runs it, with nobody's settings."""
    identity = ["-c", "user.name=Dev Eloper", "-c", "user.email=dev@example.org", "-c", "core.quotePath=false"]
    env = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
    command = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout.rstrip("\n")


def numstat(folder: Path, *arguments: str) -> list[tuple[int, int, str]]:
    """Lines added and removed by file."""
    rows = (line.split("\t") for line in git(folder, "diff", "--numstat", *arguments).splitlines())
    return [(int(added), int(removed), path) for added, removed, path in rows]
