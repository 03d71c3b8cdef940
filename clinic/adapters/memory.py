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
    UNSETTLED,
    Appointment,
    AppointmentEvent,
    AppointmentStatus,
    EventKind,
    EventState,
    EventTarget,
    Patient,
    events_of,
)
from clinic.booking.availability import Cell, TimeSlot
from clinic.booking.errors import AppointmentNotFound, HoldExpired, TimeTaken
from clinic.booking.model import AppointmentRequest, RequestStatus
from clinic.booking.ports import ReferenceTaken

_KEPT = frozenset({AppointmentStatus.BOOKED, AppointmentStatus.NO_SHOW})


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

    def __init__(self, told: Collection[EventTarget] = (EventTarget.MAIL,)) -> None:
        """An empty book; `told`: who hears of every change."""
        self._told_to = tuple(told)
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
            mine = [a for a in self._appointments.values() if a.sender == appointment.sender]
            earlier_holds = {a.reference for a in mine if a.status is AppointmentStatus.HELD}
            self._claim(appointment.reference, cells, now, giving_up=earlier_holds)
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
            return self._told(self._keep(moved), EventKind.MOVED, now, remind_at, freed=found.slot)

    def cancel(self, reference: str, now: datetime) -> Appointment:
        """End a hold or a booking and free its time."""
        with self._lock:
            found = self._known(reference)
            if found.status not in TAKES_TIME:
                return found
            self._release(reference)
            ended = self._keep(replace(found, status=AppointmentStatus.CANCELLED, sequence=found.sequence + 1))
            was_booked = found.status is AppointmentStatus.BOOKED
            return self._told(ended, EventKind.CANCELLED, now, freed=found.slot) if was_booked else ended

    def mark_no_show(self, reference: str, now: datetime, came: bool = False) -> Appointment:
        """Say that nobody came, or take that back."""
        wanted = AppointmentStatus.BOOKED if came else AppointmentStatus.NO_SHOW
        with self._lock:
            found = self._known(reference)
            if found.status not in _KEPT:
                raise AppointmentNotFound("only a booked appointment can be missed")
            if found.status is wanted:
                return found
            changed = replace(found, status=wanted, sequence=found.sequence + 1)
            return self._told(self._keep(changed), EventKind.NO_SHOW, now)

    def find(self, reference: str) -> Appointment | None:
        """The appointment with this reference, whatever its status."""
        return self._appointments.get(reference)

    def find_hold(self, key: str) -> Appointment | None:
        """The appointment that began as the hold with this key."""
        with self._lock:
            return next((found for found in self._appointments.values() if found.hold_key == key), None)

    def between(self, since: datetime, until: datetime) -> list[Appointment]:
        """Those that start between two moments, but no holds; see `AppointmentBook`."""
        with self._lock:
            listed = [a for a in self._appointments.values() if _is_listed(a) and since <= a.slot.start < until]
        return sorted(listed, key=lambda found: (found.slot, found.reference))

    def search(self, text: str, most: int) -> list[Appointment]:
        """Those whose reference, name or contact holds a text; see `AppointmentBook`."""
        with self._lock:
            listed = [a for a in self._appointments.values() if _is_listed(a) and _holds(a, text.lower())]
        return sorted(listed, key=lambda found: found.slot.start, reverse=True)[:most]

    def events(self) -> list[AppointmentEvent]:
        """Everything that has to be told, in the order it happened."""
        return list(self._events)

    def events_of(self, reference: str) -> list[AppointmentEvent]:
        """What had or has to be told of one appointment."""
        return [event for event in self._events if event.reference == reference]

    def take_due(
        self, now: datetime, until: datetime, target: EventTarget = EventTarget.MAIL
    ) -> AppointmentEvent | None:
        """The next event that is due, for this caller alone; see `Outbox`."""
        lost = EventState.DEAD if target is EventTarget.MAIL else EventState.WAITING
        with self._lock:
            for number, event in enumerate(self._events):
                if event.target is target and event.state is EventState.SENDING and event.due_at <= now:
                    self._events[number] = replace(event, state=lost, error="sender_lost")
            waiting = [
                e for e in self._events if e.target is target and e.state is EventState.WAITING and e.due_at <= now
            ]
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
                if _row_of(known) == _row_of(event):
                    self._events[number] = replace(known, state=state, due_at=due_at, error=error)

    def unsettled(self) -> list[AppointmentEvent]:
        """What waits, is being sent or is dead; see `Outbox`."""
        with self._lock:
            return sorted((e for e in self._events if e.state in UNSETTLED), key=lambda event: event.due_at)

    def revive(self, event: AppointmentEvent, due_at: datetime) -> bool:
        """Let a dead event wait again; see `Outbox`."""
        with self._lock:
            for number, known in enumerate(self._events):
                if _row_of(known) == _row_of(event) and known.state is EventState.DEAD:
                    self._events[number] = replace(known, state=EventState.WAITING, due_at=due_at)
                    return True
            return False

    def forget_holds(self, before: datetime) -> int:
        """Delete what was held, ran out before then and became no booking; see `AppointmentBook`."""
        with self._lock:
            over = [a.reference for a in self._appointments.values() if a.patient is None and a.held_until < before]
            for reference in over:
                self._release(reference)
                del self._appointments[reference]
            return len(over)

    def _claim(self, reference: str, cells: Collection[Cell], now: datetime, giving_up: Collection[str] = ()) -> None:
        """Give up what the appointment (and these others) had and take these cells, or raise and change nothing."""
        self._let_holds_run_out(now, but=reference)
        own = {reference, *giving_up}
        if any(self._claims.get(cell, reference) not in own for cell in cells):
            raise TimeTaken("a part of this time is taken")
        for other in own:
            self._release(other)
        for other in giving_up:
            self._keep(replace(self._appointments[other], status=AppointmentStatus.EXPIRED))
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
        self,
        appointment: Appointment,
        kind: EventKind,
        now: datetime,
        remind_at: datetime | None = None,
        freed: TimeSlot | None = None,
    ) -> Appointment:
        self._events += events_of(appointment, kind, now, self._told_to, remind_at, freed)
        return appointment


def _is_listed(found: Appointment) -> bool:
    """A hold that was given up is cancelled too, and has no patient."""
    was_booked = found.status is AppointmentStatus.CANCELLED and found.patient is not None
    return was_booked or found.status in _KEPT


def _holds(found: Appointment, text: str) -> bool:
    patient = found.patient
    values = (found.reference, patient.name, patient.contact.value) if patient else (found.reference,)
    return any(text in value.lower() for value in values)


def _row_of(event: AppointmentEvent) -> tuple[str, EventKind, int, EventTarget]:
    return event.reference, event.kind, event.sequence, event.target


class MemoryAttempts:
    """Tries of the last while, in this process."""

    def __init__(self, seconds: float = 15 * 60, clock: Callable[[], float] = time.monotonic) -> None:
        """`seconds`: after how long a try is forgotten."""
        self._seconds, self._clock = seconds, clock
        self._tries: defaultdict[str, list[float]] = defaultdict(list)
        self._lock = Lock()

    def begin(self, key: str, most: int) -> bool:
        """Count a try and say whether it may be made; see `Attempts`."""
        with self._lock:
            since = self._clock() - self._seconds
            self._tries[key] = [at for at in self._tries[key] if at > since]
            if len(self._tries[key]) >= most:
                return False
            self._tries[key].append(self._clock())
            return True

    def forget(self, key: str) -> None:
        """Take the last try back; see `Attempts`."""
        with self._lock:
            if self._tries[key]:
                self._tries[key].pop()
