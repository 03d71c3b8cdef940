"""Hold, book, move, cancel, tell, run out and crash in any order against a model.

No time is had twice, none is lost, nobody holds two, no news is false and no mail is sent twice.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, invariant, multiple, rule
from sqlalchemy import event

from clinic.adapters.memory import MemoryAppointmentBook
from clinic.adapters.sql.appointments import SqlAppointmentBook
from clinic.adapters.sql.engine import open_engine
from clinic.booking.appointment import (
    Appointment,
    AppointmentEvent,
    AppointmentStatus,
    EventKind,
    EventState,
    EventTarget,
    Patient,
)
from clinic.booking.availability import TimeSlot, cells
from clinic.booking.errors import AppointmentNotFound, HoldExpired, TimeTaken
from clinic.booking.model import new_reference
from clinic.booking.post_office import Letter, MailFailed, PostOffice
from clinic.booking.timetable import VisitType
from clinic.intake import Contact, ContactKind
from tools.migrate import upgrade

START = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
VISIT = VisitType("first", "First visit", timedelta(minutes=20), timedelta(minutes=5))
ANN = Patient("Ann Example", Contact(ContactKind.EMAIL, "ann@example.org"), "restless legs")
HOLD, REMIND_AFTER = timedelta(minutes=10), timedelta(minutes=20)
TOLD = (EventTarget.MAIL, EventTarget.CALENDAR)
NOBODY = "ZZZZ9999"
Change = tuple[EventKind, int]
Mail = tuple[str, EventKind, int]


def slot_at(number: int, clinician: str) -> TimeSlot:
    start = START + number * timedelta(minutes=5)
    return TimeSlot(start, start + VISIT.length, clinician, "first")


slots = st.builds(slot_at, st.integers(0, 14), st.sampled_from("ab"))
senders = st.sampled_from("pqrs")


class Crash(Exception):
    """The process ends between two statements, or around a mail."""


@dataclass
class Known:
    """What the model knows of one appointment; `told`: its changes with their sequence, `reminded`: those recalled."""

    key: str
    sender: str
    slot: TimeSlot
    status: AppointmentStatus
    until: datetime
    changes: int = 0
    told: tuple[Change, ...] = ()
    reminded: tuple[Change, ...] = ()


class Headings:
    """Letters that say nothing but which event they tell of."""

    def write(self, told: AppointmentEvent, appointment: Appointment) -> Letter:
        return Letter(f"{told.reference} {told.kind.value} {told.sequence}", "ann@example.org", "", "")


class Booking(RuleBasedStateMachine):
    """The book in memory against the model; `OnSqlite` adds crashes."""

    references = Bundle("references")
    anybodys = st.one_of(references, references, references, st.just(NOBODY))

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
        self.known: dict[str, Known] = {}
        self.mails: list[Mail] = []
        self.lost: set[Mail] = set()
        self.at_the_server = "takes it"
        self.book: Any = self.open()

    def open(self) -> Any:
        return MemoryAppointmentBook(TOLD)

    def restart(self) -> None:
        """A process that ended is followed by another; memory outlives none, so here it is the same."""

    def owner(self, slot: TimeSlot, *but: str) -> bool:
        """Whether another one has a part of this time."""
        wanted = set(cells(slot, VISIT))
        others = [k for reference, k in self.known.items() if reference not in but and self.counts(k)]
        return any(wanted & set(cells(k.slot, VISIT)) for k in others)

    def counts(self, known: Known) -> bool:
        is_held = known.status is AppointmentStatus.HELD and known.until > self.now
        return is_held or known.status is AppointmentStatus.BOOKED

    @rule(target=references, slot=slots, sender=senders)
    def hold(self, slot: TimeSlot, sender: str) -> str | MultipleResults[str]:
        return self.held(slot, sender) or multiple()

    @rule(target=references, slot=slots, sender=senders)
    def hold_and_confirm(self, slot: TimeSlot, sender: str) -> str | MultipleResults[str]:
        reference = self.held(slot, sender)
        if reference is None:
            return multiple()
        self.confirm(reference)
        assert self.known[reference].status is AppointmentStatus.BOOKED
        return reference

    def held(self, slot: TimeSlot, sender: str) -> str | None:
        """Whoever holds another time gives the earlier one up, and keeps it where the other cannot be had."""
        key, reference, until = uuid4().hex, new_reference(), self.now + HOLD
        theirs = [r for r, k in self.known.items() if k.sender == sender and k.status is AppointmentStatus.HELD]
        wished = Appointment(reference, key, sender, slot, AppointmentStatus.HELD, until, self.now)
        try:
            self.book.hold(wished, cells(slot, VISIT), self.now)
        except TimeTaken:
            assert self.owner(slot, *theirs)
            return None
        assert not self.owner(slot, *theirs)
        for earlier in theirs:
            self.known[earlier].status = AppointmentStatus.EXPIRED
        self.known[reference] = Known(key, sender, slot, AppointmentStatus.HELD, until)
        return reference

    @rule(reference=references)
    def hold_again(self, reference: str) -> None:
        """A key that comes again gives the same appointment, whatever has become of it, and changes nothing."""
        known = self.known[reference]
        wished = Appointment(
            new_reference(), known.key, known.sender, known.slot, AppointmentStatus.HELD, self.now, self.now
        )
        assert self.book.hold(wished, cells(known.slot, VISIT), self.now).reference == reference

    @rule(reference=anybodys)
    def confirm(self, reference: str) -> None:
        known = self.known.get(reference)
        try:
            self.book.book(reference, ANN, cells(known.slot, VISIT) if known else [], self.now, self.now + REMIND_AFTER)
        except AppointmentNotFound:
            assert known is None or known.status is AppointmentStatus.CANCELLED
        except HoldExpired:
            assert known is not None
            assert self.owner(known.slot, reference)
        else:
            assert known is not None
            if known.status is not AppointmentStatus.BOOKED:
                assert not self.owner(known.slot, reference)
                known.status = AppointmentStatus.BOOKED
                self.tell(known, EventKind.BOOKED)

    @rule(reference=anybodys, slot=slots)
    def move(self, reference: str, slot: TimeSlot) -> None:
        known = self.known.get(reference)
        try:
            self.book.move(reference, slot, cells(slot, VISIT), self.now, self.now + REMIND_AFTER)
        except AppointmentNotFound:
            assert known is None or known.status is not AppointmentStatus.BOOKED
        except TimeTaken:
            assert self.owner(slot, reference)
        else:
            assert known is not None
            assert not self.owner(slot, reference)
            if known.slot != slot:
                known.slot, known.changes = slot, known.changes + 1
                self.tell(known, EventKind.MOVED)

    @rule(reference=anybodys)
    def cancel(self, reference: str) -> None:
        """A hold that ran out may have been ended before."""
        known = self.known.get(reference)
        try:
            found = self.book.cancel(reference, self.now)
        except AppointmentNotFound:
            assert known is None
            return
        assert known is not None
        assert found.status is AppointmentStatus.CANCELLED or not self.counts(known)
        assert found.status not in (AppointmentStatus.HELD, AppointmentStatus.BOOKED)
        was_booked = known.status is AppointmentStatus.BOOKED
        known.status, known.changes = found.status, known.changes + was_booked
        if was_booked:
            known.told = (*known.told, (EventKind.CANCELLED, known.changes))

    @rule(target=references, reference=references, sender=senders)
    def book_again_after_a_cancellation(self, reference: str, sender: str) -> str | MultipleResults[str]:
        self.cancel(reference)
        return self.hold_and_confirm(self.known[reference].slot, sender)

    @rule(minutes=st.sampled_from([1, 5, 10, 30]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(at_the_server=st.sampled_from(["takes it", "takes it", "later", "refuses", "ends before", "ends after"]))
    def deliver(self, at_the_server: str) -> None:
        """Whoever delivers may end before a mail or after it: such a mail is a person's, and is not sent again."""
        if self.works_it_off(at_the_server):
            due = [e for e in self.book.events() if e.target is EventTarget.MAIL and e.due_at <= self.now]
            assert not [e for e in due if e.state in (EventState.WAITING, EventState.SENDING)]

    def works_it_off(self, at_the_server: str) -> bool:
        """Whether who delivers came to the end."""
        self.at_the_server = at_the_server
        try:
            PostOffice(self.book, self.book, Headings(), self, lambda: self.now).deliver()
        except Crash:
            self.restart()
            self.lose_what_is_being_sent()
            return False
        return True

    def send(self, letter: Letter) -> None:
        """The mail server: what it is handed is true at this moment."""
        if self.at_the_server in ("later", "refuses"):
            raise MailFailed(self.at_the_server, is_final=self.at_the_server == "refuses")
        if self.at_the_server == "ends before":
            raise Crash
        reference, kind, sequence = letter.message_id.split()
        known = self.known[reference]
        is_over = kind == EventKind.CANCELLED.value
        assert known.status is (AppointmentStatus.CANCELLED if is_over else AppointmentStatus.BOOKED)
        assert known.changes == int(sequence)
        self.mails.append((reference, EventKind(kind), int(sequence)))
        if self.at_the_server == "ends after":
            raise Crash

    @rule(is_lost=st.booleans())
    def tell_the_calendar(self, is_lost: bool) -> None:
        """Who reads it again reads the same, so that it is told until somebody has said that it was."""
        for ends in (is_lost, False):
            told = self.book.take_due(self.now, self.now + timedelta(minutes=5), EventTarget.CALENDAR)
            if ends:
                self.now += timedelta(minutes=6)
            elif told is not None:
                self.book.settle(told, EventState.SENT, self.now)

    def tell(self, known: Known, kind: EventKind) -> None:
        known.told = (*known.told, (kind, known.changes))
        known.reminded = (*known.reminded, (EventKind.REMINDER, known.changes))

    def lose_what_is_being_sent(self) -> None:
        sending = [e for e in self.book.events() if e.target is EventTarget.MAIL and e.state is EventState.SENDING]
        self.lost |= {(e.reference, e.kind, e.sequence) for e in sending}

    @invariant()
    def taken_is_what_the_model_says(self) -> None:
        wanted = [cell for k in self.known.values() if self.counts(k) for cell in cells(k.slot, VISIT)]
        assert len(wanted) == len(set(wanted))
        assert self.book.taken(START - timedelta(days=3), START + timedelta(days=3), self.now) == set(wanted)

    @invariant()
    def nobody_holds_two(self) -> None:
        held = Counter(k.sender for k in self.known.values() if k.status is AppointmentStatus.HELD)
        assert not held or max(held.values()) == 1

    @invariant()
    def what_is_told_is_what_happened(self) -> None:
        told: dict[tuple[str, EventTarget], list[Change]] = {}
        for one in self.book.events():
            told.setdefault((one.reference, one.target), []).append((one.kind, one.sequence))
        for reference, known in self.known.items():
            assert told.pop((reference, EventTarget.CALENDAR), []) == list(known.told)
            assert Counter(told.pop((reference, EventTarget.MAIL), [])) == Counter((*known.told, *known.reminded))
        assert told == {}

    @invariant()
    def no_mail_is_sent_twice_and_none_is_lost_unseen(self) -> None:
        sent = Counter(self.mails)
        assert not sent or max(sent.values()) == 1
        for one in self.book.events():
            mail = (one.reference, one.kind, one.sequence)
            if one.target is EventTarget.CALENDAR:
                assert one.state is not EventState.DEAD
            elif mail in self.lost:
                assert one.state in (EventState.SENDING, EventState.DEAD)
            else:
                assert (one.state is EventState.SENT) is (mail in sent)


class OnSqlite(Booking):
    """The same on a file, which outlives a process that ends in the middle of a change."""

    def open(self) -> Any:
        self.folder = tempfile.TemporaryDirectory()
        self.url = f"sqlite:///{Path(self.folder.name) / 'clinic.db'}"
        upgrade(self.url)
        return self.connect()

    def connect(self) -> SqlAppointmentBook:
        self.engine = open_engine(self.url)
        return SqlAppointmentBook(self.engine, TOLD)

    @rule(
        reference=Booking.anybodys,
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
        self.restart()

    @rule(statements=st.integers(1, 25), commits=st.integers(1, 6))
    def crash_delivering(self, statements: int, commits: int) -> None:
        """Whoever delivers ends at its n-th statement, or its n-th commit, whichever comes first."""
        self.end_at(statements, commits)
        self.works_it_off("takes it")
        self.restart()

    def restart(self) -> None:
        self.engine.dispose()
        self.book = self.connect()

    def end_at(self, statements: int, commits: int = 1) -> None:
        left = {"statements": statements, "commits": commits}

        def count(what: str) -> None:
            left[what] -= 1
            if left[what] == 0:
                raise Crash

        event.listen(self.engine, "before_cursor_execute", lambda *_: count("statements"))
        event.listen(self.engine, "commit", lambda _: count("commits"))

    def teardown(self) -> None:
        self.engine.dispose()
        self.folder.cleanup()


# Without shrinking: on a file it takes longer than the failure is worth.
_PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
TestInMemory = Booking.TestCase
TestInMemory.settings = settings(max_examples=150, stateful_step_count=50, deadline=None, phases=_PHASES)
TestOnSqlite = OnSqlite.TestCase
TestOnSqlite.settings = settings(max_examples=25, stateful_step_count=40, deadline=None, phases=_PHASES)
