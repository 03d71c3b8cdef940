"""Opening hours for a call back, and what the words that open a booking tell."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from clinic.booking.errors import ReferenceMissing
from clinic.booking.model import new_reference, read_reference
from clinic.booking.opening_hours import Opening, opening
from clinic.booking.opening_words import wish_in
from clinic.booking.timetable import OpenInterval, Timetable

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=ZONE)
WEEK = dict.fromkeys(range(5), (OpenInterval(time(8), time(12)), OpenInterval(time(13), time(17))))
TABLE = Timetable(ZONE, WEEK, (), (), closed_days=frozenset({date(2026, 12, 1)}))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(("now", "expected"), [
    (at(30, 9), Opening(True, at(30, 12))),
    (at(30, 12), Opening(False, at(30, 13))),
    (at(29, 3), Opening(False, at(30, 8))),
    (at(30, 17), Opening(False, datetime(2026, 12, 2, 8, tzinfo=ZONE))),  # the day after is closed
])  # fmt: skip
def test_it_is_told_whether_the_clinic_is_open_and_until_when(now: datetime, expected: Opening) -> None:
    assert opening(TABLE, now) == expected


def test_a_shift_over_midnight_is_open_after_midnight() -> None:
    night = Timetable(ZONE, {0: (OpenInterval(time(20), time.max),), 1: (OpenInterval(time(0), time(4)),)}, (), ())
    assert opening(night, at(30, 23, 59)).is_open
    assert opening(night, datetime(2026, 12, 1, 0, 0, tzinfo=ZONE)).is_open


def test_a_clinic_without_hours_says_no_time() -> None:
    assert opening(Timetable(ZONE, {}, (), ()), NOW) == Opening(False, None)


@pytest.mark.parametrize("text", [
    "I have not slept since Monday. Can I book a visit?", "my doctor said on Monday I should book an appointment",
    "book me in for the first available", "I want an appointment", "it hurts at night and in the morning",
    "book a visit on February 30",
])  # fmt: skip
def test_a_story_is_no_wish_for_a_time(text: str) -> None:
    assert wish_in(text, NOW) is None


def test_the_wish_in_the_opening_words_is_taken_up() -> None:
    wish = wish_in("Hi there! Can I book an ultrasound on Tuesday afternoon?", NOW)
    assert wish is not None
    assert (wish.first_day, wish.from_time) == (date(2026, 12, 1), time(12))


@pytest.mark.parametrize(
    "text", ["k7qm2xwp", "K7QM-2XWP", "my reference is K7QM 2XWP.", "ref: K7QM2XWP, ann@example.com"]
)
def test_a_reference_is_found_in_what_people_type(text: str) -> None:
    assert read_reference(text) == "K7QM2XWP"


@pytest.mark.parametrize("text", ["", "I lost it", "tomorrow", "202-555-0117", "K7QM2XW", "K7QM2XWP or K7QM2XWQ",
                                  "k7qm2xwp@example.com", "I cannot remember it, something with a seven"])  # fmt: skip
def test_no_reference_is_made_up(text: str) -> None:
    with pytest.raises(ReferenceMissing):
        read_reference(text)


def test_a_name_is_no_reference_as_each_of_them_has_a_digit() -> None:
    assert all(read_reference(reference) == reference for reference in (new_reference() for _ in range(500)))
    for name in ("Anna Bell", "Thursday", "ABCDEFGH"):
        with pytest.raises(ReferenceMissing):
            read_reference(name)
