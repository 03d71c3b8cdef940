"""Free times obey the timetable, whatever it is, daylight saving included."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.booking.availability import TimeSlot, cells, free_slots, is_offered, spread
from clinic.booking.timetable import Clinician, OpenInterval, Timetable, VisitType
from clinic.booking.wish import Wish

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=NEW_YORK)
SHIFTS = (OpenInterval(time(8), time(12)), OpenInterval(time(13), time(17)))
WEEKDAYS = dict.fromkeys(range(5), SHIFTS)
FIRST = VisitType("first", "First visit", timedelta(minutes=40), timedelta(minutes=10))
SHORT = VisitType("short", "Follow-up", timedelta(minutes=20))


def timetable(**changes: object) -> Timetable:
    clinicians = (Clinician("a", "Dr. A", frozenset({"first", "short"})), Clinician("b", "Dr. B", frozenset({"first"})))
    return Timetable(**{"zone": NEW_YORK, "hours": WEEKDAYS, "clinicians": clinicians,
                        "visit_types": (FIRST, SHORT), **changes})  # type: ignore[arg-type]  # fmt: skip


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
walls = st.integers(0, 96).map(lambda quarter: time.max if quarter == 96 else time(quarter // 4, quarter % 4 * 15))
CLOCK_CHANGES = st.sampled_from([datetime(2026, 3, 7, 12, tzinfo=UTC), datetime(2026, 10, 31, 12, tzinfo=UTC)])
intervals = st.tuples(walls, walls).filter(lambda w: w[0] < w[1]).map(lambda w: OpenInterval(*w))
lengths = st.integers(1, 24).map(lambda n: timedelta(minutes=5 * n))
tables = st.builds(
    lambda hours, length, buffer, closed, every: Timetable(
        zone=NEW_YORK, hours=hours, clinicians=(Clinician("a", "Dr. A", frozenset({"v"})),),
        visit_types=(VisitType("v", "Visit", length, buffer),), closed_days=closed,
        start_every=timedelta(minutes=every), horizon=timedelta(days=9),
    ),
    st.dictionaries(st.integers(0, 6), intervals.map(lambda i: (i,))), lengths, lengths | st.just(timedelta(0)),
    st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=3), st.sampled_from([5, 10, 15, 30]),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(tables, moments | CLOCK_CHANGES)
def test_every_offer_lies_inside_open_hours_in_the_future_and_can_be_kept(table: Timetable, now: datetime) -> None:
    visit = table.visit_types[0]
    for slot in free_slots(table, visit, set(), now):
        assert now + table.lead <= slot.start <= now + table.horizon
        assert slot.end - slot.start == visit.length
        local = slot.start.astimezone(NEW_YORK)
        assert local.date() not in table.closed_days
        (hours,) = table.hours[local.weekday()]
        assert local.timetz().replace(tzinfo=None) >= hours.opens or local.fold
        assert slot.end <= table.open_on(local.date(), table.clinicians[0])[0][1]
        assert is_offered(table, slot, now)


@settings(max_examples=40, deadline=None)
@given(tables, moments, st.data())
def test_what_is_taken_is_offered_to_nobody_else(table: Timetable, now: datetime, data: st.DataObject) -> None:
    visit, taken, booked = table.visit_types[0], set(), []
    for _ in range(4):
        offers = list(free_slots(table, visit, taken, now))
        if not offers:
            break
        slot = data.draw(st.sampled_from(offers))
        taken |= set(cells(slot, visit))
        booked.append(slot)
    for one, other in pairwise(sorted(booked)):
        assert one.start + visit.taken <= other.start


def test_a_split_shift_has_no_visit_over_the_break() -> None:
    starts = [s.start.astimezone(NEW_YORK) for s in free_slots(timetable(), FIRST, set(), MONDAY)]
    first_day = {f"{s:%H:%M}" for s in starts if s.date() == date(2026, 12, 1)}
    assert "11:15" in first_day
    assert "11:30" not in first_day
    assert min(t for t in first_day if t > "12:00") == "13:00"
    assert max(first_day) == "16:15"


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 11, 3), 24)])
def test_a_day_without_a_break_has_the_hours_its_clock_has(day: date, hours: int) -> None:
    whole = dict.fromkeys(range(7), (OpenInterval(time.min, time.max),))
    table = timetable(hours=whole, start_every=timedelta(hours=1), lead=timedelta(0))
    now = datetime.combine(day, time.min, NEW_YORK).astimezone(UTC)
    starts = [s.start for s in free_slots(table, SHORT, set(), now) if s.start.astimezone(NEW_YORK).date() == day]
    assert len(starts) == hours


def test_closed_days_other_kinds_of_visit_and_other_clinicians_are_left_out() -> None:
    table = timetable(closed_days=frozenset({date(2026, 12, 1)}))
    offers = list(free_slots(table, SHORT, set(), MONDAY))
    assert {s.clinician for s in offers} == {"a"}
    assert date(2026, 12, 1) not in {s.start.astimezone(NEW_YORK).date() for s in offers}
    assert {s.clinician for s in free_slots(table, FIRST, set(), MONDAY, clinician="b")} == {"b"}


def test_a_wish_is_kept_and_a_slot_of_another_time_is_not_offered() -> None:
    wish = Wish(first_day=date(2026, 12, 2), last_day=date(2026, 12, 4), before=time(12))
    starts = [s.start.astimezone(NEW_YORK) for s in free_slots(timetable(), FIRST, set(), MONDAY, wish)]
    assert {s.date() for s in starts} == {date(2026, 12, day) for day in (2, 3, 4)}
    assert max(s.time() for s in starts) == time(11, 15)
    for start in (datetime(2026, 12, 2, 12, 30), datetime(2026, 12, 5, 9), datetime(2026, 11, 2, 9)):
        moment = start.replace(tzinfo=NEW_YORK).astimezone(UTC)
        assert not is_offered(timetable(), TimeSlot(moment, moment + FIRST.length, "a", "first"), MONDAY)


def test_a_choice_is_spread_over_the_days_and_never_doubled() -> None:
    chosen = spread(free_slots(timetable(), FIRST, set(), MONDAY), 5)
    assert len({s.start for s in chosen}) == 5
    assert all(later.start - earlier.start >= timedelta(hours=3) for earlier, later in pairwise(chosen))
    narrow = Wish(first_day=date(2026, 12, 2), last_day=date(2026, 12, 2), before=time(9))
    assert len(spread(free_slots(timetable(), FIRST, set(), MONDAY, narrow), 3)) == 3
