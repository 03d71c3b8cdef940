"""What sets of changes need from outside: rows in a database, and a repository with branches."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from clinic.review.changes.change_set import Author, ChangeSet, ChangeSetState, Comment, FileChange, SavedChange
from clinic.review.content.tree import ContentTree

Change = Callable[[ContentTree], None]


class ChangeSetStore(Protocol):
    """The rows; every method is one transaction and raises `ChangesUnavailable` where the database fails."""

    def add(self, change_set: ChangeSet) -> None:
        """A new one; its id is new."""

    def find(self, change_set_id: str) -> ChangeSet | None:
        """One by its id."""

    def all(self) -> list[ChangeSet]:
        """Newest first."""

    def move(self, change_set_id: str, to: ChangeSetState, since: Collection[ChangeSetState]) -> bool:
        """Set the state where it is one of `since`; `False` where it is another, or there is no such set."""

    def note_head(self, change_set_id: str, head: str) -> None:
        """The last commit known."""

    def add_comment(self, comment: Comment) -> None:
        """Of a set that is there."""

    def comments(self, change_set_id: str) -> list[Comment]:
        """Oldest first."""


class ContentRepository(Protocol):
    """Versions of the content. One writer at a time, across processes; what fails leaves all as it was.

    Raises `RepositoryUnavailable`, `RepositoryBusy` and `StorageFull`, and what is named at each method.
    `known`: the last commit the database knows of, from which a branch that somebody deleted is made anew.
    """

    def open(self, change_set_id: str) -> str:
        """A new branch from the main line with a folder of its own; its commit."""

    def head(self, change_set_id: str, known: str) -> str:
        """The last commit of a set."""

    def tree(self, change_set_id: str, known: str) -> ContentTree:
        """The set's folder, complete and as saved: edits by hand in it become a saved change of their own.

        Raises `ContentUnreadable` where such an edit broke a file.
        """

    def save(
        self, change_set_id: str, known: str, author: Author, message: str, change: Change, expects: str | None
    ) -> str:
        """Apply `change` to the set's folder and save it; the new commit, or the old one where nothing changed.

        Raises `ChangedMeanwhile` where the last commit is not `expects`, and what `change` raises.
        """

    def save_on_main(self, author: Author, message: str, change: Change) -> str:
        """The same straight on the main line. Raises `EditsInTheWay`."""

    def main(self) -> str:
        """The last commit of the main line."""

    def changes(self, change_set_id: str, known: str) -> list[FileChange]:
        """Every file that the set changes, edits by hand that are not saved yet among them."""

    def read(self, change_set_id: str, known: str, path: str) -> str | None:
        """A file as the set has it saved; `None` where it has none, or a very large one."""

    def history(self, change_set_id: str, known: str) -> list[SavedChange]:
        """The saved changes of a set, newest first."""

    def is_behind(self, change_set_id: str, known: str) -> bool:
        """Whether the main line has something that the set has not."""

    def bring_up_to_date(self, change_set_id: str, known: str, author: Author) -> str:
        """Put the main line's changes into the set; its new commit. Raises `MergeConflict`, `ContentUnreadable`."""

    def main_files(self, parts: Sequence[str]) -> AbstractContextManager[Path]:
        """The main line's files below `parts` as they are saved, in a folder that is gone afterwards."""

    def merge(
        self, change_set_id: str, known: str, author: Author, message: str, expects: str | None,
        merged: Callable[[str], None] = lambda _: None,
    ) -> str:  # fmt: skip
        """Put a set onto the main line; the commit there. A set that is there as it is now stays as it is.

        `merged` is told the commit while nobody else can save.
        Raises `ChangedMeanwhile`, `MergeConflict`, `EditsInTheWay`, `ContentUnreadable`.
        """

    def close(self, change_set_id: str, known: str) -> None:
        """Remove a set's folder and branch; its commits stay, and edits by hand are put aside."""

    def put_aside(self, change_set_id: str, known: str) -> str | None:
        """Take edits by hand out of a set's folder and keep them elsewhere: where; `None` where there are none."""

    def clean(self, alive: Mapping[str, str]) -> list[str]:
        """Mend the folders of the sets that are alive (`known` by id), and put aside what is left over of others.

        What was done, in words.
        """
