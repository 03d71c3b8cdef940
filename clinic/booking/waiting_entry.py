"""A place on the waiting list, and a freed time that is offered to whoever has it. Times are in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clinic.booking.appointment import EventState, Patient
from clinic.booking.availability import TimeSlot


class WaitingStatus(StrEnum):
    """Waiting until a time is taken from the list, or the list is left."""

    WAITING = "waiting"
    LEFT = "left"
    SERVED = "served"


@dataclass(frozen=True)
class WaitingListEntry:
    """One who waits for a time; `clinician`: only hers or his.

    `appointment_reference`: a visit they have and would give up for an earlier time; `served_by`: the offer they took.
    """

    reference: str
    key: str
    sender: str
    visit_type: str
    clinician: str | None
    patient: Patient
    joined_at: datetime
    appointment_reference: str | None = None
    status: WaitingStatus = WaitingStatus.WAITING
    served_by: str | None = None


@dataclass(frozen=True)
class Offer:
    """A freed time offered to one entry: a row of an outbox, like `AppointmentEvent`.

    `freed_by` and `freed_sequence`: the change of an appointment that freed it; an entry hears of each change once.
    """

    reference: str
    entry_reference: str
    slot: TimeSlot
    freed_by: str
    freed_sequence: int
    at: datetime
    due_at: datetime
    state: EventState = EventState.WAITING
    attempts: int = 0
    error: str | None = None
