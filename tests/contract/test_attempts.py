"""Tries to prove an appointment, in memory, in SQLite and in PostgreSQL: however many try at once, all are counted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from clinic.adapters.memory import MemoryAttempts
from clinic.adapters.sql.attempts import SqlAttempts
from clinic.adapters.sql.engine import open_engine
from clinic.booking.errors import BookingUnavailable
from clinic.booking.ports import Attempts
from tests.contract.databases import database

WINDOW = timedelta(minutes=15)
START = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)  # a quarter of an hour begins


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def attempts(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Attempts]:
    if request.param == "memory":
        yield MemoryAttempts(WINDOW.total_seconds(), lambda: clock().timestamp())
        return
    with database(request, tmp_path) as engine:
        yield SqlAttempts(engine, WINDOW, clock)


@pytest.fixture
def key() -> str:
    return uuid4().hex


def test_so_many_tries_may_be_made_and_no_more(attempts: Attempts, key: str) -> None:
    assert [attempts.begin(key, 3) for _ in range(5)] == [True, True, True, False, False]


def test_each_key_is_counted_by_itself(attempts: Attempts, key: str) -> None:
    assert [attempts.begin(key, 1), attempts.begin(key, 1)] == [True, False]
    assert attempts.begin(f"another {key}", 1)


def test_a_try_that_was_right_is_not_counted(attempts: Attempts, key: str) -> None:
    for _ in range(10):
        assert attempts.begin(key, 2)
        attempts.forget(key)
    assert [attempts.begin(key, 2) for _ in range(3)] == [True, True, False]


def test_what_was_never_tried_can_be_forgotten_and_gives_no_try_more(attempts: Attempts, key: str) -> None:
    attempts.forget(key)
    assert [attempts.begin(key, 1), attempts.begin(key, 1)] == [True, False]


def test_tries_are_forgotten_after_a_while(attempts: Attempts, key: str, clock: Clock) -> None:
    assert not all(attempts.begin(key, 2) for _ in range(3))
    clock.now += WINDOW + timedelta(seconds=1)
    assert attempts.begin(key, 2)


@pytest.mark.parametrize("most", [7, 20])
def test_twenty_at_once_are_counted_exactly(attempts: Attempts, key: str, most: int) -> None:
    assert at_once(lambda: attempts.begin(key, most)).count(True) == most
    assert not attempts.begin(key, most)


def test_twenty_right_tries_at_once_leave_nothing_behind(attempts: Attempts, key: str) -> None:
    assert all(at_once(lambda: attempts.begin(key, 20)))
    at_once(lambda: attempts.forget(key))
    assert [attempts.begin(key, 2) for _ in range(3)] == [True, True, False]


def test_a_database_that_is_away_lets_nobody_through(tmp_path: Path, key: str) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'no' / 'clinic.db'}")
    with pytest.raises(BookingUnavailable):
        SqlAttempts(engine).begin(key, 5)


def at_once(call: Callable[[], bool | None], number: int = 20) -> list[bool | None]:
    """What so many threads get that call at the same moment."""
    moment = time.monotonic() + 0.2

    def wait_and_call(_: int) -> bool | None:
        while time.monotonic() < moment:
            time.sleep(0.001)
        return call()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(wait_and_call, range(number)))
