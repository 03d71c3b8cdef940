"""The content's versions in git: a branch and a worktree for each set of changes, and the main line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from clinic.adapters.git_changes import GitReads
from clinic.adapters.git_folders import KEPT, NO_COMMIT, PUBLISHED, ensure_branch, save, unsaved
from clinic.adapters.git_main import MainLine
from clinic.adapters.git_merging import commit_tree, merged_tree, refuse_unreadable
from clinic.adapters.git_program import Git
from clinic.adapters.git_worktrees import MAIN, Worktrees
from clinic.adapters.write_lock import write_lock
from clinic.review.changes.change_set import PREFIX, Author, branch_of
from clinic.review.changes.ports import Change
from clinic.review.content.errors import ChangedMeanwhile, ChangesError, EditsInTheWay
from clinic.review.content.tree import ContentTree

_LOCK_SECONDS = 20.0
_BY_HAND = "Edited by hand"


class GitContent(GitReads):
    """`ContentRepository` over the git program. Nothing is run before the first call."""

    def __init__(
        self, repository: Path, folder: Path, branch: str | None = None, program: str = "git",
        lock_seconds: float = _LOCK_SECONDS,
    ) -> None:  # fmt: skip
        """`repository`: its top folder, or a bare one; `folder`: for the worktrees; `branch`: see `MainLine`."""
        self._lock_path, self._lock_seconds = folder.absolute() / ".lock", lock_seconds
        git = Git(repository, program)
        worktrees = Worktrees(git, folder)
        super().__init__(git, worktrees, MainLine(git, worktrees, branch))

    def open(self, change_set_id: str) -> str:
        """A new branch and folder; see `ContentRepository`."""
        head, branch = self._main.head(), _ref(change_set_id)
        with self._locked():
            self._git.run("update-ref", branch, head, NO_COMMIT)
            try:
                self._worktrees.ensure(change_set_id, head, branch)
            except BaseException:
                with suppress(ChangesError):
                    self._worktrees.remove(change_set_id)
                    self._git.run("update-ref", "-d", branch, head)
                raise
        return head

    def head(self, change_set_id: str, known: str) -> str:
        """The last commit of a set."""
        found = self._tip(change_set_id)
        if found is not None:
            return found
        self._main.head()  # says so where there is no repository at all
        with self._locked():
            return ensure_branch(self._git, _ref(change_set_id), known)

    def tree(self, change_set_id: str, known: str) -> ContentTree:
        """The set's folder, as saved."""
        with self._locked():
            self._take_in(self._at_rest(change_set_id, known))
        return ContentTree(self._worktrees.path(change_set_id))

    def save(
        self, change_set_id: str, known: str, author: Author, message: str, change: Change, expects: str | None
    ) -> str:
        """One commit; see `ContentRepository`."""
        with self._locked():
            git = self._at_rest(change_set_id, known)
            self._take_in(git)
            if expects is not None and git.run("rev-parse", "HEAD") != expects:
                raise ChangedMeanwhile
            return self._changed(change_set_id, author, message, change)

    def save_on_main(self, author: Author, message: str, change: Change) -> str:
        """One commit on the main line, made in a folder of its own."""

        def made(old: str) -> str:
            git = self._worktrees.ensure(MAIN, old, None)
            self._worktrees.put_aside(MAIN)
            git.run("reset", "--quiet", "--hard", old)
            return self._changed(MAIN, author, message, change)

        with self._locked():
            return self._main.advance(made)

    def bring_up_to_date(self, change_set_id: str, known: str, author: Author) -> str:
        """The main line's changes into the set."""
        with self._locked():
            git, main = self._at_rest(change_set_id, known), self._main.head()
            self._take_in(git)
            head = git.run("rev-parse", "HEAD")
            if self._is_ancestor(main, head):
                return head
            tree = merged_tree(git, head, main)
            refuse_unreadable(git, head, tree)
            new = commit_tree(git, tree, [head, main], author, "Brought up to date")
            with self._worktrees.editing(change_set_id):
                git.run("reset", "--quiet", "--hard", new)
            return new

    def merge(
        self, change_set_id: str, known: str, author: Author, message: str, expects: str | None,
        merged: Callable[[str], None] = lambda _: None,
    ) -> str:  # fmt: skip
        """A set onto the main line, once."""
        with self._locked():
            done = self._published(change_set_id, known)
            commit = done or self._merged(change_set_id, known, author, message, expects)
            merged(commit)
            return commit

    def close(self, change_set_id: str, known: str) -> None:
        """Remove folder and branch; the commits stay under another name."""
        with self._locked():
            self._close(change_set_id)

    def put_aside(self, change_set_id: str, known: str) -> str | None:
        """Edits by hand as a commit of their own, out of the way."""
        with self._locked():
            self._at_rest(change_set_id, known)
            return self._worktrees.put_aside(change_set_id)

    def clean(self, alive: Mapping[str, str]) -> list[str]:
        """Mend, and put aside what is left over; in words."""
        done: list[str] = []
        with self._locked():
            for name in self._worktrees.forget_missing():
                done.append(f"The folder of {name} was gone")
            branches = {ref.rpartition("/")[2] for ref in self._refs(f"refs/heads/{PREFIX}")}
            left = branches | {name for name in self._worktrees.names() if name != MAIN}
            for name in sorted(left - alive.keys()):
                self._close(name)
                done.append(f"{name} belongs to no open set of changes: its folder was removed, its changes are kept")
            for name, known in alive.items():
                was_whole = self._worktrees.is_at_rest(name) and name in branches
                try:
                    self._at_rest(name, known)
                except ChangesError as error:
                    done.append(f"{name} cannot be mended: {error}")
                else:
                    done += [] if was_whole else [f"{name} was mended"]
        return done

    def _merged(self, change_set_id: str, known: str, author: Author, message: str, expects: str | None) -> str:
        git = self._at_rest(change_set_id, known)
        if files := unsaved(git):
            raise EditsInTheWay(files)
        head = git.run("rev-parse", "HEAD")
        if expects is not None and head != expects:
            raise ChangedMeanwhile

        def made(old: str) -> str:
            if self._is_ancestor(head, old):
                return old
            tree = merged_tree(self._git, old, head)
            refuse_unreadable(self._git, old, tree)
            new = commit_tree(self._git, tree, [old, head], author, message)
            # First, so that a process that dies in between is known to have done it.
            self._git.run("update-ref", f"{PUBLISHED}/{change_set_id}", new)
            return new

        return self._main.advance(made)

    def _at_rest(self, change_set_id: str, known: str) -> Git:
        """Git in a set's folder, whole and with nothing half done. Needs the lock."""
        self._main.head()  # says so where there is no repository at all
        branch = _ref(change_set_id)
        return self._worktrees.ensure(change_set_id, ensure_branch(self._git, branch, known), branch)

    def _changed(self, name: str, author: Author, message: str, change: Change) -> str:
        """Apply a change in a folder and save it; what fails leaves nothing."""
        with self._worktrees.editing(name) as git:
            change(ContentTree(git.folder))
            return save(git, author, message)

    def _take_in(self, git: Git) -> None:
        """Edits by hand become a saved change of their own; what cannot be read stays as it is and is told."""
        if unsaved(git):
            save(git, None, _BY_HAND)

    def _close(self, name: str) -> None:
        head = self._tip(name)
        self._worktrees.remove(name)
        if head is not None:
            self._git.run("update-ref", f"{KEPT}/{name}", head)
            self._git.run("update-ref", "-d", _ref(name), head)

    def _locked(self) -> AbstractContextManager[None]:
        return write_lock(self._lock_path, self._lock_seconds)


def _ref(change_set_id: str) -> str:
    return f"refs/heads/{branch_of(change_set_id)}"
