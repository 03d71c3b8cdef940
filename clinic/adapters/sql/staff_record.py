"""The record of changes in SQL: rows are added one after another, each hashed over the former one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, false, select, update

from clinic.adapters.sql.staff_tables import StaffTables, staff_record, staff_record_head
from clinic.staff.record import (
    NOTHING_BEFORE,
    Note,
    RecordEntry,
    RecordFilter,
    details_as_written,
    first_break,
    hash_of,
)

_BY, _ACTION, _SUBJECT = 64, 80, 200
_BATCH = 1_000


class SqlRecord(StaffTables):
    """`Record` over SQLAlchemy. That nothing is changed or taken away is the database's own rule (migration 0007)."""

    def __init__(self, engine: Engine, now: Callable[[], float] = time.time) -> None:
        super().__init__(engine)
        self._now = now

    def note(self, by: str, action: str, subject: str, details: Mapping[str, Any] | None = None) -> None:
        """Add a row; see `AuditLog`."""
        with self._transaction() as connection:
            self.note_in(connection, Note(by, action, subject, details or {}))

    def note_in(self, connection: Connection, note: Note) -> None:
        """Add a row within somebody's transaction: what is changed, and that it was, are written both or not at all."""
        written, at = details_as_written(note.details), self._now()
        by, action, subject = note.by[:_BY], note.action[:_ACTION], note.subject[:_SUBJECT]
        head = connection.execute(select(staff_record_head).with_for_update()).one()  # one after another
        number = head.number + 1
        row_hash = hash_of(head.hash, number, at, by, action, subject, written)
        row = {"number": number, "at": at, "by": by, "action": action, "subject": subject}
        connection.execute(staff_record.insert().values(row | {"details": written, "hash": row_hash}))
        connection.execute(update(staff_record_head).values(number=number, hash=row_hash))

    def entries(self, wanted: RecordFilter) -> list[RecordEntry]:
        """Newest first."""
        query = _chosen(wanted).order_by(staff_record.c.number.desc())
        with self._reading() as connection:
            return [_entry(row) for row in connection.execute(query.limit(wanted.most))]

    def areas(self) -> list[str]:
        """The areas that occur."""
        with self._reading() as connection:
            actions = connection.execute(select(staff_record.c.action).distinct()).scalars()
            return sorted({action.partition(".")[0] for action in actions})

    def first_break(self) -> int | None:
        """The number of the first row that is not as it was written; what is added meanwhile is not looked at."""
        with self._snapshot() as connection:
            head = connection.execute(select(staff_record_head)).first()
            last = (head.number, head.hash) if head else (0, NOTHING_BEFORE)
            return first_break(_in_order(connection), last)

    @contextmanager
    def _snapshot(self) -> Iterator[Connection]:
        """A transaction that sees the same at its end as at its beginning; on SQLite every one does."""
        with self._reading() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield connection


def _in_order(connection: Connection) -> Iterator[RecordEntry]:
    after = -1
    while True:
        query = select(staff_record).where(staff_record.c.number > after).order_by(staff_record.c.number)
        rows = connection.execute(query.limit(_BATCH)).all()
        if not rows:
            return
        for row in rows:
            yield _entry(row)
        after = rows[-1].number


def _chosen(wanted: RecordFilter) -> Select[Any]:
    columns, query = staff_record.c, select(staff_record)
    if "\x00" in wanted.by + wanted.area + wanted.subject:  # PostgreSQL takes no such text, not even to look for it
        return query.where(false())
    if wanted.by:
        query = query.where(columns.by == wanted.by)
    if wanted.area:
        query = query.where(columns.action.startswith(f"{wanted.area}.", autoescape=True))
    if wanted.subject:
        query = query.where(columns.subject.icontains(wanted.subject, autoescape=True))
    if wanted.since is not None:
        query = query.where(columns.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(columns.at < wanted.until)
    if wanted.before is not None:
        query = query.where(columns.number < wanted.before)
    return query


def _entry(row: Row[Any]) -> RecordEntry:
    return RecordEntry(row.number, row.at, row.by, row.action, row.subject, row.details, row.hash)
