"""Stores in memory: for trying things out and for tests; they pass the same contract tests as the databases."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from threading import Lock

from clinic.booking.appointment import (
    TAKES_TIME,
    Appointment,
    AppointmentEvent,
    AppointmentStatus,
    EventKind,
    EventState,
    Patient,
)
from clinic.booking.availability import Cell, TimeSlot
from clinic.booking.errors import AppointmentNotFound, HoldExpired, TimeTaken
from clinic.booking.model import AppointmentRequest, RequestStatus
from clinic.booking.ports import ReferenceTaken


class MemoryRequestStore:
    """Appointment requests in a dictionary, gone with the process."""

    def __init__(self) -> None:
        """An empty store."""
        self._requests: dict[str, AppointmentRequest] = {}
        self._lock = Lock()

    def add(self, request: AppointmentRequest) -> AppointmentRequest:
        """Keep `request`, or return the earlier one with its key; see `RequestStore`."""
        with self._lock:
            for earlier in self._requests.values():
                if earlier.idempotency_key == request.idempotency_key:
                    return earlier
            if request.reference in self._requests:
                raise ReferenceTaken(request.reference)
            self._requests[request.reference] = request
            return request

    def find(self, reference: str) -> AppointmentRequest | None:
        """The request with this reference."""
        return self._requests.get(reference)

    def withdraw(self, reference: str) -> AppointmentRequest | None:
        """Mark the request withdrawn."""
        with self._lock:
            if reference not in self._requests:
                return None
            self._requests[reference] = replace(self._requests[reference], status=RequestStatus.WITHDRAWN)
            return self._requests[reference]


class MemoryAppointmentBook:
    """Appointments in dictionaries, gone with the process; see `AppointmentBook` for every method."""

    def __init__(self) -> None:
        """An empty book."""
        self._appointments: dict[str, Appointment] = {}
        self._claims: dict[Cell, str] = {}
        self._events: list[AppointmentEvent] = []
        self._lock = Lock()

    def taken(self, since: datetime, until: datetime, now: datetime) -> set[Cell]:
        """The cells between two moments that are held or booked."""
        with self._lock:
            self._let_holds_run_out(now)
            return {cell for cell in self._claims if since <= cell[1] < until}

    def hold(self, appointment: Appointment, cells: Collection[Cell], now: datetime) -> Appointment:
        """Claim the cells of a new appointment."""
        with self._lock:
            for earlier in self._appointments.values():
                if earlier.hold_key == appointment.hold_key:
                    return earlier
            if appointment.reference in self._appointments:
                raise ReferenceTaken(appointment.reference)
            self._claim(appointment.reference, cells, now)
            return self._keep(appointment)

    def book(
        self,
        reference: str,
        patient: Patient,
        cells: Collection[Cell],
        now: datetime,
        remind_at: datetime | None = None,
    ) -> Appointment:
        """Make a hold a booking."""
        with self._lock:
            found = self._known(reference)
            if found.status is AppointmentStatus.BOOKED:
                return found
            if found.status is AppointmentStatus.CANCELLED:
                raise AppointmentNotFound("the appointment is cancelled")
            try:
                self._claim(reference, cells, now)
            except TimeTaken:
                raise HoldExpired("the hold ran out, and the time is taken") from None
            booked = replace(found, status=AppointmentStatus.BOOKED, patient=patient)
            return self._told(self._keep(booked), EventKind.BOOKED, now, remind_at)

    def move(
        self, reference: str, slot: TimeSlot, cells: Collection[Cell], now: datetime, remind_at: datetime | None = None
    ) -> Appointment:
        """Give a booked appointment another time."""
        with self._lock:
            found = self._known(reference)
            if found.status is not AppointmentStatus.BOOKED:
                raise AppointmentNotFound("only a booked appointment can be moved")
            if found.slot == slot:
                return found
            self._claim(reference, cells, now)
            moved = replace(found, slot=slot, sequence=found.sequence + 1)
            return self._told(self._keep(moved), EventKind.MOVED, now, remind_at)

    def cancel(self, reference: str, now: datetime) -> Appointment:
        """End a hold or a booking and free its time."""
        with self._lock:
            found = self._known(reference)
            if found.status not in TAKES_TIME:
                return found
            self._release(reference)
            ended = self._keep(replace(found, status=AppointmentStatus.CANCELLED, sequence=found.sequence + 1))
            return self._told(ended, EventKind.CANCELLED, now) if found.status is AppointmentStatus.BOOKED else ended

    def find(self, reference: str) -> Appointment | None:
        """The appointment with this reference, whatever its status."""
        return self._appointments.get(reference)

    def events(self) -> list[AppointmentEvent]:
        """Everything that has to be told, in the order it happened."""
        return list(self._events)

    def take_due(self, now: datetime, until: datetime) -> AppointmentEvent | None:
        """The next event that is due, for this caller alone; see `Outbox`."""
        with self._lock:
            for number, event in enumerate(self._events):
                if event.state is EventState.SENDING and event.due_at <= now:
                    self._events[number] = replace(event, state=EventState.DEAD, error="sender_lost")
            waiting = [e for e in self._events if e.state is EventState.WAITING and e.due_at <= now]
            if not waiting:
                return None
            first = min(waiting, key=lambda event: event.due_at)
            taken = replace(first, state=EventState.SENDING, due_at=until, attempts=first.attempts + 1)
            self._events[self._events.index(first)] = taken
            return taken

    def settle(self, event: AppointmentEvent, state: EventState, due_at: datetime, error: str | None = None) -> None:
        """Say what became of an event that was taken; see `Outbox`."""
        with self._lock:
            for number, known in enumerate(self._events):
                if (known.reference, known.kind, known.sequence) == (event.reference, event.kind, event.sequence):
                    self._events[number] = replace(known, state=state, due_at=due_at, error=error)

    def _claim(self, reference: str, cells: Collection[Cell], now: datetime) -> None:
        """Give up what the appointment had and take these cells, or raise and change nothing."""
        self._let_holds_run_out(now, but=reference)
        if any(self._claims.get(cell, reference) != reference for cell in cells):
            raise TimeTaken("a part of this time is taken")
        self._release(reference)
        self._claims |= dict.fromkeys(cells, reference)

    def _let_holds_run_out(self, now: datetime, but: str = "") -> None:
        for found in list(self._appointments.values()):
            if found.status is AppointmentStatus.HELD and found.held_until <= now and found.reference != but:
                self._release(found.reference)
                self._keep(replace(found, status=AppointmentStatus.EXPIRED))

    def _release(self, reference: str) -> None:
        self._claims = {cell: other for cell, other in self._claims.items() if other != reference}

    def _keep(self, appointment: Appointment) -> Appointment:
        self._appointments[appointment.reference] = appointment
        return appointment

    def _known(self, reference: str) -> Appointment:
        if reference not in self._appointments:
            raise AppointmentNotFound("no appointment has this reference")
        return self._appointments[reference]

    def _told(
        self, appointment: Appointment, kind: EventKind, now: datetime, remind_at: datetime | None = None
    ) -> Appointment:
        self._events.append(AppointmentEvent(appointment.reference, kind, appointment.sequence, now, now))
        if remind_at is not None:
            self._events.append(
                AppointmentEvent(appointment.reference, EventKind.REMINDER, appointment.sequence, remind_at, remind_at)
            )
        return appointment


class MemoryAttempts:
    """Wrong tries of the last while, in this process."""

    def __init__(self, most: int = 5, seconds: float = 15 * 60, clock: Callable[[], float] = time.monotonic) -> None:
        """`most` wrong tries in `seconds` for one key."""
        self._most, self._seconds, self._clock = most, seconds, clock
        self._failed: defaultdict[str, list[float]] = defaultdict(list)
        self._lock = Lock()

    def allows(self, key: str) -> bool:
        """Whether one more try may be made."""
        with self._lock:
            since = self._clock() - self._seconds
            self._failed[key] = [at for at in self._failed[key] if at > since]
            allowed = len(self._failed[key]) < self._most
            if not self._failed[key]:
                del self._failed[key]
            return allowed

    def failed(self, key: str) -> None:
        """Count a wrong try."""
        with self._lock:
            self._failed[key].append(self._clock())
