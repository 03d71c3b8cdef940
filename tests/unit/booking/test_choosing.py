"""Finding a time: what an answer to the shown times means, and what is shown next."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from clinic.adapters.memory import MemoryAppointmentBook, MemoryAttempts
from clinic.booking.availability import TimeSlot, from_text, to_text
from clinic.booking.choices import ANYONE, read_clinician, read_visit_type
from clinic.booking.choosing import NUMBER_SHOWN, Finding, Shown, choose_time, times_to_show
from clinic.booking.desk import BookingDesk
from clinic.booking.errors import (
    ClinicianUnclear,
    ClosedDay,
    NoSuchDay,
    NoSuchTime,
    TimeInPast,
    TimeUnclear,
    TooFarAhead,
    VisitTypeUnclear,
)
from clinic.booking.spoken_times import in_full, in_short, wish_in_words
from clinic.booking.timetable import Clinician, OpenInterval, Timetable, VisitType
from clinic.booking.wish import ANY_TIME, Wish

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 30, 13, 0, tzinfo=UTC)  # a Monday, 8 in the morning
DAY = (OpenInterval(time(9), time(12)), OpenInterval(time(13), time(17)))
TABLE = Timetable(
    zone=ZONE, hours=dict.fromkeys(range(5), DAY) | {6: (OpenInterval(time(1), time(4)),)},
    clinicians=(Clinician("ann", "Dr. Ann Rowe", frozenset({"first", "scan"}), dict.fromkeys(range(5), DAY)),
                Clinician("ben", "Dr. Ben Rowe", frozenset({"first"}), {1: DAY})),
    visit_types=(VisitType("first", "First visit", timedelta(minutes=40), timedelta(minutes=20), ("new patient",)),
                 VisitType("scan", "Vein scan", timedelta(minutes=30))),
    closed_days=frozenset({date(2026, 12, 24)}),
)  # fmt: skip


@pytest.fixture
def desk() -> BookingDesk:
    return BookingDesk(MemoryAppointmentBook(), TABLE, MemoryAttempts(), now=lambda: NOW)


def choose(desk: BookingDesk, said: str, shown: Shown, clinician: str = ANYONE):  # type: ignore[no-untyped-def]
    return choose_time(desk, "first", clinician, shown, said, now=lambda: NOW)


def first_shown(desk: BookingDesk) -> Shown:
    return times_to_show(desk, "first", ANYONE, Shown())[0]


def test_the_first_times_shown_are_three_to_five_and_free(desk: BookingDesk) -> None:
    shown, finding = times_to_show(desk, "first", ANYONE, Shown())
    assert (len(shown.times), finding) == (NUMBER_SHOWN, Finding.FITTING)
    assert 3 <= NUMBER_SHOWN <= 5


@pytest.mark.parametrize(("said", "number"), [
    ("the first one", 0), ("2", 1), ("number 3 please", 2), ("the last one", -1), ("I'll take the second", 1),
    ("the earliest one", 0), ("third time works", 2),
])  # fmt: skip
def test_a_time_is_picked_by_its_place(desk: BookingDesk, said: str, number: int) -> None:
    shown = first_shown(desk)
    assert choose(desk, said, shown).slot == shown.times[number]


@pytest.mark.parametrize("spoken", [in_full, in_short])
def test_a_time_is_picked_by_the_words_it_was_shown_with(desk: BookingDesk, spoken) -> None:  # type: ignore[no-untyped-def]
    shown = first_shown(desk)
    for slot in shown.times:
        assert choose(desk, spoken(slot.start.astimezone(ZONE)), shown).slot == slot


def test_a_place_that_was_not_shown_is_asked_back(desk: BookingDesk) -> None:
    with pytest.raises(TimeUnclear):
        choose(desk, "the fifth one", first_shown(desk))


@pytest.mark.parametrize("said", ["more times", "other times please", "do you have anything else", "none of these",
                                  "those don't work", "show me more"])  # fmt: skip
def test_more_times_are_others(desk: BookingDesk, said: str) -> None:
    shown = first_shown(desk)
    following, finding = times_to_show(desk, "first", ANYONE, choose(desk, said, shown).shown)
    assert finding is Finding.FITTING
    assert not {slot.start for slot in following.times} & {slot.start for slot in shown.times}


@pytest.mark.parametrize("said", ["can you do 10 instead", "at 10", "10?", "maybe 10", "10:00"])
def test_a_bare_hour_is_one_of_the_day_that_is_spoken_of(desk: BookingDesk, said: str) -> None:
    day = choose(desk, "December 3", first_shown(desk)).shown
    picked = choose(desk, said, times_to_show(desk, "first", ANYONE, day)[0]).slot
    assert picked is not None
    assert picked.start.astimezone(ZONE) == datetime(2026, 12, 3, 10, tzinfo=ZONE)


def test_earlier_and_later_are_of_the_day_that_is_spoken_of(desk: BookingDesk) -> None:
    day = choose(desk, "December 3 afternoon", first_shown(desk)).shown
    shown = times_to_show(desk, "first", ANYONE, day)[0]
    earlier = times_to_show(desk, "first", ANYONE, choose(desk, "anything earlier?", shown).shown)[0]
    assert {slot.start.astimezone(ZONE).date() for slot in earlier.times} == {date(2026, 12, 3)}
    assert max(earlier.times).start < min(shown.times).start
    later = times_to_show(desk, "first", ANYONE, choose(desk, "later please", earlier).shown)[0]
    assert min(later.times).start > max(earlier.times).start


def test_the_times_of_a_day_are_spread_over_it(desk: BookingDesk) -> None:
    shown = times_to_show(desk, "first", "ann", Shown(wish=Wish(date(2026, 12, 3), date(2026, 12, 3))))[0]
    starts = sorted(slot.start for slot in shown.times)
    assert len(starts) == NUMBER_SHOWN
    assert all(later - sooner >= timedelta(hours=1) for sooner, later in pairwise(starts))


def test_after_the_last_times_come_the_first_ones_again_and_it_is_said(desk: BookingDesk) -> None:
    shown = times_to_show(desk, "first", ANYONE, Shown(wish=Wish(date(2026, 12, 3), date(2026, 12, 3))))[0]
    finding = Finding.FITTING
    for _ in range(6):
        shown, finding = times_to_show(desk, "first", ANYONE, choose(desk, "more times", shown).shown)
        if finding is not Finding.FITTING:
            break
    assert finding is Finding.NO_MORE
    assert shown.times


def test_part_of_a_former_wish_holds_on(desk: BookingDesk) -> None:
    day = choose(desk, "next Thursday", first_shown(desk)).shown
    mornings = choose(desk, "mornings only", day).shown.wish
    assert (mornings.first_day, mornings.before) == (date(2026, 12, 10), time(12))
    other_day = choose(desk, "what about Friday?", Shown(wish=mornings)).shown.wish
    assert (other_day.first_day, other_day.before) == (date(2026, 12, 4), time(12))
    assert choose(desk, "any time", Shown(wish=mornings)).shown.wish == ANY_TIME


def test_an_exact_time_that_is_free_is_taken_at_once(desk: BookingDesk) -> None:
    picked = choose(desk, "half past two on Wednesday", first_shown(desk)).slot
    assert picked is not None
    assert in_full(picked.start.astimezone(ZONE)) == "Wednesday, December 2, 2026 at 2:30 PM EST"


def test_for_an_exact_time_that_is_not_free_the_nearest_are_shown(desk: BookingDesk) -> None:
    choice = choose(desk, "Wednesday at 12:15", first_shown(desk))
    assert choice.slot is None
    shown, finding = times_to_show(desk, "first", ANYONE, choice.shown)
    assert finding is Finding.NEAREST
    wanted = datetime(2026, 12, 2, 17, 15, tzinfo=UTC)
    assert all(abs(slot.start - wanted) <= timedelta(hours=2) for slot in shown.times)


def test_where_nothing_fits_the_soonest_are_shown_and_it_is_said(desk: BookingDesk) -> None:
    shown, finding = times_to_show(desk, "first", "ben", choose(desk, "Thursday", Shown(), "ben").shown)
    assert finding is Finding.NOTHING_FITS
    assert {slot.clinician for slot in shown.times} == {"ben"}


def test_another_doctor_widens_the_search(desk: BookingDesk) -> None:
    choice = choose(desk, "any doctor on Thursday", Shown(), "ben")
    assert choice.clinician == ANYONE
    assert times_to_show(desk, "first", ANYONE, choice.shown)[1] is Finding.FITTING


@pytest.mark.parametrize("said", ["put me on the waiting list", "waitlist please", "tell me when a time opens up"])
def test_the_waiting_list_can_be_joined_instead(desk: BookingDesk, said: str) -> None:
    assert choose(desk, said, first_shown(desk)).waits


@pytest.mark.parametrize(("said", "error"), [
    ("December 24", ClosedDay), ("Saturday", ClosedDay), ("February 30", NoSuchDay), ("yesterday", TimeInPast),
    ("June 3 at 10", TooFarAhead), ("I work mornings", TimeUnclear), ("I take my pill at 3pm", TimeUnclear),
    ("at 25:00 on Tuesday", NoSuchTime), ("banana", TimeUnclear), ("x" * 400, TimeUnclear),
])  # fmt: skip
def test_what_cannot_be_is_refused_by_its_name(desk: BookingDesk, said: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        choose(desk, said, Shown())


def test_an_hour_that_the_clocks_skip_is_refused() -> None:
    in_march = datetime(2027, 3, 10, 15, 0, tzinfo=UTC)
    desk = BookingDesk(MemoryAppointmentBook(), TABLE, MemoryAttempts(), now=lambda: in_march)
    with pytest.raises(NoSuchTime):
        choose_time(desk, "first", ANYONE, Shown(), "March 14 at 2:30 am", now=lambda: in_march)


def test_slots_and_wishes_survive_the_conversation_in_between(desk: BookingDesk) -> None:
    for slot in first_shown(desk).times:
        assert from_text(to_text(slot)) == slot
    for wish in (ANY_TIME, Wish(date(2026, 12, 1), date(2026, 12, 4), frozenset({1, 3}), time(13), time(17)),
                 Wish(weekdays=frozenset()), Wish(at=time(14, 30))):  # fmt: skip
        assert Wish.from_json(wish.to_json()) == wish
    assert Wish.from_json(None) == ANY_TIME


@pytest.mark.parametrize(("said", "visit_type"), [
    ("First visit", "first"), ("I'm a new patient", "first"), ("the scan please", "scan"), ("the first", "first"),
])  # fmt: skip
def test_a_kind_of_visit_is_read_by_its_words(said: str, visit_type: str) -> None:
    assert read_visit_type(said, TABLE) == visit_type


@pytest.mark.parametrize("said", ["a visit", "first visit or vein scan", "my legs", ""])
def test_a_kind_of_visit_is_not_guessed(said: str) -> None:
    with pytest.raises(VisitTypeUnclear):
        read_visit_type(said, TABLE)


@pytest.mark.parametrize(("said", "clinician"), [
    ("Dr. Ann Rowe", "ann"), ("ben", "ben"), ("with doctor Ann please", "ann"), ("anyone", ANYONE),
    ("I don't mind", ANYONE), ("no preference", ANYONE),
])  # fmt: skip
def test_a_clinician_is_read_by_a_name_of_their_own(said: str, clinician: str) -> None:
    assert read_clinician(said, TABLE, "first") == clinician


@pytest.mark.parametrize("said", ["Dr. Rowe", "the doctor", "Dr. House"])
def test_a_clinician_is_not_guessed(said: str) -> None:
    with pytest.raises(ClinicianUnclear):
        read_clinician(said, TABLE, "first")


@pytest.mark.parametrize(("wish", "words"), [
    (ANY_TIME, "any time"),
    (Wish(date(2026, 12, 1), date(2026, 12, 1), at=time(12)), "Tuesday, December 1, 2026, at 12:00 noon"),
    (Wish(date(2026, 12, 1), date(2026, 12, 4), frozenset({1, 3}), before=time(12)),
     "Tuesday, December 1, 2026 to Friday, December 4, 2026, on a Tuesday or Thursday, before 12:00 noon"),
    (Wish(weekdays=frozenset({0}), from_time=time(13)), "on a Monday, from 1:00 PM"),
])  # fmt: skip
def test_a_wish_is_said_back_in_full(wish: Wish, words: str) -> None:
    assert wish_in_words(wish) == words


def test_nobody_is_shown_a_time_that_is_held(desk: BookingDesk) -> None:
    slot = first_shown(desk).times[0]
    desk.hold("key", "somebody", slot)
    found = times_to_show(desk, "first", slot.clinician, Shown())[0]
    assert TimeSlot(slot.start, slot.end, slot.clinician, slot.visit_type) not in found.times
