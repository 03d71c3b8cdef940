"""What staff did to a visit, and why: beside the events of the outbox it makes the visit's history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from clinic.booking.appointment import AppointmentEvent, EventKind, EventState, EventTarget
from clinic.booking.availability import TimeSlot


class Deed(StrEnum):
    """What was done; `CAME`: a no-show was taken back."""

    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    CAME = "came"


@dataclass(frozen=True)
class VisitNote:
    """One change by a member of the staff; `sequence`: the visit's after it, `reason`: in staff's own words."""

    reference: str
    sequence: int
    deed: Deed
    by: str
    at: datetime
    reason: str = ""


class VisitNotes(Protocol):
    """Notes are added and never changed. Every method is one transaction and raises `BookingUnavailable`."""

    def add(self, note: VisitNote) -> None:
        """Keep a note; a second one of the same change is not kept."""

    def of(self, reference: str) -> list[VisitNote]:
        """The notes of one visit, oldest first."""


@dataclass(frozen=True)
class PastChange:
    """A line of a visit's history; without `note` the patient did it.

    `freed`: the time the visit had before, `mail`: what became of the letter about it, `None` where there is none.
    """

    deed: Deed
    sequence: int
    at: datetime
    note: VisitNote | None = None
    freed: TimeSlot | None = None
    mail: EventState | None = None


def history(events: Iterable[AppointmentEvent], notes: Iterable[VisitNote]) -> list[PastChange]:
    """Every change of a visit, oldest first; reminders are none."""
    noted = {note.sequence: note for note in notes}
    told: dict[int, list[AppointmentEvent]] = {}
    for event in events:
        if event.kind not in (EventKind.REMINDER, EventKind.NO_SHOW):
            told.setdefault(event.sequence, []).append(event)
    found = [_told(same, noted.pop(sequence, None)) for sequence, same in told.items()]
    found += [PastChange(note.deed, note.sequence, note.at, note) for note in noted.values()]
    return sorted(found, key=lambda change: (change.sequence, change.at))


def _told(same: list[AppointmentEvent], note: VisitNote | None) -> PastChange:
    first = same[0]
    letters = [event.state for event in same if event.target is EventTarget.MAIL]
    freed = next((event.freed for event in same if event.freed), None)
    deed = Deed(first.kind.value)
    return PastChange(deed, first.sequence, first.at, note, freed, letters[0] if letters else None)
