"""The booking desk: what it offers can be held, what is held can be booked, and only its owner can change it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from clinic.adapters.memory import MemoryAppointmentBook, MemoryAttempts
from clinic.booking.appointment import Appointment, AppointmentStatus, EventKind
from clinic.booking.availability import TimeSlot
from clinic.booking.desk import BookingDesk
from clinic.booking.errors import (
    AppointmentNotFound,
    BookingUnavailable,
    HoldExpired,
    KeyReused,
    NameMissing,
    TimeNotOffered,
    TimeTaken,
    TooManyAttempts,
)
from clinic.booking.timetable import Clinician, OpenInterval, Timetable, VisitType
from clinic.booking.wish import Wish

ZONE = ZoneInfo("America/New_York")
PERSON = {"name": "Ann Example", "contact": "ann@example.org", "reason": "restless legs"}


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **time_span: int) -> None:
        self.now += timedelta(**time_span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(clock: Clock) -> BookingDesk:
    return new_desk(clock)


def new_desk(clock: Clock, draw: Callable[[], str] | None = None) -> BookingDesk:
    shift = (OpenInterval(time(9), time(12)),)
    table = Timetable(
        zone=ZONE, hours=dict.fromkeys(range(5), shift),
        clinicians=(Clinician("a", "Dr. A", frozenset({"first"})), Clinician("b", "Dr. B", frozenset({"first"}))),
        visit_types=(VisitType("first", "First visit", timedelta(minutes=40), timedelta(minutes=10)),),
    )  # fmt: skip
    attempts = MemoryAttempts(clock=lambda: clock().timestamp())
    more = {"draw_reference": draw} if draw else {}
    return BookingDesk(MemoryAppointmentBook(), table, attempts, now=clock, **more)


def booked(desk: BookingDesk, key: str = "k", number: int = 0) -> Appointment:
    held = desk.hold(key, "s", desk.offers("first", "a", number=9)[number])
    return desk.book(held.reference, "s", **PERSON)


def test_what_is_offered_can_be_held_and_booked(desk: BookingDesk) -> None:
    slot = desk.offers("first")[0]
    held = desk.hold("k", "s", slot)
    found = desk.book(held.reference, "s", **PERSON)
    assert (found.slot, found.status) == (slot, AppointmentStatus.BOOKED)
    assert found.patient is not None
    assert found.patient.contact.value == "ann@example.org"


def test_a_held_time_is_offered_to_nobody_until_its_hold_runs_out(desk: BookingDesk, clock: Clock) -> None:
    slot = desk.offers("first", "a")[0]
    desk.hold("k", "s", slot)
    assert slot not in desk.offers("first", "a", number=50)
    clock.passes(minutes=10)
    assert slot in desk.offers("first", "a", number=50)


def test_the_same_key_is_the_same_hold_and_no_other_time(desk: BookingDesk) -> None:
    first, second = desk.offers("first", "a")[:2]
    assert desk.hold("k", "s", first) == desk.hold("k", "s", first)
    with pytest.raises(KeyReused):
        desk.hold("k", "s", second)
    with pytest.raises(ValueError, match="key"):
        desk.hold("", "s", first)


def test_a_taken_time_is_refused_and_the_nearest_are_named(desk: BookingDesk) -> None:
    slot = desk.offers("first", "a")[0]
    desk.hold("k", "s", slot)
    with pytest.raises(TimeTaken):
        desk.hold("k2", "s2", slot)
    near = desk.nearest(slot)
    assert near[0].start == slot.start  # the other clinician
    assert near[0].clinician == "b"
    assert all(abs(one.start - slot.start) <= timedelta(hours=1) for one in near)


def test_a_time_outside_the_timetable_is_not_offered(desk: BookingDesk, clock: Clock) -> None:
    start = datetime(2026, 12, 1, 13, 0, tzinfo=ZONE).astimezone(UTC)
    for begins in (start, clock.now - timedelta(days=7), clock.now + timedelta(days=90)):
        with pytest.raises(TimeNotOffered):
            desk.hold("k", "s", TimeSlot(begins, begins + timedelta(minutes=40), "a", "first"))


def test_a_late_confirmation_books_while_the_time_is_free_and_says_so_when_it_is_not(
    desk: BookingDesk, clock: Clock
) -> None:
    slot = desk.offers("first", "a")[0]
    mine, yours = desk.hold("k", "s", slot), desk.offers("first", "a")[1]
    clock.passes(minutes=11)
    assert desk.book(mine.reference, "s", **PERSON).status is AppointmentStatus.BOOKED
    late = desk.hold("k2", "s", yours)
    clock.passes(minutes=11)
    desk.hold("k3", "other", yours)
    with pytest.raises(HoldExpired):
        desk.book(late.reference, "s", **PERSON)


def test_a_hold_belongs_to_who_asked_for_it(desk: BookingDesk) -> None:
    slot = desk.offers("first", "a")[0]
    held = desk.hold("k", "s", slot)
    with pytest.raises(KeyReused):
        desk.hold("k", "somebody else", slot)
    desk.book(held.reference, "s", **PERSON)
    with pytest.raises(AppointmentNotFound):
        desk.book(held.reference, "somebody else", **PERSON)


def test_a_visit_that_is_over_is_neither_booked_nor_found(desk: BookingDesk, clock: Clock) -> None:
    late, found = desk.hold("k", "s", desk.offers("first", "a")[1]), booked(desk, "k2")
    clock.passes(days=30)
    with pytest.raises(HoldExpired):
        desk.book(late.reference, "s", **PERSON)
    with pytest.raises(AppointmentNotFound):
        desk.cancel(found.reference, "ann@example.org", "w")


def test_a_hold_is_kept_where_a_field_is_refused(desk: BookingDesk) -> None:
    held = desk.hold("k", "s", desk.offers("first")[0])
    with pytest.raises(NameMissing):
        desk.book(held.reference, "s", **{**PERSON, "name": "?"})
    assert desk.book(held.reference, "s", **PERSON).reference == held.reference
    with pytest.raises(AppointmentNotFound):
        desk.book("ZZZZ9999", "s", **PERSON)


def test_a_hold_can_be_given_up_but_not_a_booking(desk: BookingDesk) -> None:
    slot = desk.offers("first", "a")[0]
    desk.release(desk.hold("k", "s", slot).reference)
    assert slot in desk.offers("first", "a")
    found = booked(desk, "k2")
    desk.release(found.reference)
    assert desk.look_up(found.reference, "ann@example.org", "w") == found


def test_moving_and_cancelling_need_the_contact_that_was_given(desk: BookingDesk) -> None:
    found = booked(desk)
    other = desk.offers("first", "b")[0]
    for change in (lambda: desk.move(found.reference, "bob@example.org", other, "x"),
                   lambda: desk.cancel(found.reference, "", "x")):  # fmt: skip
        with pytest.raises(AppointmentNotFound):
            change()
    moved = desk.move(found.reference.lower(), "ANN@Example.org", other, "w")
    assert (moved.slot, moved.sequence) == (other, 1)
    assert desk.cancel(found.reference, "ann@example.org", "w").status is AppointmentStatus.CANCELLED


def test_wrong_tries_are_limited_for_who_tries_and_for_what_is_tried(desk: BookingDesk, clock: Clock) -> None:
    found = booked(desk)
    for number in range(5):
        with pytest.raises(AppointmentNotFound):
            desk.look_up(f"ZZZZ999{number + 2}", "ann@example.org", "thief")
    with pytest.raises(TooManyAttempts):
        desk.look_up(found.reference, "ann@example.org", "thief")
    clock.passes(minutes=16)
    assert desk.look_up(found.reference, "ann@example.org", "thief") == found


def test_a_thief_who_knows_a_reference_neither_gets_through_nor_shuts_its_owner_out_of_the_link(
    desk: BookingDesk,
) -> None:
    found = booked(desk)
    for number in range(50):
        with pytest.raises(AppointmentNotFound):
            desk.look_up(found.reference, "bob@example.org", f"thief {number}")
    with pytest.raises(TooManyAttempts):
        desk.look_up(found.reference, "ann@example.org", "thief 50")
    assert desk.look_up(found.reference, "ann@example.org", "owner", by_link=True) == found


def test_a_right_try_does_not_count(desk: BookingDesk) -> None:
    found = booked(desk)
    for _ in range(8):
        assert desk.look_up(found.reference, "ann@example.org", "owner") == found


def test_a_cancellation_that_is_sent_again_gives_the_same(desk: BookingDesk) -> None:
    found = booked(desk)
    ended = desk.cancel(found.reference, "ann@example.org", "w")
    assert desk.cancel(found.reference, "ann@example.org", "w") == ended


def test_a_hold_that_is_asked_for_again_is_given_again_although_its_time_has_become_too_near(
    desk: BookingDesk, clock: Clock
) -> None:
    held = desk.hold("k", "s", desk.offers("first")[0])
    clock.now = held.slot.start - timedelta(hours=1)
    assert desk.hold("k", "s", held.slot).reference == held.reference


def test_somebody_holds_one_time_and_keeps_it_when_the_next_cannot_be_had(desk: BookingDesk) -> None:
    first, second, third = desk.offers("first", "a", number=3)
    desk.hold("k1", "s", first)
    desk.hold("k2", "s", second)
    assert desk.hold("k3", "other", first).slot == first
    desk.hold("k4", "third", third)
    with pytest.raises(TimeTaken):
        desk.hold("k5", "s", third)
    with pytest.raises(TimeTaken):
        desk.hold("k6", "somebody", second)


def test_a_move_to_another_kind_of_visit_or_a_closed_hour_is_refused(desk: BookingDesk) -> None:
    found = booked(desk)
    start = datetime(2026, 12, 1, 20, 0, tzinfo=UTC)
    with pytest.raises(TimeNotOffered):
        desk.move(found.reference, "ann@example.org", TimeSlot(start, start, "a", "first"), "w")
    assert desk.move(found.reference, "ann@example.org", found.slot, "w") == found


def test_a_visit_is_recalled_a_day_before_but_not_one_that_is_nearer(desk: BookingDesk, clock: Clock) -> None:
    near = booked(desk)  # tomorrow morning, in less than 24 hours
    far = booked(desk, "k2", number=8)
    due = {e.reference: e.due_at for e in desk._book.events() if e.kind is EventKind.REMINDER}
    assert near.slot.start - clock.now < timedelta(hours=24)
    assert due == {far.reference: far.slot.start - timedelta(hours=24)}


def test_a_wish_narrows_the_offers_and_shown_ones_are_left_out(desk: BookingDesk) -> None:
    thursday = Wish(first_day=date(2026, 12, 3), last_day=date(2026, 12, 3))
    offers = desk.offers("first", wish=thursday)
    assert {slot.start.astimezone(ZONE).date() for slot in offers} == {date(2026, 12, 3)}
    more = desk.offers("first", wish=thursday, but=[slot.start for slot in offers])
    assert not {slot.start for slot in offers} & {slot.start for slot in more}


def test_references_that_are_drawn_twice_are_drawn_again_but_not_for_ever(clock: Clock) -> None:
    draws = iter(["AAAA2222", "AAAA2222", "BBBB2222"])
    desk = new_desk(clock, lambda: next(draws))
    first, second = desk.offers("first", "a")[:2]
    assert desk.hold("k", "s", first).reference == "AAAA2222"
    assert desk.hold("k2", "s", second).reference == "BBBB2222"
    always = new_desk(clock, lambda: "AAAA2222")
    always.hold("k", "s", first)
    with pytest.raises(BookingUnavailable):
        always.hold("k2", "s", second)
