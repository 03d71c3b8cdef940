"""Saved schedules on SQLite and PostgreSQL: none is lost, and of two saves after one version one is told."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clinic.adapters.sql.engine import open_engine
from clinic.adapters.sql.schedules import SqlScheduleStore, schedule_version
from clinic.booking.errors import BookingUnavailable
from clinic.booking.schedule import Schedule, ScheduleChanged
from tests.contract.databases import database

NOW = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
DOCUMENT = {"hours": {"mon": ["08:00-12:00"]}, "clinicians": [{"id": "a", "name": "Dr. Demo Öne"}]}


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlScheduleStore]:
    with database(request, tmp_path, schedule_version) as engine:
        yield SqlScheduleStore(engine)


def test_nothing_is_saved_at_first(store: SqlScheduleStore) -> None:
    assert (store.newest_version(), store.newest(), store.version(1)) == (0, None, None)


def test_every_version_stays_as_it_was_saved(store: SqlScheduleStore) -> None:
    first = store.save(DOCUMENT, 0, "m_1", NOW)
    second = store.save({**DOCUMENT, "hours": {}}, 1, "m_2", NOW)
    assert first == Schedule(1, DOCUMENT, "m_1", NOW)
    assert (store.newest_version(), store.newest(), store.version(1)) == (2, second, first)


def test_of_many_who_save_after_one_version_one_succeeds_and_the_others_are_told(store: SqlScheduleStore) -> None:
    def save(number: int) -> str:
        try:
            store.save({"number": number}, 0, f"m_{number}", NOW)
        except ScheduleChanged as changed:
            return f"told of {changed.now.by}"
        return f"saved by m_{number}"

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(save, range(8)))
    (winner,) = [one for one in found if one.startswith("saved")]
    assert found.count(f"told of {winner.removeprefix('saved by ')}") == 7
    assert store.newest_version() == 1


def test_a_database_without_the_table_is_a_named_failure(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/empty.db")
    with pytest.raises(BookingUnavailable):
        SqlScheduleStore(engine).newest_version()
    engine.dispose()
