"""What staff do about the outbox, in memory, in SQLite and in PostgreSQL; and what housekeeping takes away."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from clinic.adapters.memory import MemoryAppointmentBook
from clinic.adapters.sql.appointments import SqlAppointmentBook, appointment
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
from clinic.booking.model import new_reference
from clinic.booking.outbox_desk import OutboxDesk
from clinic.booking.timetable import VisitType
from clinic.intake import Contact, ContactKind
from tests.contract.databases import database

Book = SqlAppointmentBook | MemoryAppointmentBook

NOW = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
VISIT = VisitType("first", "First visit", timedelta(minutes=40))
ANN = Patient("Ann Example", Contact(ContactKind.EMAIL, "ann@example.org"), "restless legs")
TOLD = (EventTarget.MAIL, EventTarget.CALENDAR)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def book(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Book]:
    if request.param == "memory":
        yield MemoryAppointmentBook(TOLD)
        return
    with database(request, tmp_path, appointment) as engine:
        yield SqlAppointmentBook(engine, TOLD)


@pytest.fixture
def desk(book: Book) -> OutboxDesk:
    return OutboxDesk(book, lambda: NOW)


def hold(book: Book, hour: int, at: datetime = NOW) -> Appointment:
    start = NOW + timedelta(days=7, hours=hour)
    slot = TimeSlot(start, start + VISIT.length, "a", "first")
    ends = at + timedelta(minutes=10)
    wished = Appointment(new_reference(), uuid4().hex, uuid4().hex, slot, AppointmentStatus.HELD, ends, at)
    return book.hold(wished, cells(slot, VISIT), at)


def booked(book: Book, hour: int, remind_at: datetime | None = None) -> Appointment:
    held = hold(book, hour)
    return book.book(held.reference, ANN, cells(held.slot, VISIT), NOW, remind_at)


def end(book: Book, state: EventState, error: str | None = None, target: EventTarget = EventTarget.MAIL) -> None:
    """What becomes of the next event of a target."""
    taken = book.take_due(NOW, NOW + timedelta(minutes=5), target)
    assert taken is not None
    book.settle(taken, state, NOW, error)


def of(book: Book, visit: Appointment, target: EventTarget = EventTarget.MAIL) -> AppointmentEvent:
    wanted = (visit.reference, EventKind.BOOKED, target)
    return next(e for e in book.events() if (e.reference, e.kind, e.target) == wanted)


def test_dead_events_stand_first_and_what_is_done_is_not_shown(book: Book, desk: OutboxDesk) -> None:
    sent, dropped, dead = booked(book, 0), booked(book, 1), booked(book, 2, remind_at=NOW + timedelta(days=6))
    for state in (EventState.SENT, EventState.DROPPED, EventState.DEAD):
        end(book, state)
        end(book, EventState.SENT, target=EventTarget.CALENDAR)
    shown = desk.unsettled()
    assert [(e.reference, e.kind) for e in shown] == [
        (dead.reference, EventKind.BOOKED),
        (dead.reference, EventKind.REMINDER),
    ]
    assert desk.dead() == 1
    assert not {sent.reference, dropped.reference} & {e.reference for e in shown}


@pytest.mark.parametrize("error", ["SMTPRecipientsRefused", "KeyError", "ConnectionRefusedError"])
def test_a_letter_that_was_surely_not_sent_is_tried_once_more(book: Book, desk: OutboxDesk, error: str) -> None:
    visit = booked(book, 0)
    end(book, EventState.DEAD, error)
    done = desk.retry(f" {visit.reference[:4].lower()}-{visit.reference[4:]} ")
    assert ([e.reference for e in done.again], done.left) == ([visit.reference], [])
    taken = book.take_due(NOW, NOW + timedelta(minutes=5))
    assert taken is not None
    assert taken.reference == visit.reference


@pytest.mark.parametrize("error", ["doubtful", "sender_lost", None])
def test_a_letter_that_may_have_been_sent_waits_for_a_decision(book: Book, desk: OutboxDesk, error: str | None) -> None:
    visit = booked(book, 0)
    end(book, EventState.DEAD, error)
    done = desk.retry(visit.reference)
    assert (done.again, [e.reference for e in done.left]) == ([], [visit.reference])
    assert of(book, visit).state is EventState.DEAD
    assert desk.retry(visit.reference, even_if_sent=True).left == []
    assert of(book, visit).state is EventState.WAITING


def test_another_system_may_be_told_twice(book: Book, desk: OutboxDesk) -> None:
    visit = booked(book, 0)
    end(book, EventState.DEAD, "sender_lost", EventTarget.CALENDAR)
    assert [e.target for e in desk.retry(visit.reference).again] == [EventTarget.CALENDAR]


def test_only_the_dead_of_that_appointment_are_touched(book: Book, desk: OutboxDesk) -> None:
    visit, other = booked(book, 0), booked(book, 1)
    end(book, EventState.DEAD, "KeyError")
    end(book, EventState.DEAD, "KeyError")
    desk.retry(visit.reference)
    assert (of(book, visit).state, of(book, other).state) == (EventState.WAITING, EventState.DEAD)
    end(book, EventState.SENT)
    assert desk.retry(visit.reference).again == []
    assert of(book, visit).state is EventState.SENT
    assert desk.retry("NOSUCHNO").again == []


def test_ten_who_retry_at_once_make_one_try(book: Book, desk: OutboxDesk) -> None:
    visit = booked(book, 0)
    end(book, EventState.DEAD, "KeyError")
    with ThreadPoolExecutor(10) as pool:
        done = list(pool.map(lambda _: desk.retry(visit.reference), range(10)))
    assert sum(len(one.again) for one in done) == 1
    end(book, EventState.DEAD, "KeyError")
    seen_by_two = of(book, visit)
    assert [book.revive(seen_by_two, NOW) for _ in range(2)] == [True, False]


def test_holds_that_came_to_nothing_are_forgotten_and_nothing_else_is(book: Book) -> None:
    week = timedelta(days=7)
    old, given_up, new = hold(book, 0, NOW - week), hold(book, 1, NOW - week), hold(book, 2)
    book.cancel(given_up.reference, NOW - week)
    visit, cancelled = booked(book, 3), booked(book, 4)
    book.cancel(cancelled.reference, NOW)
    assert book.forget_holds(NOW) == 2
    assert [book.find(one.reference) for one in (old, given_up)] == [None, None]
    assert book.find(new.reference) == new
    assert book.find(visit.reference) == visit
    assert book.forget_holds(NOW + 2 * week) == 1
    assert book.find(cancelled.reference) is not None
    taken = book.taken(NOW, NOW + 2 * week, NOW)
    assert taken == set(cells(visit.slot, VISIT))
