"""What every appointment book must do, in memory, in SQLite and in PostgreSQL: no time is had twice, none is lost."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from clinic.adapters.memory import MemoryAppointmentBook
from clinic.adapters.sql.appointments import SqlAppointmentBook, appointment
from clinic.booking.appointment import Appointment, AppointmentStatus, EventKind, Patient
from clinic.booking.availability import TimeSlot, cells
from clinic.booking.errors import AppointmentNotFound, BookingError, BookingUnavailable, HoldExpired, TimeTaken
from clinic.booking.model import new_reference
from clinic.booking.ports import AppointmentBook, ReferenceTaken
from clinic.booking.timetable import VisitType
from clinic.intake import Contact, ContactKind
from tests.contract.databases import database

NOW = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
VISIT = VisitType("first", "First visit", timedelta(minutes=40), timedelta(minutes=10))
ANN = Patient("Ann Example", Contact(ContactKind.EMAIL, "ann@example.org"), "restless legs")


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def book(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AppointmentBook]:
    if request.param == "memory":
        yield MemoryAppointmentBook()
        return
    with database(request, tmp_path, appointment) as engine:
        yield SqlAppointmentBook(engine)


def slot(minutes: int = 0, clinician: str = "a") -> TimeSlot:
    start = datetime(2026, 12, 1, 14, 0, tzinfo=UTC) + timedelta(minutes=minutes)
    return TimeSlot(start, start + VISIT.length, clinician, "first")


def held(at: TimeSlot, **changes: object) -> Appointment:
    return Appointment(**{"reference": new_reference(), "hold_key": uuid4().hex, "sender": uuid4().hex, "slot": at,
                          "status": AppointmentStatus.HELD, "held_until": NOW + timedelta(minutes=10),
                          "created_at": NOW, **changes})  # type: ignore[arg-type]  # fmt: skip


def hold(book: AppointmentBook, at: TimeSlot, now: datetime = NOW, **changes: object) -> Appointment:
    changes = {"held_until": now + timedelta(minutes=10), **changes}
    return book.hold(held(at, **changes), cells(at, VISIT), now)


def booked(book: AppointmentBook, at: TimeSlot) -> Appointment:
    return book.book(hold(book, at).reference, ANN, cells(at, VISIT), NOW)


def test_a_held_time_comes_back_and_its_cells_are_taken(book: AppointmentBook) -> None:
    found = hold(book, slot())
    assert book.find(found.reference) == found
    assert book.taken(NOW, NOW + timedelta(days=3), NOW) == set(cells(slot(), VISIT))


@pytest.mark.parametrize("minutes", [-45, -5, 0, 5, 45])
def test_a_time_that_overlaps_is_refused_and_nothing_of_it_stays(book: AppointmentBook, minutes: int) -> None:
    hold(book, slot())
    with pytest.raises(TimeTaken):
        hold(book, slot(minutes), reference="ABCDEFGH")
    assert book.find("ABCDEFGH") is None
    hold(book, slot(minutes, clinician="b"))
    hold(book, slot(50))


def test_the_same_key_gives_the_same_hold_and_a_reference_is_never_shared(book: AppointmentBook) -> None:
    first = hold(book, slot())
    assert hold(book, slot(), hold_key=first.hold_key) == first
    with pytest.raises(ReferenceTaken):
        hold(book, slot(120), reference=first.reference)


def test_booking_twice_is_one_booking_and_one_event(book: AppointmentBook) -> None:
    found = hold(book, slot())
    first = book.book(found.reference, ANN, cells(slot(), VISIT), NOW)
    assert (first.status, first.patient) == (AppointmentStatus.BOOKED, ANN)
    assert book.book(found.reference, ANN, cells(slot(), VISIT), NOW) == first
    assert [e.kind for e in book.events()] == [EventKind.BOOKED]


def test_a_hold_that_ran_out_is_free_for_others_and_its_owner_hears_so(book: AppointmentBook) -> None:
    late = NOW + timedelta(minutes=10)
    first = hold(book, slot())
    assert book.taken(NOW, NOW + timedelta(days=3), late) == set()
    second = hold(book, slot(20), now=late)
    with pytest.raises(HoldExpired):
        book.book(first.reference, ANN, cells(slot(), VISIT), late)
    assert book.book(second.reference, ANN, cells(slot(20), VISIT), late).status is AppointmentStatus.BOOKED
    assert len(book.events()) == 1


def test_a_hold_that_ran_out_is_booked_all_the_same_while_nobody_wants_the_time(book: AppointmentBook) -> None:
    first = hold(book, slot())
    assert book.book(first.reference, ANN, cells(slot(), VISIT), NOW + timedelta(hours=1)).patient == ANN
    with pytest.raises(TimeTaken):
        hold(book, slot(), now=NOW + timedelta(hours=2))


def test_moving_frees_the_old_time_keeps_the_reference_and_may_overlap_itself(book: AppointmentBook) -> None:
    found = booked(book, slot())
    moved = book.move(found.reference, slot(15), cells(slot(15), VISIT), NOW)
    assert (moved.slot, moved.sequence, moved.patient) == (slot(15), 1, ANN)
    assert book.move(found.reference, slot(15), cells(slot(15), VISIT), NOW) == moved
    assert book.taken(NOW, NOW + timedelta(days=3), NOW) == set(cells(slot(15), VISIT))
    assert [(e.kind, e.sequence) for e in book.events()] == [(EventKind.BOOKED, 0), (EventKind.MOVED, 1)]


def test_a_move_to_a_taken_time_changes_nothing(book: AppointmentBook) -> None:
    found, _ = booked(book, slot()), booked(book, slot(100))
    with pytest.raises(TimeTaken):
        book.move(found.reference, slot(90), cells(slot(90), VISIT), NOW)
    assert book.find(found.reference) == found
    assert set(cells(slot(), VISIT)) <= book.taken(NOW, NOW + timedelta(days=3), NOW)
    assert len(book.events()) == 2


def test_cancelling_frees_the_time_at_once_and_is_told_once(book: AppointmentBook) -> None:
    found = booked(book, slot())
    assert book.cancel(found.reference, NOW).status is AppointmentStatus.CANCELLED
    assert book.cancel(found.reference, NOW).status is AppointmentStatus.CANCELLED
    booked(book, slot())
    assert Counter(e.kind for e in book.events()) == {EventKind.BOOKED: 2, EventKind.CANCELLED: 1}
    for change in (lambda: book.book(found.reference, ANN, cells(slot(), VISIT), NOW),
                   lambda: book.move(found.reference, slot(200), cells(slot(200), VISIT), NOW)):  # fmt: skip
        with pytest.raises(AppointmentNotFound):
            change()


def test_a_hold_that_is_given_up_is_told_to_nobody(book: AppointmentBook) -> None:
    book.cancel(hold(book, slot()).reference, NOW)
    assert book.events() == []
    hold(book, slot())


def test_a_list_of_appointments_holds_what_was_booked_and_cancelled_in_the_range_and_no_hold(
    book: AppointmentBook,
) -> None:
    first, last = booked(book, slot(60)), booked(book, slot(180))
    other = booked(book, slot(60, clinician="b"))
    cancelled = book.cancel(booked(book, slot(120)).reference, NOW)
    hold(book, slot(0))
    book.cancel(hold(book, slot(0, clinician="b")).reference, NOW)
    listed = book.between(slot(0).start, slot(180).start)
    assert listed == [first, other, cancelled]
    assert last not in listed
    assert book.between(slot(180).start, slot(181).start) == [last]
    moved = book.move(first.reference, slot(240), cells(slot(240), VISIT), NOW)
    assert book.between(slot(200).start, slot(300).start) == [moved]
    assert book.between(slot(300).start, slot(400).start) == []


def test_an_unknown_reference_has_a_name(book: AppointmentBook) -> None:
    for change in (lambda: book.cancel("ZZZZ9999", NOW), lambda: book.book("ZZZZ9999", ANN, [], NOW)):
        with pytest.raises(AppointmentNotFound):
            change()


def test_of_many_at_once_exactly_one_gets_the_time(book: AppointmentBook) -> None:
    def attempt(number: int) -> str:
        try:
            return hold(book, slot(5 * (number % 3))).reference
        except TimeTaken:
            return "taken"

    for _ in range(3):
        with ThreadPoolExecutor(8) as threads:
            outcomes = Counter(threads.map(attempt, range(24)))
        assert outcomes.pop("taken") == 23
        book.cancel(next(iter(outcomes)), NOW)


def test_holds_moves_and_cancellations_at_once_leave_no_time_with_two(book: AppointmentBook) -> None:
    def act(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(6):
            wish = slot(5 * chance.randrange(40), chance.choice("ab"))
            steps: list[Callable[[str], object]] = [
                lambda r, w=wish: book.book(r, ANN, cells(w, VISIT), NOW),
                lambda r: book.move(r, other := slot(5 * chance.randrange(40)), cells(other, VISIT), NOW),
                lambda r: book.cancel(r, NOW),
            ]
            try:
                reference = hold(book, wish).reference
                for step in steps[: chance.randrange(4)]:
                    step(reference)
            except BookingUnavailable:
                raise
            except BookingError:
                continue

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(act, range(12)))
    kept = [found for e in book.events() if (found := book.find(e.reference)) and found.status.value == "booked"]
    owned = Counter(cell for found in {f.reference: f for f in kept}.values() for cell in cells(found.slot, VISIT))
    assert not [cell for cell, number in owned.items() if number > 1]
    assert set(owned) <= book.taken(NOW, NOW + timedelta(days=3), NOW)


def test_a_no_show_keeps_its_time_is_listed_and_can_be_taken_back(book: AppointmentBook) -> None:
    found = booked(book, slot())
    missed = book.mark_no_show(found.reference, NOW)
    assert (missed.status, missed.sequence, missed.patient) == (AppointmentStatus.NO_SHOW, 1, ANN)
    assert book.mark_no_show(found.reference, NOW) == missed
    assert set(cells(slot(), VISIT)) <= book.taken(NOW, NOW + timedelta(days=3), NOW)
    assert book.between(NOW, NOW + timedelta(days=3)) == [missed]
    assert book.cancel(found.reference, NOW) == missed
    came = book.mark_no_show(found.reference, NOW, came=True)
    assert (came.status, came.sequence) == (AppointmentStatus.BOOKED, 2)


def test_a_no_show_is_told_to_nobody_but_a_fhir_server(book: AppointmentBook) -> None:
    found = booked(book, slot())
    book.mark_no_show(found.reference, NOW)
    assert [e.kind for e in book.events()] == [EventKind.BOOKED]


def test_what_is_held_or_cancelled_cannot_be_missed(book: AppointmentBook) -> None:
    ended = book.cancel(booked(book, slot()).reference, NOW)
    for reference in (hold(book, slot(120)).reference, ended.reference, "ZZZZZZZZ"):
        with pytest.raises(AppointmentNotFound):
            book.mark_no_show(reference, NOW)


@pytest.mark.parametrize("text", ["ann", "EXAMPLE.org", "e"])
def test_visits_are_found_by_a_part_of_name_or_contact_and_holds_are_not(book: AppointmentBook, text: str) -> None:
    first, second = booked(book, slot()), booked(book, slot(120))
    hold(book, slot(240))
    assert book.search(text, 10) == [second, first]
    assert book.search(text, 1) == [second]


def test_a_visit_is_found_by_its_reference_and_nothing_by_signs_that_mean_more_to_a_database(
    book: AppointmentBook,
) -> None:
    found = booked(book, slot())
    assert book.search(found.reference.lower(), 10) == [found]
    assert book.search("%", 10) == book.search("_", 10) == []


def test_the_events_of_a_visit_are_its_own(book: AppointmentBook) -> None:
    found, other = booked(book, slot()), booked(book, slot(120))
    book.move(found.reference, slot(240), cells(slot(240), VISIT), NOW)
    assert [(e.kind, e.freed) for e in book.events_of(found.reference)] == [
        (EventKind.BOOKED, None), (EventKind.MOVED, slot()),
    ]  # fmt: skip
    assert len(book.events_of(other.reference)) == 1
