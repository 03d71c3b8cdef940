"""What every store of busy times must do, in memory, SQLite and PostgreSQL: the newest reading is the whole truth."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from clinic.adapters.memory_busy_times import MemoryBusyTimes
from clinic.adapters.sql.busy_times import SqlBusyTimes, busy_time
from clinic.adapters.sql.engine import open_engine
from clinic.booking.busy import BusyTime, BusyTimes
from clinic.booking.errors import BookingUnavailable
from tests.contract.databases import database

NINE = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
EVER = (NINE - timedelta(days=365), NINE + timedelta(days=365))


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def busy_times(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BusyTimes]:
    if request.param == "memory":
        yield MemoryBusyTimes()
        return
    with database(request, tmp_path, busy_time) as engine:
        yield SqlBusyTimes(engine)


def busy(hours: float, length: float = 1, clinician: str = "a") -> BusyTime:
    start = NINE + hours * HOUR
    return BusyTime(clinician, start, start + length * HOUR)


def test_what_was_read_comes_back_in_order_and_each_once(busy_times: BusyTimes) -> None:
    busy_times.replace([busy(2), busy(0), busy(2), busy(0, clinician="b"), busy(0, length=3)], *EVER)
    assert busy_times.between(*EVER) == [busy(0), busy(0, length=3), busy(2), busy(0, clinician="b")]


def test_only_what_has_a_part_between_two_moments_is_found(busy_times: BusyTimes) -> None:
    before, into, within, around, out_of, after = (
        busy(-1), busy(-0.5), busy(0.2, length=0.1), busy(-5, length=20), busy(0.9), busy(1)
    )  # fmt: skip
    busy_times.replace([before, into, within, around, out_of, after], *EVER)
    assert busy_times.between(NINE, NINE + HOUR) == sorted([into, within, around, out_of])


def test_a_new_reading_replaces_what_lies_there_and_nothing_else(busy_times: BusyTimes) -> None:
    busy_times.replace([busy(-3), busy(-0.5), busy(0), busy(0, clinician="b"), busy(9)], *EVER)
    busy_times.replace([busy(0.5)], NINE, NINE + 2 * HOUR)
    assert busy_times.between(*EVER) == [busy(-3), busy(0.5), busy(9)]
    busy_times.replace([], *EVER)
    assert busy_times.between(*EVER) == []


def test_the_same_reading_again_changes_nothing(busy_times: BusyTimes) -> None:
    for _ in range(2):
        busy_times.replace(iter([busy(0), busy(1)]), NINE, NINE + 5 * HOUR)
    assert busy_times.between(*EVER) == [busy(0), busy(1)]


def test_moments_of_any_zone_come_back_as_the_same_moments(busy_times: BusyTimes) -> None:
    there = timezone(timedelta(hours=-5))
    busy_times.replace([BusyTime("a", NINE.astimezone(there), (NINE + HOUR).astimezone(there))], *EVER)
    (found,) = busy_times.between(NINE.astimezone(there), (NINE + HOUR).astimezone(there))
    assert found == busy(0)
    assert found.start.utcoffset() is not None


def test_of_two_readings_at_once_one_stays_whole(busy_times: BusyTimes) -> None:
    readings = [[busy(0), busy(n), busy(n + 30)] for n in range(1, 9)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda reading: busy_times.replace(reading, *EVER), readings))
    assert busy_times.between(*EVER) in readings


def test_a_store_that_fails_says_so_and_quotes_nothing(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    for use in (lambda b: b.between(*EVER), lambda b: b.replace([busy(0)], *EVER)):
        with pytest.raises(BookingUnavailable, match="OperationalError"):
            use(SqlBusyTimes(engine))
    engine.dispose()
