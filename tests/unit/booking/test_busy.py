"""Busy times: the cells they cover are neither offered nor given, and what is booked already stays."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from clinic.adapters.memory import MemoryAppointmentBook, MemoryAttempts
from clinic.adapters.memory_busy_times import MemoryBusyTimes
from clinic.booking.appointment import AppointmentStatus
from clinic.booking.availability import TimeSlot
from clinic.booking.busy import BusyTime, busy_cells, is_busy, refresh_busy
from clinic.booking.desk import BookingDesk
from clinic.booking.errors import HoldExpired, TimeTaken
from clinic.booking.mirror import MirrorFailed
from clinic.booking.timetable import Clinician, OpenInterval, Timetable, VisitType
from clinic.booking.wish import Wish

ZONE = ZoneInfo("America/New_York")
VISIT = VisitType("first", "First visit", timedelta(minutes=40), timedelta(minutes=10))
TABLE = Timetable(
    zone=ZONE, hours=dict.fromkeys(range(5), (OpenInterval(time(9), time(12)),)),
    clinicians=(Clinician("a", "Dr. A", frozenset({"first"})), Clinician("b", "Dr. B", frozenset({"first"}))),
    visit_types=(VISIT,),
)  # fmt: skip
NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 12, 1, 0, 0, tzinfo=ZONE)
PERSON = {"name": "Ann Example", "contact": "ann@example.org", "reason": "restless legs"}
MINUTE = timedelta(minutes=1)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def busy_times() -> MemoryBusyTimes:
    return MemoryBusyTimes()


@pytest.fixture
def desk(clock: Clock, busy_times: MemoryBusyTimes) -> BookingDesk:
    attempts = MemoryAttempts(clock=lambda: clock().timestamp())
    return BookingDesk(MemoryAppointmentBook(), TABLE, attempts, busy=busy_times, now=clock)


def moment(wall: str) -> datetime:
    hour, minute = wall.split(":")
    return TUESDAY.replace(hour=int(hour), minute=int(minute))


def busy(start: str, end: str, clinician: str = "a") -> BusyTime:
    return BusyTime(clinician, moment(start), moment(end))


def becomes_busy(busy_times: MemoryBusyTimes, *times: BusyTime) -> None:
    busy_times.replace(times, NOW, NOW + timedelta(days=70))


def slot(wall: str, clinician: str = "a") -> TimeSlot:
    start = moment(wall).astimezone(UTC)
    return TimeSlot(start, start + VISIT.length, clinician, "first")


def walls(slots: list[TimeSlot]) -> list[str]:
    return [f"{found.start.astimezone(ZONE):%H:%M}" for found in slots]


def offered(desk: BookingDesk, clinician: str = "a") -> list[str]:
    wish = Wish(first_day=TUESDAY.date(), last_day=TUESDAY.date())
    return walls(desk.offers("first", clinician, wish, number=50))


@pytest.mark.parametrize(
    ("start", "end", "covered"),
    [
        ("10:00", "10:10", ["10:00", "10:05"]),
        ("10:01", "10:02", ["10:00"]),
        ("10:04", "10:11", ["10:00", "10:05", "10:10"]),
        ("08:00", "09:05", ["09:00"]),  # only from nine to eleven was asked about
        ("10:55", "12:00", ["10:55"]),
        ("07:00", "09:00", []),
    ],
)
def test_a_cell_that_is_covered_in_part_counts_whole(start: str, end: str, covered: list[str]) -> None:
    cells = busy_cells([busy(start, end)], moment("09:00"), moment("11:00"))
    assert cells == {("a", moment(wall).astimezone(UTC)) for wall in covered}


def test_a_slot_is_busy_only_with_its_own_clinician_and_while_it_lasts(busy_times: MemoryBusyTimes) -> None:
    becomes_busy(busy_times, busy("10:00", "10:30"))
    at = {wall: moment(wall).astimezone(UTC) for wall in ("09:55", "10:00", "10:25", "10:30")}
    found = [who + wall for who in "ab" for wall in at if is_busy(busy_times, [(who, at[wall])])]
    assert found == ["a10:00", "a10:25"]


def test_a_busy_time_is_not_offered_with_its_buffer_before_it_and_others_are(
    desk: BookingDesk, busy_times: MemoryBusyTimes
) -> None:
    all_of_them = offered(desk)
    becomes_busy(busy_times, busy("10:15", "10:30"))
    assert [wall for wall in all_of_them if wall not in offered(desk)] == ["09:30", "09:45", "10:00", "10:15"]
    assert offered(desk, "b") == all_of_them


def test_the_nearest_free_times_are_not_busy_ones(desk: BookingDesk, busy_times: MemoryBusyTimes) -> None:
    becomes_busy(busy_times, busy("09:00", "11:00"), busy("09:00", "10:30", "b"))
    assert walls(desk.nearest(slot("09:00"), 3)) == ["10:30", "10:45", "11:00"]


def test_a_time_that_became_busy_since_it_was_offered_cannot_be_held(
    desk: BookingDesk, busy_times: MemoryBusyTimes
) -> None:
    becomes_busy(busy_times, busy("09:45", "10:00"))
    with pytest.raises(TimeTaken):
        desk.hold("k", "s", slot("09:00"))
    assert desk.hold("k", "s", slot("10:00")).status is AppointmentStatus.HELD


def test_nobody_is_moved_to_a_busy_time_and_keeps_the_old_one(desk: BookingDesk, busy_times: MemoryBusyTimes) -> None:
    held = desk.hold("k", "s", slot("09:00"))
    desk.book(held.reference, "s", **PERSON)
    becomes_busy(busy_times, busy("11:00", "12:00"))
    with pytest.raises(TimeTaken):
        desk.move(held.reference, PERSON["contact"], slot("11:00"), "w")
    assert desk.look_up(held.reference, PERSON["contact"], "w").slot == slot("09:00")


def test_what_becomes_busy_afterwards_touches_neither_a_hold_nor_a_booking(
    desk: BookingDesk, busy_times: MemoryBusyTimes
) -> None:
    held = desk.hold("k", "s", slot("09:00"))
    becomes_busy(busy_times, busy("09:00", "12:00"))
    assert desk.hold("k", "s", slot("09:00")) == held
    assert desk.book(held.reference, "s", **PERSON).slot == slot("09:00")
    assert desk.look_up(held.reference, PERSON["contact"], "w").status is AppointmentStatus.BOOKED
    assert desk.move(held.reference, PERSON["contact"], slot("09:00"), "w").slot == slot("09:00")


def test_a_hold_that_ran_out_is_not_booked_into_a_time_that_is_busy_by_now(
    desk: BookingDesk, busy_times: MemoryBusyTimes, clock: Clock
) -> None:
    held = desk.hold("k", "s", slot("09:00"))
    clock.now += TABLE.hold
    becomes_busy(busy_times, busy("09:00", "12:00"))
    with pytest.raises(HoldExpired):
        desk.book(held.reference, "s", **PERSON)


class CalendarOf:
    """Says what it is told to, and remembers what it was asked."""

    def __init__(self, *times: BusyTime) -> None:
        self.times, self.is_down = list(times), False

    def busy(self, since: datetime, until: datetime) -> list[BusyTime]:
        if self.is_down:
            raise MirrorFailed("ConnectionError")
        return [found for found in self.times if found.start < until and found.end > since]


def test_a_new_reading_forgets_what_is_over_or_was_taken_out(busy_times: MemoryBusyTimes) -> None:
    calendar = CalendarOf(busy("09:00", "10:00"), busy("11:00", "12:00"))
    assert refresh_busy(calendar, busy_times, NOW, TABLE.horizon) == 2
    calendar.times.pop()
    assert refresh_busy(calendar, busy_times, moment("10:00"), TABLE.horizon) == 0
    assert busy_times.between(NOW - timedelta(days=99), NOW + timedelta(days=99)) == []


def test_the_last_visit_that_the_desk_offers_is_read_to_its_end(
    desk: BookingDesk, busy_times: MemoryBusyTimes, clock: Clock
) -> None:
    last = desk.offers("first", "a", number=5000)[-1]
    clock.now = last.start - TABLE.horizon
    assert last in desk.offers("first", "a", number=5000)
    in_its_middle = BusyTime("a", last.start + 20 * MINUTE, last.end)
    refresh_busy(CalendarOf(in_its_middle), busy_times, clock.now, TABLE.horizon)
    assert last not in desk.offers("first", "a", number=5000)


def test_a_calendar_that_does_not_answer_changes_nothing(busy_times: MemoryBusyTimes) -> None:
    calendar = CalendarOf(busy("09:00", "10:00"))
    refresh_busy(calendar, busy_times, NOW, TABLE.horizon)
    calendar.is_down = True
    with pytest.raises(MirrorFailed):
        refresh_busy(calendar, busy_times, NOW + MINUTE, TABLE.horizon)
    assert busy_times.between(NOW, NOW + TABLE.horizon) == [busy("09:00", "10:00")]
