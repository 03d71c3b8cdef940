"""The desk for sets of changes: open, edit, look at, talk about, bring up to date, merge, abandon."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from clinic.review.changes.change_set import (
    ENDED,
    MOST_COMMENT,
    MOST_TITLE,
    Author,
    ChangeSet,
    ChangeSetState,
    Comment,
    SavedChange,
    branch_of,
    is_change_set_id,
)
from clinic.review.changes.differences import TITLES, Difference, differences, titles_of
from clinic.review.changes.ports import Change, ChangeSetStore, ContentRepository
from clinic.review.changes.states import ALIVE, BEFORE, CLOSED, EDITED
from clinic.review.content.errors import ChangesError, ChangeSetClosed, ChangeSetNotFound, ContentError
from clinic.review.content.tree import ContentTree
from clinic.review.content.typed import line_of
from clinic.staff.model import StaffMember
from clinic.staff.ports import AuditLog

__all__ = ["ChangeSet", "ChangeSetDesk", "ChangeSetState", "Comment", "Difference", "SavedChange"]


class ChangeSetDesk:
    """Use cases over a store and a repository; safe to share between threads. Raises `ChangesError`s."""

    def __init__(
        self,
        store: ChangeSetStore,
        repository: ContentRepository,
        audit: AuditLog,
        now: Callable[[], float] = time.time,
        zone: tzinfo = UTC,
    ) -> None:
        """`zone`: the clinic's, for the day in a title."""
        self._store, self._repository, self._audit = store, repository, audit
        self._now, self._zone = now, zone

    def open(self, member: StaffMember, title: str) -> ChangeSet:
        """A new set from the main line as it is now."""
        said = line_of(title, "title", "Give the set of changes a name.", MOST_TITLE)
        new = secrets.token_hex(4)
        head = self._repository.open(new)
        made = ChangeSet(new, said, ChangeSetState.OPEN, member.id, self._now(), branch_of(new), head)
        try:
            self._store.add(made)
        except ChangesError:
            with suppress(ChangesError):  # what is left over of it, `clean` finds
                self._repository.close(new, head)
            raise
        self._audit.note(member.id, "changes.opened", new)
        return made

    def current(self, member: StaffMember) -> ChangeSet:
        """The newest open one, made when there is none."""
        found = next((s for s in self._store.all() if s.state is ChangeSetState.OPEN), None)
        if found is not None:
            return found
        day = datetime.fromtimestamp(self._now(), self._zone)
        return self.open(member, f"Changes of {day:%-d %B}")

    def get(self, change_set_id: str) -> ChangeSet:
        """One, with the last commit that its branch really has."""
        found = self._find(change_set_id)
        return found if found.is_ended else self._with_head(found)

    def find(self, change_set_id: str) -> ChangeSet:
        """One as the database knows it: also where the repository does not answer."""
        return self._find(change_set_id)

    def all(self) -> list[ChangeSet]:
        """Newest first, as the database knows them."""
        return self._store.all()

    def tree(self, change_set_id: str) -> ContentTree:
        """The content with the set's changes, to be read; it changes under the reader when somebody saves."""
        found = self._alive(change_set_id)
        tree = self._repository.tree(found.id, found.head)
        self._with_head(found)
        return tree

    def edit(
        self, change_set_id: str, member: StaffMember, message: str, change: Change, expects: str | None = None
    ) -> ChangeSet:
        """One saved change, in the member's name; `expects`: the head that the editor saw.

        What `change` raises goes through, and nothing of it stays. A set that was checked is open again.
        """
        found = self._alive(change_set_id)
        if found.state is ChangeSetState.TESTING:
            raise ChangeSetClosed(CLOSED[found.state])
        author, said = Author.of(member), line_of(message, "message", "Say what was changed.", 500)

        def still_open(tree: ContentTree) -> None:
            # Asked again with the repository locked: a check or a merge may have begun meanwhile.
            if self._find(found.id).state in ENDED | {ChangeSetState.TESTING}:
                raise ChangeSetClosed(CLOSED[self._find(found.id).state])
            change(tree)

        head = self._repository.save(found.id, found.head, author, said, still_open, expects)
        if head != found.head:
            self._store.note_head(found.id, head)
            self._store.move(found.id, ChangeSetState.OPEN, EDITED)
            self._audit.note(member.id, "changes.saved", found.id, {"commit": head})
        return self._find(found.id)

    def edit_main(self, member: StaffMember, message: str, change: Change) -> str:
        """One saved change straight on the main line, for approved wording; its commit."""
        said = line_of(message, "message", "Say what was changed.", 500)
        commit = self._repository.save_on_main(Author.of(member), said, change)
        self._audit.note(member.id, "changes.saved_on_main", commit)
        return commit

    def differences(self, change_set_id: str) -> list[Difference]:
        """What the set changes, in words; edits by hand that are not saved yet among them."""
        found = self._find(change_set_id)
        return differences(self._repository.changes(found.id, found.head), self.titles(found.id))

    def titles(self, change_set_id: str) -> dict[str, str]:
        """How the set calls topics, by their names; without those that have no title."""
        found = self._find(change_set_id)
        return titles_of(self._repository.read(found.id, found.head, TITLES))

    def history(self, change_set_id: str) -> list[SavedChange]:
        """The saved changes of a set, newest first."""
        found = self._find(change_set_id)
        return self._repository.history(found.id, found.head)

    def is_behind(self, change_set_id: str) -> bool:
        """Whether something was published since, that the set has not."""
        found = self._find(change_set_id)
        return not found.is_ended and self._repository.is_behind(found.id, found.head)

    def comment(self, change_set_id: str, member: StaffMember, text: str) -> Comment:
        """Say something about a set, an ended one as well."""
        found = self._find(change_set_id)
        said = text.replace("\r\n", "\n").strip()
        if not said:
            raise ContentError("Write a comment first.", "comment")
        if len(said) > MOST_COMMENT:
            raise ContentError(f"The comment is too long: {len(said)} characters, at most {MOST_COMMENT}.", "comment")
        made = Comment(found.id, member.id, self._now(), said)
        self._store.add_comment(made)
        self._audit.note(member.id, "changes.commented", found.id)
        return made

    def comments(self, change_set_id: str) -> list[Comment]:
        """Oldest first."""
        return self._store.comments(self._find(change_set_id).id)

    def abandon(self, change_set_id: str, member: StaffMember) -> None:
        """Nothing will come of it; its saved changes stay readable."""
        found = self._alive(change_set_id)
        if not self._store.move(found.id, ChangeSetState.ABANDONED, ALIVE - {ChangeSetState.TESTING}):
            raise ChangeSetClosed(CLOSED[self._find(found.id).state])
        self._audit.note(member.id, "changes.abandoned", found.id)
        self._repository.close(found.id, found.head)

    def bring_up_to_date(self, change_set_id: str, member: StaffMember) -> ChangeSet:
        """Put into a set what was published since."""
        found = self._alive(change_set_id)
        if found.state is ChangeSetState.TESTING:
            raise ChangeSetClosed(CLOSED[found.state])
        head = self._repository.bring_up_to_date(found.id, found.head, Author.of(member))
        if head != found.head:
            self._store.note_head(found.id, head)
            self._store.move(found.id, ChangeSetState.OPEN, EDITED)
            self._audit.note(member.id, "changes.updated", found.id, {"commit": head})
        return self._find(found.id)

    def merge(self, change_set_id: str, member: StaffMember, expects: str | None = None) -> str:
        """Put a set onto the main line, once; the commit there. `expects`: the head that was checked."""
        found = self._find(change_set_id)
        if found.state is ChangeSetState.ABANDONED:
            raise ChangeSetClosed(CLOSED[found.state])
        author, message = Author.of(member), f"{found.title}\n\nSet of changes {found.id}"

        def merged(commit: str) -> None:
            if self._store.move(found.id, ChangeSetState.PUBLISHED, ALIVE):
                self._audit.note(member.id, "changes.merged", found.id, {"commit": commit})

        commit = self._repository.merge(found.id, found.head, author, message, expects, merged)
        self._repository.close(found.id, found.head)
        return commit

    def move(self, change_set_id: str, to: ChangeSetState) -> ChangeSet:
        """What the gate says of a set: testing, then refused, passed, or open again where the check broke off."""
        found = self._find(change_set_id)
        if not self._store.move(found.id, to, BEFORE.get(to, frozenset())):
            raise ChangeSetClosed(CLOSED.get(found.state, "This set of changes is not being checked."))
        return self._find(found.id)

    def main_files(self, parts: Sequence[str]) -> AbstractContextManager[Path]:
        """What is saved on the main line below `parts`, in a folder that is gone afterwards."""
        return self._repository.main_files(parts)

    def put_aside(self, change_set_id: str, by: str) -> str | None:
        """Take edits by hand that are not saved out of a set's folder, and keep them elsewhere: where."""
        found = self._alive(change_set_id)
        kept = self._repository.put_aside(found.id, found.head)
        if kept is not None:
            self._audit.note(by, "changes.put_aside", found.id, {"kept": kept})
        return kept

    def clean(self) -> list[str]:
        """Mend or put aside what crashes left over; what was done, in words."""
        return self._repository.clean({s.id: s.head for s in self._store.all() if not s.is_ended})

    def _find(self, change_set_id: str) -> ChangeSet:
        found = self._store.find(change_set_id) if is_change_set_id(change_set_id) else None
        if found is None:
            raise ChangeSetNotFound
        return found

    def _alive(self, change_set_id: str) -> ChangeSet:
        found = self._find(change_set_id)
        if found.is_ended:
            raise ChangeSetClosed(CLOSED[found.state])
        return found

    def _with_head(self, found: ChangeSet) -> ChangeSet:
        head = self._repository.head(found.id, found.head)
        if head == found.head:
            return found
        self._store.note_head(found.id, head)  # somebody saved by hand, or a process died before it could note it
        self._store.move(found.id, ChangeSetState.OPEN, EDITED)
        return self._find(found.id)
