"""The clinic's settings file becomes a timetable, and its mistakes are named."""

from __future__ import annotations

import copy
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from clinic.booking.timetable_file import CLINIC, TimetableError, load_timetable, read_timetable

GIVEN: dict[str, Any] = yaml.safe_load(CLINIC.read_text("utf-8"))["booking"]


def changed(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(GIVEN), **changes}


def test_the_demonstration_clinic_can_be_booked() -> None:
    table = load_timetable()
    assert table is not None
    assert {v.id for v in table.visit_types} == set().union(*(c.visit_types for c in table.clinicians))
    assert table.hold == timedelta(minutes=10)


def test_without_times_there_is_no_timetable(tmp_path: Path) -> None:
    file = tmp_path / "clinic.yml"
    file.write_text("profile: clinic\nbooking: null\n", "utf-8")
    assert load_timetable(file) is None


def test_closed_days_are_the_clinics_and_the_countrys() -> None:
    closed = read_timetable(changed(closed_days=["2026-11-27"]), "US").closed_days
    assert {date(2026, 11, 26), date(2026, 11, 27), date(2027, 7, 5)} <= closed
    assert date(2026, 11, 26) not in read_timetable(changed(public_holidays=False), "US").closed_days


def test_a_clinician_may_have_a_calendar() -> None:
    with_one = {**GIVEN["clinicians"][0], "calendar": "Dr. One's day"}
    table = read_timetable(changed(clinicians=[with_one, *GIVEN["clinicians"][1:]]))
    assert [seer.calendar for seer in table.clinicians] == ["Dr. One's day", None, None]


def test_midnight_closes_a_day() -> None:
    hours = read_timetable(changed(hours={"mon": ["20:00-24:00"]})).hours
    assert hours[0][0].closes == time.max


def test_who_is_gone_keeps_a_name_and_is_offered_nothing() -> None:
    gone, kind = GIVEN["clinicians"][0], {"id": "old", "title": "Old visit", "minutes": 20}
    table = read_timetable(
        changed(clinicians=GIVEN["clinicians"][1:], former_clinicians=[gone], former_visit_types=[kind])
    )
    former = table.clinician("demo_one")
    assert (former.name, former.visit_types, former.hours) == ("Dr. Demo One", frozenset(), {})
    assert table.visit_type("old").title == "Old visit"
    assert former not in table.clinicians


@pytest.mark.parametrize(("changes", "says"), [
    ({"time_zone": "New York"}, "America/New_York"),
    ({"hours": {"monday": ["08:00-12:00"]}}, "mon, tue"),
    ({"hours": {"mon": ["8-12"]}}, "08:00-12:00"),
    ({"hours": {"mon": ["12:00-08:00"]}}, "end after it begins"),
    ({"hours": {"mon": ["08:00-12:00", "11:00-13:00"]}}, "before the next begins"),
    ({"hours": {"mon": ["09:03-12:00"]}}, "steps of five"),
    ({"start_every_minutes": 0}, "multiple of 5"),
    ({"start_every_minutes": 7}, "multiple of 5"),
    ({"visit_types": [*GIVEN["visit_types"], GIVEN["visit_types"][0]]}, "two entries"),
    ({"visit_types": GIVEN["visit_types"][:1]}, "not listed"),
    ({"clinicians": [{**GIVEN["clinicians"][0], "calendar": 7}]}, "calendar of Dr. Demo One"),
    ({"clinicians": [{**GIVEN["clinicians"][0], "calendar": " "}]}, "calendar of Dr. Demo One"),
])  # fmt: skip
def test_a_mistake_is_named_in_the_clinics_words(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(TimetableError, match=says):
        read_timetable(changed(**changes))
