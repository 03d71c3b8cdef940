"""Busy times in a database, as they were last read from the clinic's calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    String,
    Table,
    delete,
    func,
    insert,
    select,
)

from clinic.adapters.sql.engine import metadata
from clinic.adapters.sql.store import SqlStore, as_utc
from clinic.booking.busy import BusyTime
from clinic.booking.errors import BookingUnavailable

busy_time = Table(
    "busy_time",
    metadata,
    Column("clinician", String(40), primary_key=True),
    Column("starts_at", DateTime(timezone=True), primary_key=True),
    Column("ends_at", DateTime(timezone=True), primary_key=True),
)

_REPLACES = 0x42_55_53_59  # names the lock among those of the database


class SqlBusyTimes(SqlStore):
    """`BusyTimes` over SQLAlchemy."""

    unavailable = BookingUnavailable

    def replace(self, busy: Iterable[BusyTime], since: datetime, until: datetime) -> None:
        """Keep these instead of what lies between two moments; see `BusyTimes`. The last of two at once stays."""
        rows = [_row(time) for time in sorted(set(busy))]
        with self._transaction() as connection:
            if connection.dialect.name == "postgresql":  # SQLite's every transaction is the only writer
                connection.execute(select(func.pg_advisory_xact_lock(_REPLACES)))
            connection.execute(delete(busy_time).where(_lies_between(since, until)))
            if rows:
                connection.execute(insert(busy_time), rows)

    def between(self, since: datetime, until: datetime) -> list[BusyTime]:
        """The busy times of which a part lies between two moments; see `BusyTimes`."""
        with self._transaction() as connection:
            rows = connection.execute(select(busy_time).where(_lies_between(since, until)))
            return sorted(BusyTime(row.clinician, as_utc(row.starts_at), as_utc(row.ends_at)) for row in rows)


def _lies_between(since: datetime, until: datetime) -> ColumnElement[bool]:
    return (busy_time.c.starts_at < until.astimezone(UTC)) & (busy_time.c.ends_at > since.astimezone(UTC))


def _row(time: BusyTime) -> dict[str, object]:
    return {
        "clinician": time.clinician,
        "starts_at": time.start.astimezone(UTC),
        "ends_at": time.end.astimezone(UTC),
    }
