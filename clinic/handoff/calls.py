"""Requests that staff see to: call backs, and questions without an approved text. Times in seconds since the epoch."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from clinic.booking.appointment import EventState
from clinic.booking.model import AppointmentRequest, RequestStatus
from clinic.intake import ContactKind


class CallKind(StrEnum):
    """A wish to be called or to come, or a question that wants an answer only."""

    CALL_BACK = "call_back"
    QUESTION = "question"


@dataclass(frozen=True)
class StaffAnswer:
    """An answer that goes out by mail: a row of the outbox.

    `id`: made by the form, so that one sent twice is one; `state`: waiting, sending, sent or dead; `due_at`: not
    before, and while sending, until when; `error`: the kind of the last failure.
    """

    id: str
    reference: str
    text: str
    written_by: str
    written_by_name: str
    written_at: float
    state: EventState = EventState.WAITING
    due_at: float = 0.0
    attempts: int = 0
    error: str | None = None


@dataclass(frozen=True)
class Call:
    """A request and what staff made of it; `answer`: the last one that was written."""

    request: AppointmentRequest
    is_done: bool = False
    assigned_to: str | None = None
    assigned_name: str | None = None
    note: str | None = None
    done_by_name: str | None = None
    done_at: float | None = None
    answer: StaffAnswer | None = None

    @property
    def kind(self) -> CallKind:
        """Whether somebody wants to be called or to come, or an answer only."""
        return CallKind.QUESTION if self.request.is_question else CallKind.CALL_BACK

    @property
    def has_mail(self) -> bool:
        """Whether an answer can be mailed."""
        return self.request.contact.kind is ContactKind.EMAIL

    @property
    def is_withdrawn(self) -> bool:
        """Whether the person has taken it back."""
        return self.request.status is RequestStatus.WITHDRAWN


class CallStore(Protocol):
    """Requests with what staff made of them. Each method is one transaction and raises `HandoffUnavailable`."""

    def calls(self, *, is_done: bool, most: int, whose: str | None = None) -> list[Call]:
        """Open ones, the oldest first, or done ones, the last done first; of those taken back only done ones.

        `whose`: a member's, with "" nobody's, else everybody's.
        """

    def find(self, reference: str) -> Call | None:
        """One by its reference."""

    def assign(self, reference: str, member: str | None, name: str | None, seen: str | None) -> None:
        """Say whose it is, `None` for nobody's, where it is still whose it was `seen` to be.

        Raises `TakenByOther`, `NoSuchCall`.
        """

    def finish(self, reference: str, member: str, name: str, note: str, now: float) -> None:
        """Done, once: raises `DoneAlready` for all but the first, `NoSuchCall`."""

    def reopen(self, reference: str) -> None:
        """To be seen to again; the note stays. Raises `NoSuchCall`."""

    def answer(self, answer: StaffAnswer, note: str) -> None:
        """Keep an answer to be mailed and call the request done, both or neither; the same id again changes nothing.

        Raises `DoneAlready`, `NoSuchCall`.
        """


class AnswerOutbox(Protocol):
    """Answers that were not mailed yet. Each is given to one caller; raises `HandoffUnavailable`."""

    def take_due(self, now: float, until: float) -> StaffAnswer | None:
        """The next one that is due, now being sent until `until`.

        One whose sender did not come back by then is dead, as it may have been sent, and its request is open again.
        """

    def settle(self, answer: StaffAnswer, state: EventState, due_at: float, error: str | None = None) -> None:
        """Say what became of one that was taken; with a dead one its request is open again."""

    def revive(self, answer_id: str, now: float) -> bool:
        """Let a dead one wait again as if it were new, its request done from now; `False` where it is not dead."""
