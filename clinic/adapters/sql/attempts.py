"""Tries to prove an appointment, counted in the database: every process sees every other's."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Column, DateTime, Engine, Integer, String, Table, delete, update

from clinic.adapters.sql.engine import metadata
from clinic.adapters.sql.store import SqlStore
from clinic.booking.errors import BookingUnavailable

attempt = Table(
    "attempt",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("since", DateTime(timezone=True), primary_key=True),
    Column("number", Integer, nullable=False),
)


class SqlAttempts(SqlStore):
    """`Attempts` in windows of fixed length; keys are kept hashed."""

    unavailable = BookingUnavailable

    def __init__(
        self,
        engine: Engine,
        window: timedelta = timedelta(minutes=15),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`window`: how long tries count."""
        super().__init__(engine)
        self._window, self._now = window, now

    def begin(self, key: str, most: int) -> bool:
        """Count a try and say whether it may be made; one statement, so no two count as one."""
        row = {"key": _hashed(key), "since": self._since(), "number": 1}
        counted = self._insert(attempt).values(row)
        counted = counted.on_conflict_do_update(
            index_elements=[attempt.c.key, attempt.c.since], set_={"number": attempt.c.number + 1}
        )
        with self._transaction() as connection:
            connection.execute(delete(attempt).where(attempt.c.since < self._since()))
            number = connection.execute(counted.returning(attempt.c.number)).scalar_one()
        return int(number) <= most

    def forget(self, key: str) -> None:
        """Take the last try back; see `Attempts`."""
        mine = (attempt.c.key == _hashed(key)) & (attempt.c.since == self._since()) & (attempt.c.number > 0)
        with self._transaction() as connection:
            connection.execute(update(attempt).where(mine).values(number=attempt.c.number - 1))

    def _since(self) -> datetime:
        """The beginning of the window that it is now."""
        length = int(self._window.total_seconds())
        return datetime.fromtimestamp(int(self._now().timestamp()) // length * length, UTC)


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
