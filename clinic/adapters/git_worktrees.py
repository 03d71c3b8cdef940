"""A folder for each set of changes: a git worktree with the content only, found whole, mended, or made anew."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from clinic.adapters.git_folders import CONTENT, LEFT, reset, stage, unsaved
from clinic.adapters.git_program import Git, GitFailed
from clinic.review.content.errors import ChangesError, RepositoryBusy

MAIN = "_main"  # the folder in which the main line itself is changed; no set has this id
_ASIDE = "left"  # folders that were no worktrees any more
_STALE_SECONDS = 60.0  # no command of git's here takes longer
_MAKING, _EDITING = "making", "editing"


class Worktrees:
    """The folders below one folder; every method but `path` is called with the write lock held."""

    def __init__(self, git: Git, folder: Path) -> None:
        """`git` in the content repository; `folder` need not be there yet."""
        self._git, self._folder = git, folder.absolute()

    def path(self, name: str) -> Path:
        """A set's folder, whether it is there or not."""
        return self._folder / name

    def git(self, name: str) -> Git:
        """Git in a set's folder."""
        return self._git.at(self.path(name), is_own=True)

    def ensure(self, name: str, commit: str, branch: str | None) -> Git:
        """Git in the folder of a set, which is there, whole, and at rest; `branch`: its full ref, `None` for none.

        What a process left half done when it died is kept under `refs/changes/left`, and taken out.
        """
        self._remove_stale_locks(name, branch)
        if not self._is_whole(name, branch):
            self._make(name, commit, branch)
        if self._marker(name).exists():
            self.put_aside(name)
            self._marker(name).unlink(missing_ok=True)
        return self.git(name)

    @contextmanager
    def editing(self, name: str) -> Iterator[Git]:
        """While files are changed: what fails in between leaves nothing behind, and neither does a crash."""
        git, marker = self.git(name), self._marker(name)
        marker.write_text(_EDITING, "utf-8")
        try:
            yield git
        except BaseException:
            with suppress(ChangesError):  # where even that fails, the marker stays, and the next one does it
                reset(git)
                marker.unlink()
            raise
        marker.unlink()

    def is_at_rest(self, name: str) -> bool:
        """Whether the folder is there, and nobody is just writing into it. Needs no lock."""
        return self.path(name).joinpath(".git").is_file() and not self._marker(name).exists()

    def put_aside(self, name: str) -> str | None:
        """Keep what is not saved as a commit of its own, and take it out of the folder: the ref it is kept under."""
        git = self.git(name)
        if not unsaved(git):
            return None
        stage(git)
        head = git.run("rev-parse", "HEAD")
        commit = git.run("commit-tree", git.run("write-tree"), "-p", head, "-m", f"Left over in {name}")
        ref = f"{LEFT}/{name}-{time.time_ns() // 1_000_000}"
        git.run("update-ref", ref, commit)
        reset(git)
        return ref

    def remove(self, name: str) -> None:
        """The folder goes; what lies in it and is in no commit is kept aside."""
        path = self.path(name)
        if path.exists():
            try:
                whole = self._is_ours(name)
                if whole:
                    self.put_aside(name)
                if not whole or self.git(name).lines("status", "--porcelain", "-z", "--untracked-files=all"):
                    self._move_aside(name)
            except GitFailed:
                self._move_aside(name)
        shutil.rmtree(path, ignore_errors=True)
        self._forget(name)
        self._marker(name).unlink(missing_ok=True)

    def names(self) -> list[str]:
        """The folders that are there, of sets alive or not."""
        if not self._folder.is_dir():
            return []
        return sorted(p.name for p in self._folder.iterdir() if p.is_dir() and p.name[0] != "." and p.name != _ASIDE)

    def registered(self) -> Iterator[tuple[Path, str | None]]:
        """Every worktree that git knows, and the full name of the branch that is checked out there."""
        path: Path | None = None
        branch: str | None = None
        for line in [*self._git.lines("worktree", "list", "--porcelain"), "worktree "]:
            key, _, value = line.partition(" ")
            if key == "worktree":
                if path is not None:
                    yield path, branch
                path, branch = Path(value), None
            elif key == "branch":
                branch = value

    def forget_missing(self) -> list[str]:
        """Let git forget folders below ours that somebody has deleted; their names."""
        gone = [p.name for p, _ in self.registered() if p.parent == self._folder.resolve() and not p.exists()]
        for name in gone:
            self._forget(name)
        return gone

    def _make(self, name: str, commit: str, branch: str | None) -> None:
        path, marker = self.path(name), self._marker(name)
        if path.exists() and not (marker.exists() and marker.read_text("utf-8") == _MAKING):
            self._move_aside(name)
        for other, held in self.registered():
            if branch is not None and held == branch and other.resolve() != path.resolve():
                raise RepositoryBusy(
                    f"Somebody has this set of changes open with git in the folder {other.name}. Nothing was changed. "
                    "They have to switch to another branch there, then this works again."
                )
        path.parent.mkdir(parents=True, exist_ok=True)
        marker.write_text(_MAKING, "utf-8")
        shutil.rmtree(path, ignore_errors=True)
        self._forget(name)
        where = ["--detach", str(path), commit] if branch is None else [str(path), branch.removeprefix("refs/heads/")]
        self._git.run("worktree", "add", "--quiet", "--force", "--force", "--no-checkout", *where)
        git = self.git(name)
        patterns = path / git.run("rev-parse", "--git-path", "info/sparse-checkout")
        patterns.parent.mkdir(parents=True, exist_ok=True)
        patterns.write_text("".join(f"/{part}\n" for part in CONTENT), "utf-8")
        git.run("read-tree", "-m", "-u", "HEAD")
        marker.unlink()

    def _is_whole(self, name: str, branch: str | None) -> bool:
        marker = self._marker(name)
        if not self._is_ours(name) or (marker.exists() and marker.read_text("utf-8") == _MAKING):
            return False
        git = self.git(name)
        if git.tells("symbolic-ref", "--quiet", "HEAD") != branch:
            return False
        if not (git.folder / git.run("rev-parse", "--git-path", "index")).exists():
            return False  # git would take every file for deleted
        try:
            unsaved(git)
        except GitFailed:  # its index was cut off
            return False
        return True

    def _is_ours(self, name: str) -> bool:
        if not self.path(name).joinpath(".git").is_file():
            return False
        asked = ("rev-parse", "--path-format=absolute", "--git-common-dir")
        found = self.git(name).tells(*asked)
        return found is not None and Path(found).resolve() == Path(self._git.run(*asked)).resolve()

    def _move_aside(self, name: str) -> None:
        """Whole, as it is: nobody knows whose it was."""
        aside = self._folder / _ASIDE / f"{name}-{time.time_ns() // 1_000_000}"
        aside.parent.mkdir(parents=True, exist_ok=True)
        self.path(name).rename(aside)
        link = aside / ".git"
        if link.is_file():  # git would take it for the worktree that is made anew
            link.unlink()

    def _forget(self, name: str) -> None:
        with suppress(GitFailed):  # it knows of none
            self._git.run("worktree", "remove", "--force", "--force", str(self.path(name)))

    def _remove_stale_locks(self, name: str, branch: str | None) -> None:
        """Locks that a dead git left: nobody but us writes here, and we hold the lock over all of it."""
        found = self.git(name).tells("rev-parse", "--absolute-git-dir") if self._is_ours(name) else None
        locks = [Path(found) / lock for lock in ("index.lock", "HEAD.lock")] if found else []
        if branch is not None:
            common = self._git.run("rev-parse", "--path-format=absolute", "--git-common-dir")
            locks.append(Path(common) / f"{branch}.lock")
        for lock in locks:
            with suppress(FileNotFoundError):
                if self._marker(name).exists() or time.time() - lock.stat().st_mtime > _STALE_SECONDS:
                    lock.unlink()

    def _marker(self, name: str) -> Path:
        return self._folder / f".{name}.busy"
