"""What teaching needs from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from clinic.privacy.model import Finding
from clinic.review.changes.change_set import ChangeSet
from clinic.review.content.tree import ContentTree
from clinic.review.teaching.model import PatientMessage
from clinic.staff.model import StaffMember


class PersonalWords(Protocol):
    """What is personal in a text; `clinic.privacy.Redactor`."""

    def redact(self, text: str, names: Iterable[str] = ()) -> str:
        """The text with `[name]` and the like."""

    def findings(self, text: str) -> Sequence[Finding]:
        """What is personal, in order."""


@dataclass(frozen=True)
class ChatLine:
    """One turn of a conversation; `is_button`: the words stand on a button that was pressed."""

    message: PatientMessage
    replies: tuple[dict[str, Any], ...]
    is_button: bool = False


class TaughtTurns(Protocol):
    """The inbox, as far as teaching needs it."""

    def message(self, turn: str) -> PatientMessage | None:
        """A visitor's message; `None` where it was erased or nobody said anything."""

    def conversation(self, turn: str) -> Sequence[ChatLine]:
        """The conversation of a turn, oldest first; empty where it was erased."""

    def note_taught(self, turns: Sequence[str], member: StaffMember, what: str) -> None:
        """Mark them as reviewed; `what`: what became of them, without a patient's words."""

    def note_taken_back(self, turns: Sequence[str], member: StaffMember) -> None:
        """Put them back among those to be reviewed."""


class ChangeSets(Protocol):
    """The sets of changes, as far as teaching needs them; `clinic.review.changes.desk.ChangeSetDesk`."""

    def all(self) -> list[ChangeSet]:
        """Newest first."""

    def current(self, member: StaffMember) -> ChangeSet:
        """The newest open one, made when there is none."""

    def tree(self, change_set_id: str) -> ContentTree:
        """The content with the set's changes."""

    def titles(self, change_set_id: str) -> Mapping[str, str]:
        """How the set calls topics, by their names."""

    def edit(
        self,
        change_set_id: str,
        member: StaffMember,
        message: str,
        change: Callable[[ContentTree], None],
        expects: str | None = None,
    ) -> ChangeSet:
        """One saved change in the member's name."""
