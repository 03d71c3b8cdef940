"""Runs the git program: an environment of its own, a time limit, and what it says as errors in words."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from clinic.review.content.errors import ChangesError, EditsInTheWay, RepositoryBusy, RepositoryUnavailable, StorageFull

PRODUCT = "Truffles RLS assistant"
PRODUCT_EMAIL = "assistant@clinic.invalid"
_SECONDS = 60.0
# Nobody's own settings, hooks, helpers or signatures decide what happens here.
_SETTINGS = {
    "core.hooksPath": os.devnull, "core.fsmonitor": "false", "core.quotePath": "false", "commit.gpgSign": "false",
    "gc.auto": "0", "advice.detachedHead": "false", "diff.renames": "false", "merge.renames": "true",
    "merge.directoryRenames": "false", "merge.verifySignatures": "false",
}  # fmt: skip
# In folders of our own: only a part of the files is there, and the settings of the repository stay as they are.
_IN_OWN_FOLDERS = {
    "core.sparseCheckout": "true", "core.sparseCheckoutCone": "false", "core.autocrlf": "false", "core.eol": "lf",
}  # fmt: skip
_KEPT = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "LD_LIBRARY_PATH", "GIT_EXEC_PATH")
_FULL = re.compile(
    r"no space left on device|disk quota exceeded|file too large|unable to write (?:loose )?object", re.I
)
_LOCKED = re.compile(
    r"unable to create '([^']+\.lock)': file exists|cannot lock ref|could not lock|another git process", re.I
)
_IN_THE_WAY = re.compile(r"would be overwritten by (?:merge|checkout)[^\n]*\n((?:\t[^\n]+\n?)+)")


class GitFailed(ChangesError):
    """A command that failed for a reason of its own; `said` is for whoever looks after the server, not for staff."""

    def __init__(self, code: int, said: str) -> None:
        """`code`: git's exit code."""
        self.code, self.said = code, said
        super().__init__(
            "The versions of the content did not answer as they must. Nothing was changed. "
            "Tell whoever looks after the server."
        )


class Git:
    """The program in one folder; every call is one process."""

    def __init__(self, folder: Path, program: str = "git", seconds: float = _SECONDS, *, is_own: bool = False) -> None:
        """`folder`: the top of a repository or of a worktree; `seconds`: how long a command may take."""
        self.folder, self._program, self._seconds, self._is_own = folder.absolute(), program, seconds, is_own

    def at(self, folder: Path, *, is_own: bool = False) -> Git:
        """The same in another folder; `is_own`: a worktree of ours."""
        return Git(folder, self._program, self._seconds, is_own=is_own)

    def run(self, *arguments: str, given: str | None = None, env: Mapping[str, str] | None = None) -> str:
        """What it prints, without the last line end; raises `GitFailed` and what is told apart of it."""
        return self.raw(*arguments, given=given, env=env)[1].decode("utf-8", "replace").rstrip("\n")

    def lines(self, *arguments: str) -> list[str]:
        """What it prints with `-z`, or in lines where there is no such option."""
        found = self.raw(*arguments)[1].decode("utf-8", "surrogateescape")
        return [part for part in found.split("\0" if "-z" in arguments else "\n") if part]

    def tells(self, *arguments: str) -> str | None:
        """The same, and `None` where it fails with 1 or 128: there is no such thing."""
        code, out = self.raw(*arguments, ok=(0, 1, 128))  # ended by a signal, it has told nothing
        return out.decode("utf-8", "replace").rstrip("\n") if code == 0 else None

    def raw(
        self, *arguments: str, given: str | None = None, env: Mapping[str, str] | None = None, ok: Iterable[int] = (0,)
    ) -> tuple[int, bytes]:
        """Exit code and what it prints; `ok`: codes that are no failure."""
        code, out, said = self._process(arguments, given, env or {})
        if code not in ok:
            raise _error(code, said.decode("utf-8", "replace"), out.decode("utf-8", "replace"), self.folder)
        return code, out

    def _process(self, arguments: Iterable[str], given: str | None, env: Mapping[str, str]) -> tuple[int, bytes, bytes]:
        chosen = _SETTINGS | (_IN_OWN_FOLDERS if self._is_own else {})
        settings = [part for key, value in chosen.items() for part in ("-c", f"{key}={value}")]
        # A folder that has lost its link to the repository must not be taken for a part of the one around it.
        own = {**_environment(), "GIT_CEILING_DIRECTORIES": str(self.folder.resolve().parent), **env}
        command = [self._program, *settings, *arguments]
        try:
            done = subprocess.run(  # noqa: S603 - a list, no shell; names are checked before they become arguments
                command, cwd=self.folder, env=own, capture_output=True, check=False,
                timeout=self._seconds, input=(given or "").encode(),
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise RepositoryBusy(
                "Saving takes too long, so it was broken off. Nothing was changed. Try again in a few minutes."
            ) from None
        except FileNotFoundError:
            raise _missing(self.folder, self._program) from None
        except OSError as error:
            raise RepositoryUnavailable(
                f"The program git cannot be started ({error.strerror}). Nothing was changed. "
                "Tell whoever looks after the server."
            ) from None
        return done.returncode, done.stdout, done.stderr


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {
        "LC_ALL": "C", "TZ": "UTC", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_EDITOR": "true", "GIT_PAGER": "cat",
        "GIT_AUTHOR_NAME": PRODUCT, "GIT_AUTHOR_EMAIL": PRODUCT_EMAIL,
        "GIT_COMMITTER_NAME": PRODUCT, "GIT_COMMITTER_EMAIL": PRODUCT_EMAIL,
    }  # fmt: skip


def _missing(folder: Path, program: str) -> RepositoryUnavailable:
    if not folder.is_dir():
        return RepositoryUnavailable(
            f"The folder with the content is not there ({folder.name}). Whoever looks after the server has to set "
            "CONTENT_REPOSITORY to it."
        )
    return RepositoryUnavailable(
        f"The program {Path(program).name} is not installed on this server, so changes cannot be kept. "
        "Whoever looks after the server has to install it. What is published goes on working."
    )


def _error(code: int, said: str, out: str, folder: Path) -> ChangesError:
    """What git says, as what staff can do about it."""
    text = said + out
    if _FULL.search(text) or code == -25:  # SIGXFSZ: a limit on the size of files
        return StorageFull()
    in_the_way = [line.strip() for block in _IN_THE_WAY.findall(text) for line in block.splitlines()]
    if in_the_way:
        return EditsInTheWay(in_the_way)
    if locked := _LOCKED.search(text):
        where = (
            f" If nobody is, the file {_inside(locked[1], folder)} was left over and can be removed."
            if locked[1]
            else ""
        )
        return RepositoryBusy(
            "Somebody else is working on the content just now, perhaps with git itself. Nothing was changed. "
            f"Try again in a minute.{where}"
        )
    if "dubious ownership" in text:
        return RepositoryUnavailable(
            "The folder with the content belongs to another user of this server, so git does not touch it. Whoever "
            "looks after the server has to give it to the user that the assistant runs as."
        )
    if "not a git repository" in text or "must be run in a work tree" in text:
        return RepositoryUnavailable(
            "The folder with the content has no versions: it is not a git repository. Whoever looks after the server "
            "has to set CONTENT_REPOSITORY to one. What is published goes on working."
        )
    return GitFailed(code, f"{said.strip()[-2_000:]}")


def _inside(path: str, folder: Path) -> str:
    """A path without what lies above the repository."""
    parts = Path(path).parts
    return "/".join(parts[parts.index(".git") :]) if ".git" in parts else Path(path).name
