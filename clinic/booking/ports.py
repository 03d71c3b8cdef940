"""What the booking desk needs from the world."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from clinic.booking.appointment import Appointment, AppointmentEvent, EventState, EventTarget, Patient
from clinic.booking.availability import Cell, TimeSlot
from clinic.booking.model import AppointmentRequest


class ReferenceTaken(Exception):
    """Another request has this reference already; draw a new one."""


class RequestStore(Protocol):
    """Where appointment requests are kept. Every method raises `BookingUnavailable` when it cannot say."""

    def add(self, request: AppointmentRequest) -> AppointmentRequest:
        """Keep `request` and return it, or return the earlier request with the same idempotency key.

        Raises `ReferenceTaken` when the reference belongs to a request with another key.
        """

    def find(self, reference: str) -> AppointmentRequest | None:
        """The request with this reference."""

    def withdraw(self, reference: str) -> AppointmentRequest | None:
        """Mark the request withdrawn and return it; `None` when there is none."""


class AppointmentBook(Protocol):
    """Where appointments are kept: whatever calls at once, a cell of a clinician's day belongs to one of them.

    Every method is one transaction and raises `BookingUnavailable` when it cannot say; a change and its event
    are written together or not at all. `now` decides which holds have run out.
    """

    def taken(self, since: datetime, until: datetime, now: datetime) -> set[Cell]:
        """The cells between two moments that are held or booked."""

    def hold(self, appointment: Appointment, cells: Collection[Cell], now: datetime) -> Appointment:
        """Claim the cells; the same `hold_key` gives the earlier appointment again.

        A sender holds one time: an earlier hold is given up with the new one, and stays where that fails.
        Raises `TimeTaken` when one of the cells is claimed, `ReferenceTaken` when the reference is.
        """

    def book(
        self,
        reference: str,
        patient: Patient,
        cells: Collection[Cell],
        now: datetime,
        remind_at: datetime | None = None,
    ) -> Appointment:
        """Make a hold a booking; one booked already comes back unchanged. `remind_at`: when a reminder is due.

        A hold that ran out claims its cells again; raises `HoldExpired` when they are somebody else's by now,
        `AppointmentNotFound`.
        """

    def move(
        self, reference: str, slot: TimeSlot, cells: Collection[Cell], now: datetime, remind_at: datetime | None = None
    ) -> Appointment:
        """Give a booked appointment another time; the old one is free at once.

        One that has that time already comes back unchanged. Raises `TimeTaken` (the old time stays),
        `AppointmentNotFound`.
        """

    def cancel(self, reference: str, now: datetime) -> Appointment:
        """End a hold or a booking and free its time; doing it twice is no error. Raises `AppointmentNotFound`."""

    def mark_no_show(self, reference: str, now: datetime, came: bool = False) -> Appointment:
        """Say of a booked appointment that nobody came; with `came`, take that back. Twice is no error.

        Raises `AppointmentNotFound` for one that is neither booked nor a no-show.
        """

    def find(self, reference: str) -> Appointment | None:
        """The appointment with this reference, whatever its status."""

    def find_hold(self, key: str) -> Appointment | None:
        """The appointment that began as the hold with this key, whatever has become of it."""

    def between(self, since: datetime, until: datetime) -> list[Appointment]:
        """Those that start from `since` on and before `until`, booked, missed or cancelled, in the order of time.

        A hold is none of them, nor is one that was given up.
        """

    def search(self, text: str, most: int) -> list[Appointment]:
        """At most so many of which the reference, the patient's name or contact holds a text, the latest first.

        Capital and small letters are the same. Holds are none of them.
        """

    def events(self) -> list[AppointmentEvent]:
        """Everything that had or has to be told, in the order it happened."""

    def events_of(self, reference: str) -> list[AppointmentEvent]:
        """What had or has to be told of one appointment, in the order it happened."""

    def forget_holds(self, before: datetime) -> int:
        """Delete what was held, ran out before then and became no booking; how many."""


class Outbox(Protocol):
    """What has to be told and has not been yet. Each row is given to one caller; raises `BookingUnavailable`."""

    def take_due(
        self, now: datetime, until: datetime, target: EventTarget = EventTarget.MAIL
    ) -> AppointmentEvent | None:
        """The next event that is due for a target, now being sent until `until`; `None` when there is none.

        A mail whose sender did not come back by then is dead: it may have been sent, and nothing is sent twice.
        What is told to another target may be told again, and waits anew.
        """

    def settle(self, event: AppointmentEvent, state: EventState, due_at: datetime, error: str | None = None) -> None:
        """Say what became of an event that was taken; `WAITING` for another try at `due_at`."""

    def unsettled(self) -> list[AppointmentEvent]:
        """What waits, is being sent or is dead; the earliest due first."""

    def revive(self, event: AppointmentEvent, due_at: datetime) -> bool:
        """Let a dead event wait again; `False` where it is not dead any more, so that two at once revive it once."""


class Attempts(Protocol):
    """Counts wrong tries, by who tries and by what is tried; forgets them after a while."""

    def begin(self, key: str, most: int) -> bool:
        """Count a try and say whether it may be made: at most so many for a key, however many try at once."""

    def forget(self, key: str) -> None:
        """Take the last try back: it was right."""
