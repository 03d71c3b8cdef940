"""A small race, as `make race` runs a large one: one of many gets a time, whichever process and database."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clinic.booking.appointment import Appointment, AppointmentStatus
from clinic.booking.availability import TimeSlot
from clinic.booking.timetable_file import load_timetable
from tests.postgres_server import new_database
from tests.web_processes import running_webs
from tools import race_check
from tools.migrate import upgrade
from tools.race import KEYS, race

ROUNDS, CLIENTS = 2, 60


@pytest.fixture(params=["SQLite", "PostgreSQL 15"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    if request.param == "SQLite":
        url = f"sqlite:///{tmp_path / 'race.db'}"
        upgrade(url)
    else:
        url = new_database(request.getfixturevalue("postgres_url"))
    return request.param, url


def test_of_many_who_want_one_time_one_gets_it_and_all_others_hear_so(
    database: tuple[str, str], tmp_path: Path
) -> None:
    name, url = database
    with running_webs(url, KEYS, tmp_path, number=2) as webs:
        found = asyncio.run(race(webs, name, url, ROUNDS, CLIENTS))
    assert found.faults == []
    assert found.in_database == []
    assert len(found.outcomes) == ROUNDS * (CLIENTS + CLIENTS // 10)
    assert len({one.reference for one in found.outcomes if one.reference}) == ROUNDS


def visit(reference: str, minute: int, clinician: str = "demo_one", status: str = "booked") -> Appointment:
    start = datetime(2026, 12, 1, 14, minute, tzinfo=UTC)
    slot = TimeSlot(start, start + timedelta(minutes=20), clinician, "follow_up")
    return Appointment(reference, reference, "s", slot, AppointmentStatus(status), start, start)


def test_the_check_sees_an_overlap_of_a_buffer_and_nothing_where_there_is_none() -> None:
    timetable = load_timetable()
    assert timetable is not None
    assert timetable.visit_type("follow_up").buffer == timedelta(minutes=5)
    apart = [visit("A", 0), visit("B", 25), visit("C", 0, "demo_two"), visit("D", 10, status="cancelled")]
    assert race_check.overlaps(apart, timetable) == []
    assert race_check.overlaps([*apart, visit("E", 20)], timetable) == [("A", "E"), ("E", "B")]
    assert race_check.overlaps([visit("A", 0), visit("F", 0)], timetable) == [("A", "F")]
