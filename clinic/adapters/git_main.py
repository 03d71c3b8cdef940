"""The main line of the content repository: where it is, and how a commit is put onto it without losing an edit."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from clinic.adapters.git_program import Git, GitFailed
from clinic.adapters.git_worktrees import Worktrees
from clinic.review.changes.change_set import PREFIX
from clinic.review.content.errors import RepositoryBusy, RepositoryUnavailable

_TRIES = 3
_LEAST_VERSION = (2, 38)  # `git merge-tree --write-tree`


class MainLine:
    """`branch`: its short name; `None` for the branch that is checked out in the repository."""

    def __init__(self, git: Git, worktrees: Worktrees, branch: str | None) -> None:
        """Nothing is run yet."""
        self._git, self._worktrees, self._branch = git, worktrees, branch
        self._is_checked = False

    def ref(self) -> str:
        """Its full name; raises `RepositoryUnavailable` in words."""
        self._check()
        if self._branch is not None:
            return f"refs/heads/{self._branch}"
        found = self._git.tells("symbolic-ref", "--quiet", "HEAD")
        if found is None or found.startswith(f"refs/heads/{PREFIX}"):
            raise RepositoryUnavailable(
                "In the folder with the content no main line is checked out, so it is not clear what changes belong "
                "to. Whoever looks after the server has to check it out, or to name it in CONTENT_BRANCH."
            )
        return found

    def head(self) -> str:
        """Its last commit."""
        ref = self.ref()
        found = self._git.tells("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
        if found is None:
            raise RepositoryUnavailable(
                f"The main line {ref.removeprefix('refs/heads/')!r} is not in the repository, or nothing was saved on "
                "it yet. Whoever looks after the server has to name the right one in CONTENT_BRANCH."
            )
        return found

    def advance(self, make: Callable[[str], str]) -> str:
        """Put onto it the commit that `make` makes for its last one; the new one.

        Where it is checked out the working tree follows, and edits there that are saved nowhere stay as they are: git
        refuses where both touch a file, which is `EditsInTheWay`.
        """
        for _ in range(_TRIES):
            old = self.head()
            new = make(old)
            if new == old or self._moved(old, new):
                return new
        raise RepositoryBusy(
            "Somebody else is saving on the main line just now. Nothing was changed. Try again in a minute."
        )

    def _moved(self, old: str, new: str) -> bool:
        """`False` where somebody has saved on it since."""
        ref = self.ref()
        place = next((path for path, branch in self._worktrees.registered() if branch == ref and path.exists()), None)
        if place is None or self._is_bare():
            self._refuse_in_between()
            return self._git_moves(lambda: self._git.run("update-ref", "-m", "changes published", ref, new, old), old)
        return self._git_moves(lambda: self._git.at(place).run("merge", "--ff-only", "--quiet", new), old)

    def _git_moves(self, move: Callable[[], str], old: str) -> bool:
        try:
            move()
        except (GitFailed, RepositoryBusy):
            if self.head() != old:
                return False
            raise
        return True

    def _is_bare(self) -> bool:
        return self._git.run("rev-parse", "--is-bare-repository") == "true"

    def _refuse_in_between(self) -> None:
        """A rebase of the main line would undo what is put onto it."""
        for name in ("rebase-merge", "rebase-apply"):
            if (self._git.folder / self._git.run("rev-parse", "--git-path", name)).exists():
                raise RepositoryBusy(
                    "Somebody is rearranging the versions of the content with git just now. Nothing was changed. "
                    "Try again when they are done."
                )

    def _check(self) -> None:
        """Once a process: git is new enough, and the folder is the top of a repository."""
        if self._is_checked:
            return
        found = re.search(r"(\d+)\.(\d+)", self._git.run("version"))
        if found is None or (int(found[1]), int(found[2])) < _LEAST_VERSION:
            raise RepositoryUnavailable(
                f"The program git on this server is too old: {'.'.join(map(str, _LEAST_VERSION))} or newer is needed. "
                "Whoever looks after the server has to bring it up to date."
            )
        if not self._is_bare():
            top = Path(self._git.run("rev-parse", "--show-toplevel"))
            if top.resolve() != self._git.folder.resolve():
                raise RepositoryUnavailable(
                    "CONTENT_REPOSITORY has to name the top folder of the repository, not a folder inside it."
                )
        self._is_checked = True
