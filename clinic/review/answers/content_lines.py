"""The main line and the sets of changes, as the answers' use cases take them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from clinic.review.changes.change_set import ChangeSet
from clinic.review.changes.desk import ChangeSetDesk
from clinic.staff.model import StaffMember


class DeskLines:
    """`ContentLines` over the desk for sets of changes."""

    def __init__(self, desk: ChangeSetDesk, root: Path) -> None:
        """`root`: what is checked out of the main line (setting CONTENT_REPOSITORY)."""
        self._desk, self._root = desk, root

    def main(self) -> Path:
        """The root of what is checked out."""
        return self._root

    def open_sets(self) -> list[ChangeSet]:
        """The sets that are not published or abandoned, newest first."""
        return [change_set for change_set in self._desk.all() if not change_set.is_ended]

    def root_of(self, change_set_id: str) -> Path:
        """The root of a set's tree."""
        return self._desk.tree(change_set_id).root

    def edit_main(self, member: StaffMember, message: str, change: Callable[[Path], None]) -> str:
        """One saved change on the main line; the commit."""
        return self._desk.edit_main(member, message, lambda tree: change(tree.root))

    def edit_set(self, change_set_id: str, member: StaffMember, message: str, change: Callable[[Path], None]) -> str:
        """One saved change in a set; the commit."""
        return self._desk.edit(change_set_id, member, message, lambda tree: change(tree.root)).head
