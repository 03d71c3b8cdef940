"""The mirror shows each appointment as it is, whatever is told twice, late, in another order, or by two at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import uuid4

import pytest

from clinic.adapters.memory import MemoryAppointmentBook
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
from clinic.booking.errors import BookingUnavailable
from clinic.booking.mirror import MirrorFailed, MirrorSync
from clinic.booking.model import new_reference
from clinic.booking.timetable import VisitType
from clinic.intake import Contact, ContactKind

VISIT = VisitType("first", "First visit", timedelta(minutes=40))
NINE = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
ANN = Patient("Ann Example", Contact(ContactKind.EMAIL, "ann@example.org"), "restless legs")


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Shown:
    """A mirror in a dictionary. `fails` with these, one a call (`None`: not); does `meanwhile` before a call ends."""

    def __init__(self) -> None:
        self.slots: dict[str, TimeSlot] = {}
        self.fails: list[Exception | None] = []
        self.meanwhile: list[Callable[[], object]] = []
        self.calls = 0

    def put(self, appointment: Appointment) -> None:
        self._begin()
        self.slots[appointment.reference] = appointment.slot

    def remove(self, appointment: Appointment) -> None:
        self._begin()
        self.slots.pop(appointment.reference, None)

    def _begin(self) -> None:
        self.calls += 1
        failure = self.fails.pop(0) if self.fails else None
        if failure is not None:
            raise failure
        if self.meanwhile:
            self.meanwhile.pop(0)()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def book() -> MemoryAppointmentBook:
    return MemoryAppointmentBook(told=(EventTarget.MAIL, EventTarget.CALENDAR))


@pytest.fixture
def shown() -> Shown:
    return Shown()


@pytest.fixture
def sync(book: MemoryAppointmentBook, shown: Shown, clock: Clock) -> MirrorSync:
    return MirrorSync(book, book, shown, EventTarget.CALENDAR, clock)


def at(hours: int) -> TimeSlot:
    start = NINE + timedelta(hours=hours)
    return TimeSlot(start, start + VISIT.length, "a", "first")


def booked(book: MemoryAppointmentBook, clock: Clock, hours: int = 0) -> str:
    slot = at(hours)
    wished = Appointment(
        new_reference(), uuid4().hex, uuid4().hex, slot, AppointmentStatus.HELD, clock.now + VISIT.length, clock.now
    )
    book.hold(wished, cells(slot, VISIT), clock.now)
    return book.book(wished.reference, ANN, cells(slot, VISIT), clock.now).reference


def move(book: MemoryAppointmentBook, clock: Clock, reference: str, hours: int) -> None:
    book.move(reference, at(hours), cells(at(hours), VISIT), clock.now)


def events(book: MemoryAppointmentBook, target: EventTarget = EventTarget.CALENDAR) -> list[AppointmentEvent]:
    return [event for event in book.events() if event.target is target]


def test_a_booking_is_shown_once_and_its_mail_is_left_alone(book, shown, sync, clock) -> None:  # type: ignore[no-untyped-def]
    reference = booked(book, clock)
    assert (sync.push(), sync.push()) == (1, 0)
    assert shown.slots == {reference: at(0)}
    assert [event.state for event in events(book)] == [EventState.SENT]
    assert [event.state for event in events(book, EventTarget.MAIL)] == [EventState.WAITING]


def test_what_changed_before_it_was_told_is_shown_as_it_is(book, shown, sync, clock) -> None:  # type: ignore[no-untyped-def]
    moved, cancelled = booked(book, clock, 0), booked(book, clock, 1)
    move(book, clock, moved, 5)
    book.cancel(cancelled, clock.now)
    assert sync.push() == 4
    assert shown.slots == {moved: at(5)}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_events_told_in_any_order_and_again_end_in_the_present_state(book, shown, sync, clock, order) -> None:  # type: ignore[no-untyped-def]
    reference = booked(book, clock)
    sync.push()
    move(book, clock, reference, 3)
    sync.push()
    book.cancel(reference, clock.now)
    rows = events(book)
    for number in order:
        book.settle(rows[number], EventState.WAITING, clock.now)
        sync.push()
        assert shown.slots == {}


def test_who_did_not_come_stays_shown_and_is_told_where_it_can_be_said(book, shown, sync, clock) -> None:  # type: ignore[no-untyped-def]
    told = MemoryAppointmentBook(told=tuple(EventTarget))
    for one in (book, told):
        reference = booked(one, clock)
        one.mark_no_show(reference, NINE + VISIT.length)
    clock.now = NINE + VISIT.length
    sync.push()
    assert len(shown.slots) == 1
    (event,) = [event for event in told.events() if event.kind is EventKind.NO_SHOW]
    assert event.target is EventTarget.FHIR


def test_a_change_that_another_worker_shows_meanwhile_is_not_undone(book, shown, sync, clock) -> None:  # type: ignore[no-untyped-def]
    """The slow one writes the old time over the new one, looks again, and mends it itself."""
    reference = booked(book, clock)
    other = MirrorSync(book, book, shown, EventTarget.CALENDAR, clock)

    def moved_and_shown_by_another() -> None:
        move(book, clock, reference, 7)
        assert other.push() == 1

    shown.meanwhile = [moved_and_shown_by_another]
    assert sync.push() == 1
    assert shown.slots == {reference: at(7)}


def test_what_a_lost_worker_had_in_hand_is_told_by_another(book, shown, sync, clock) -> None:  # type: ignore[no-untyped-def]
    reference = booked(book, clock)
    book.take_due(clock.now, clock.now + timedelta(minutes=5), EventTarget.CALENDAR)
    assert sync.push() == 0
    clock.now += timedelta(minutes=6)
    assert sync.push() == 1
    assert reference in shown.slots


def test_a_failure_waits_longer_each_time_and_ends_with_the_first_success(book, shown, sync, clock) -> None:  # type: ignore[no-untyped-def]
    booked(book, clock)
    shown.fails = [MirrorFailed("ConnectionError")] * 3
    pauses = []
    while not shown.slots:
        sync.push()
        (event,) = events(book)
        pauses.append(event.due_at - clock.now)
        assert event.state is (EventState.SENT if shown.slots else EventState.WAITING)
        clock.now = event.due_at
    assert [pause.total_seconds() / 60 for pause in pauses] == [1, 5, 15, 0]


def test_a_final_refusal_is_dead_at_once_and_names_its_kind(book, shown, sync, clock) -> None:  # type: ignore[no-untyped-def]
    booked(book, clock)
    shown.fails = [MirrorFailed("status_415", is_final=True)]
    assert sync.push() == 0
    (event,) = events(book)
    assert (event.state, event.error) == (EventState.DEAD, "status_415")


def test_a_server_that_is_down_over_a_weekend_is_caught_up_with_and_one_down_for_good_is_given_up(
    book, shown, sync, clock
) -> None:  # type: ignore[no-untyped-def]
    booked(book, clock)
    shown.fails = [MirrorFailed("ConnectionError")] * 1000
    states = {}
    for day in range(10):
        for _ in range(24):
            sync.push()
            clock.now += timedelta(hours=1)
        states[day] = events(book)[0].state
    assert (states[3], states[9]) == (EventState.WAITING, EventState.DEAD)
    assert events(book)[0].attempts < 40


def test_when_nothing_gets_through_a_push_stops_early_and_tells_everything_later(book, shown, sync, clock) -> None:  # type: ignore[no-untyped-def]
    for hours in range(8):
        booked(book, clock, hours)
    shown.fails = [MirrorFailed("Timeout")] * 4
    assert sync.push() == 0
    assert shown.calls == 3
    clock.now += timedelta(minutes=10)
    assert sync.push() == 8 - 1
    clock.now += timedelta(minutes=10)
    sync.push()
    assert len(shown.slots) == 8


def test_one_that_cannot_be_shown_holds_up_no_other(book, shown, sync, clock) -> None:  # type: ignore[no-untyped-def]
    booked(book, clock, 0)
    other = booked(book, clock, 1)
    shown.fails = [KeyError("a kind of visit that the clinic has dropped")]
    assert sync.push() == 1
    assert list(shown.slots) == [other]
    assert [event.error for event in events(book)] == ["KeyError", None]


def test_several_that_cannot_be_shown_do_not_end_a_push_while_others_can(book, shown, sync, clock) -> None:  # type: ignore[no-untyped-def]
    for hours in range(8):
        booked(book, clock, hours)
    shown.fails = [MirrorFailed("status_409"), None] * 4
    assert sync.push() == 4


def test_a_book_that_cannot_say_is_asked_again_later(book, shown, sync, clock, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    booked(book, clock)
    with monkeypatch.context() as broken:
        broken.setattr(book, "find", lambda _: (_ for _ in ()).throw(BookingUnavailable("down")))
        assert sync.push() == 0
    assert events(book)[0].state is EventState.WAITING
    clock.now += timedelta(minutes=2)
    assert sync.push() == 1


def test_at_most_as_many_are_told_as_asked_for(book, shown, sync, clock) -> None:  # type: ignore[no-untyped-def]
    for hours in range(3):
        booked(book, clock, hours)
    assert (sync.push(2), sync.push(2), sync.push(2)) == (2, 1, 0)
