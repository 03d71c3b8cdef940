"""Which timetable holds now: what staff saved last, seen at once, and kept while the database is away."""

from __future__ import annotations

from typing import Any

import pytest

from clinic.booking.errors import BookingUnavailable
from clinic.booking.schedule import Schedule
from clinic.booking.timetable import Timetable
from clinic.booking.timetable_file import load_schedule, load_timetable
from clinic.booking.timetable_source import TimetableSource

GIVEN: dict[str, Any] = load_schedule() or {}


class Store:
    """Saved versions, and whether the database answers; counts how often it is asked."""

    def __init__(self) -> None:
        self.saved: list[dict[str, Any]] = []
        self.is_away, self.asked = False, 0

    def newest_version(self) -> int:
        self.asked += 1
        if self.is_away:
            raise BookingUnavailable("away")
        return len(self.saved)

    def newest(self) -> Schedule | None:
        return Schedule(len(self.saved), self.saved[-1]) if self.saved else None

    def version(self, number: int) -> Schedule | None:
        raise AssertionError("nobody asks for an old version here")

    def save(self, *_: Any) -> Schedule:
        raise AssertionError("nobody saves here")


class Running:
    """A process with a clock."""

    def __init__(self, from_file: Timetable | None = None) -> None:
        self.store, self.now = Store(), 100.0
        self.source = TimetableSource(self.store, lambda: from_file, lambda: "US", lambda: self.now)

    def after(self, seconds: float) -> Timetable | None:
        self.now += seconds
        return self.source.current()


def monday(shift: str) -> dict[str, Any]:
    return {**GIVEN, "hours": {"mon": [shift]}}


def test_the_file_holds_until_a_schedule_is_saved_which_holds_within_seconds() -> None:
    file = load_timetable()
    running = Running(file)
    assert running.source.current() is file
    running.store.saved.append(monday("09:00-12:00"))
    found = running.after(1.1)
    assert found is not None
    assert (list(found.hours), found.hours[0][0].opens.hour) == ([0], 9)
    assert running.after(1.1) is found


def test_the_database_is_asked_once_a_second_however_many_ask() -> None:
    running = Running(load_timetable())
    for _ in range(50):
        running.after(0.05)
    assert running.store.asked == 3


def test_while_the_database_is_away_the_last_schedule_that_was_known_holds() -> None:
    running = Running(load_timetable())
    running.store.saved.append(monday("09:00-12:00"))
    found = running.source.current()
    running.store.is_away = True
    assert running.after(60) is found
    running.store.is_away = False
    running.store.saved.append(monday("10:00-12:00"))
    later = running.after(60)
    assert later is not None
    assert later.hours[0][0].opens.hour == 10


def test_where_nothing_was_ever_known_the_file_is_not_taken_for_the_truth() -> None:
    running = Running(load_timetable())
    running.store.is_away = True
    with pytest.raises(BookingUnavailable):
        running.source.current()
    running.store.is_away = False
    assert running.after(60) is load_timetable()


def test_a_schedule_that_cannot_be_read_changes_nothing() -> None:
    running = Running(load_timetable())
    running.store.saved.append({"hours": "of another release"})
    with pytest.raises(BookingUnavailable):
        running.source.current()
    running.store.saved.append(monday("09:00-12:00"))
    found = running.after(60)
    running.store.saved.append({"hours": "of another release"})
    assert running.after(60) is found


def test_a_clinic_without_clinicians_has_no_timetable() -> None:
    running = Running(load_timetable())
    running.store.saved.append({**GIVEN, "clinicians": []})
    assert running.source.current() is None
