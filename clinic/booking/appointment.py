"""An appointment: a time held for somebody, then booked, moved or cancelled. Times are in UTC."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from clinic.booking.availability import TimeSlot
from clinic.intake import Contact


class AppointmentStatus(StrEnum):
    """Held until it is confirmed or runs out; a booked one ends cancelled, or by its time passing.

    `NO_SHOW`: its time passed and nobody came (`noshow` in FHIR); it keeps its time, which is over.
    """

    HELD = "held"
    BOOKED = "booked"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    NO_SHOW = "no_show"


TAKES_TIME = frozenset({AppointmentStatus.HELD, AppointmentStatus.BOOKED})


@dataclass(frozen=True)
class Patient:
    """Who comes, how to reach them, and why, in their own words."""

    name: str
    contact: Contact
    reason: str


@dataclass(frozen=True)
class Appointment:
    """One visit; `sequence` counts its changes (iCalendar's SEQUENCE), `held_until` counts while it is held."""

    reference: str
    hold_key: str
    sender: str
    slot: TimeSlot
    status: AppointmentStatus
    held_until: datetime
    created_at: datetime
    sequence: int = 0
    patient: Patient | None = None

    @property
    def outer_id(self) -> str:
        """Names the visit to calendars and mail servers, the same for ever; 32 hex digits.

        They show it to others, so it must not lead back to the reference, which can be typed in to cancel. A hash of
        the reference alone would: there are few enough to try them all. The key of the hold is known to nobody.
        """
        return hashlib.sha256(f"visit {self.reference} {self.hold_key}".encode()).hexdigest()[:32]


class EventKind(StrEnum):
    """What the patient is told of by mail, and the clinic's calendar by an entry; of a no-show, neither."""

    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    REMINDER = "reminder"
    NO_SHOW = "no_show"


class EventTarget(StrEnum):
    """Who has to be told: the patient by mail or in the chat, calendar, FHIR server, or those who wait for a time."""

    MAIL = "mail"
    CHAT = "chat"
    CALENDAR = "calendar"
    FHIR = "fhir"
    WAITING_LIST = "waiting_list"


class EventState(StrEnum):
    """Waiting, then sending; then sent, or dropped as nobody needs it any more, or dead: staff have to look."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"
    DEAD = "dead"


UNSETTLED = frozenset({EventState.WAITING, EventState.SENDING, EventState.DEAD})


@dataclass(frozen=True)
class AppointmentEvent:
    """Something about an appointment that has to be told to one target: a row of the outbox.

    `due_at`: not before; `attempts`: how often telling it was begun; `error`: the kind of the last failure; `freed`:
    the time that a move or a cancellation gave up, for those who wait.
    """

    reference: str
    kind: EventKind
    sequence: int
    at: datetime
    due_at: datetime
    state: EventState = EventState.WAITING
    attempts: int = 0
    error: str | None = None
    target: EventTarget = EventTarget.MAIL
    freed: TimeSlot | None = None


# A change is made in a chat or told of by mail: the chat hears of a visit once more when it is near.
_HEAR_NO_CHANGES = frozenset({EventTarget.CHAT})
_ARE_REMINDED = frozenset({EventTarget.MAIL, EventTarget.CHAT})
_HEAR_OF_NO_SHOWS = frozenset({EventTarget.FHIR})  # nobody writes to a patient that they did not come


def events_of(
    found: Appointment,
    kind: EventKind,
    now: datetime,
    told: Iterable[EventTarget],
    remind_at: datetime | None = None,
    freed: TimeSlot | None = None,
) -> list[AppointmentEvent]:
    """What a change has to tell its targets now, and what has to recall the visit at `remind_at`."""
    event = AppointmentEvent(found.reference, kind, found.sequence, now, now)
    targets = tuple(t for t in told if kind is not EventKind.NO_SHOW or t in _HEAR_OF_NO_SHOWS)
    events = [replace(event, target=target, freed=freed) for target in targets if target not in _HEAR_NO_CHANGES]
    if remind_at is not None:
        reminder = replace(event, kind=EventKind.REMINDER, at=remind_at, due_at=remind_at)
        events += [replace(reminder, target=target) for target in targets if target in _ARE_REMINDED]
    return events
