"""Hold, book, move, cancel, run out and crash in any order against a model: no time twice, none lost, no false news."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule
from sqlalchemy import event

from clinic.adapters.memory import MemoryAppointmentBook
from clinic.adapters.sql.appointments import SqlAppointmentBook
from clinic.adapters.sql.engine import open_engine
from clinic.booking.appointment import Appointment, AppointmentStatus, EventKind, Patient
from clinic.booking.availability import TimeSlot, cells
from clinic.booking.errors import AppointmentNotFound, HoldExpired, TimeTaken
from clinic.booking.model import new_reference
from clinic.booking.timetable import VisitType
from clinic.intake import Contact, ContactKind
from tools.migrate import upgrade

START = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
VISIT = VisitType("first", "First visit", timedelta(minutes=20), timedelta(minutes=5))
ANN = Patient("Ann Example", Contact(ContactKind.EMAIL, "ann@example.org"), "restless legs")
HOLD = timedelta(minutes=10)


def slot_at(number: int, clinician: str) -> TimeSlot:
    start = START + number * timedelta(minutes=5)
    return TimeSlot(start, start + VISIT.length, clinician, "first")


slots = st.builds(slot_at, st.integers(0, 14), st.sampled_from("ab"))


class Crash(Exception):
    """The process ends between two statements."""


@dataclass
class Known:
    """What the model knows of one appointment."""

    slot: TimeSlot
    status: AppointmentStatus
    until: datetime
    changes: int = 0
    told: tuple[EventKind, ...] = ()


class Booking(RuleBasedStateMachine):
    """The book in memory against the model; `OnSqlite` adds crashes."""

    references = Bundle("references")

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
        self.known: dict[str, Known] = {}
        self.book: Any = self.open()

    def open(self) -> Any:
        return MemoryAppointmentBook()

    def owner(self, slot: TimeSlot, but: str = "") -> bool:
        """Whether another one has a part of this time."""
        wanted = set(cells(slot, VISIT))
        return any(wanted & set(cells(k.slot, VISIT)) for r, k in self.known.items() if r != but and self.counts(k))

    def counts(self, known: Known) -> bool:
        is_held = known.status is AppointmentStatus.HELD and known.until > self.now
        return is_held or known.status is AppointmentStatus.BOOKED

    @rule(target=references, slot=slots)
    def hold(self, slot: TimeSlot) -> str:
        reference, until = new_reference(), self.now + HOLD
        wished = Appointment(reference, uuid4().hex, uuid4().hex, slot, AppointmentStatus.HELD, until, self.now)
        try:
            self.book.hold(wished, cells(slot, VISIT), self.now)
        except TimeTaken:
            assert self.owner(slot)
            return "ZZZZ9999"
        assert not self.owner(slot)
        self.known[reference] = Known(slot, AppointmentStatus.HELD, until)
        return reference

    @rule(reference=references)
    def confirm(self, reference: str) -> None:
        known = self.known.get(reference)
        try:
            self.book.book(reference, ANN, cells(known.slot, VISIT) if known else [], self.now)
        except AppointmentNotFound:
            assert known is None or known.status is AppointmentStatus.CANCELLED
        except HoldExpired:
            assert known is not None
            assert self.owner(known.slot, but=reference)
        else:
            assert known is not None
            if known.status is not AppointmentStatus.BOOKED:
                assert not self.owner(known.slot, but=reference)
                known.status, known.told = AppointmentStatus.BOOKED, (*known.told, EventKind.BOOKED)

    @rule(reference=references, slot=slots)
    def move(self, reference: str, slot: TimeSlot) -> None:
        known = self.known.get(reference)
        try:
            self.book.move(reference, slot, cells(slot, VISIT), self.now)
        except AppointmentNotFound:
            assert known is None or known.status is not AppointmentStatus.BOOKED
        except TimeTaken:
            assert self.owner(slot, but=reference)
        else:
            assert known is not None
            assert not self.owner(slot, but=reference)
            if known.slot != slot:
                known.slot, known.changes = slot, known.changes + 1
                known.told = (*known.told, EventKind.MOVED)

    @rule(reference=consumes(references))
    def cancel(self, reference: str) -> None:
        known = self.known.get(reference)
        try:
            self.book.cancel(reference, self.now)
        except AppointmentNotFound:
            assert known is None
            return
        assert known is not None
        if known.status is AppointmentStatus.BOOKED:
            known.told = (*known.told, EventKind.CANCELLED)
        known.status = AppointmentStatus.CANCELLED

    @rule(minutes=st.sampled_from([1, 5, 10, 30]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @invariant()
    def taken_is_what_the_model_says(self) -> None:
        wanted = [cell for k in self.known.values() if self.counts(k) for cell in cells(k.slot, VISIT)]
        assert len(wanted) == len(set(wanted))
        assert self.book.taken(START - timedelta(days=3), START + timedelta(days=3), self.now) == set(wanted)

    @invariant()
    def what_is_told_is_what_happened(self) -> None:
        told: dict[str, tuple[EventKind, ...]] = {}
        for one in self.book.events():
            told[one.reference] = (*told.get(one.reference, ()), one.kind)
        assert told == {reference: k.told for reference, k in self.known.items() if k.told}


class OnSqlite(Booking):
    """The same on a file, which outlives a process that ends in the middle of a change."""

    def open(self) -> Any:
        self.folder = tempfile.TemporaryDirectory()
        self.url = f"sqlite:///{Path(self.folder.name) / 'clinic.db'}"
        upgrade(self.url)
        return self.connect()

    def connect(self) -> SqlAppointmentBook:
        self.engine = open_engine(self.url)
        return SqlAppointmentBook(self.engine)

    @rule(
        reference=Booking.references,
        slot=slots,
        after=st.integers(1, 8),
        what=st.sampled_from(["book", "move", "cancel"]),
    )
    def crash(self, reference: str, slot: TimeSlot, after: int, what: str) -> None:
        """A change whose process ends at its n-th statement, or at its commit, has not happened."""
        known = self.known.get(reference)
        changes: dict[str, Callable[[], object]] = {
            "book": lambda: self.book.book(reference, ANN, cells(known.slot, VISIT) if known else [], self.now),
            "move": lambda: self.book.move(reference, slot, cells(slot, VISIT), self.now),
            "cancel": lambda: self.book.cancel(reference, self.now),
        }
        self.end_at(after)
        try:
            changes[what]()
        except (Crash, AppointmentNotFound, TimeTaken, HoldExpired):
            pass
        else:
            assert known is not None
            assert known.status.value in ("booked", "cancelled")  # there was nothing to be done
        self.engine.dispose()
        self.book = self.connect()

    def end_at(self, statement: int) -> None:
        left = statement

        def step(*_: object) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise Crash

        def commit(_: object) -> None:
            raise Crash

        event.listen(self.engine, "before_cursor_execute", step)
        event.listen(self.engine, "commit", commit)

    def teardown(self) -> None:
        self.engine.dispose()
        self.folder.cleanup()


# Without shrinking: on a file it takes longer than the failure is worth.
_PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
TestInMemory = Booking.TestCase
TestInMemory.settings = settings(max_examples=50, stateful_step_count=30, deadline=None, phases=_PHASES)
TestOnSqlite = OnSqlite.TestCase
TestOnSqlite.settings = settings(max_examples=15, stateful_step_count=30, deadline=None, phases=_PHASES)
