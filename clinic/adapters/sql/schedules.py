"""Saved schedules in a database: rows are added and never changed."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from sqlalchemy import Column, DateTime, Integer, Row, String, Table, Text, func, insert, select
from sqlalchemy.exc import IntegrityError

from clinic.adapters.sql.engine import metadata
from clinic.adapters.sql.store import SqlStore, as_utc
from clinic.booking.errors import BookingUnavailable
from clinic.booking.schedule import Document, Schedule, ScheduleChanged

schedule_version = Table(
    "schedule_version",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
    Column("saved_by", String(64), nullable=False),
    Column("saved_at", DateTime(timezone=True), nullable=False),
)


class SqlScheduleStore(SqlStore):
    """`ScheduleStore` over SQLAlchemy: the version is the key, so two saves after one version cannot both be kept."""

    unavailable = BookingUnavailable

    def newest_version(self) -> int:
        """The number of the newest version, or 0."""
        with self._reading() as connection:
            return connection.execute(select(func.max(schedule_version.c.version))).scalar() or 0

    def newest(self) -> Schedule | None:
        """The newest version."""
        with self._reading() as connection:
            wanted = select(schedule_version).order_by(schedule_version.c.version.desc()).limit(1)
            row = connection.execute(wanted).first()
            return _schedule(row) if row else None

    def version(self, number: int) -> Schedule | None:
        """One version."""
        with self._reading() as connection:
            row = connection.execute(select(schedule_version).where(schedule_version.c.version == number)).first()
            return _schedule(row) if row else None

    def save(self, document: Document, after: int, by: str, now: datetime) -> Schedule:
        """Keep a document as the next version; see `ScheduleStore`."""
        saved = Schedule(after + 1, document, by, now.astimezone(UTC))
        row = {"version": saved.version, "document": json.dumps(document), "saved_by": by, "saved_at": saved.at}
        try:
            with self._contested() as connection:
                connection.execute(insert(schedule_version).values(row))
        except IntegrityError:
            newest = self.newest()
            if newest is None:
                raise BookingUnavailable("the schedule was not kept") from None
            raise ScheduleChanged(newest) from None
        return saved


def _schedule(row: Row[tuple[int, str, str, datetime]]) -> Schedule:
    return Schedule(row.version, json.loads(row.document), row.saved_by, as_utc(row.saved_at))
