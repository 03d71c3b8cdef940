"""Reads what turns count as into the narrow tables, in small portions: nobody waits for a lock or for a page."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, delete, exists, func, insert, select
from sqlalchemy.exc import OperationalError

from clinic.adapters.sql.numbers_tables import reply_count, turn_count
from clinic.adapters.sql.store import SqlStore
from clinic.adapters.sql.turn_tables import turn
from clinic.review.numbers.counted import VERSION, CountedTurn, count_turn
from clinic.review.numbers.model import QUARTER
from clinic.review.numbers.ports import NumbersUnavailable
from clinic.turns import TurnState

_PORTION = 500
# Turns get their numbers before they are there for others to see: so far back one may still be missing.
_LATE = 1_000
_MAY_CHANGE_SECONDS = 24 * 3600
_LOCK = 0x52_4C_53_4E  # names the lock among those of the database
_TURN = (
    turn.c.id, turn.c.sender, turn.c.number, turn.c.text, turn.c.said_by, turn.c.state, turn.c.created_at,
    turn.c.completed_at, turn.c.replies, turn.c.trace,
)  # fmt: skip


class SqlTurnCounts(SqlStore):
    """`catch_up` of `NumbersStore`."""

    unavailable = NumbersUnavailable

    def __init__(self, engine: Engine, now: Callable[[], float] = time.time) -> None:
        """`now`: in seconds since the epoch."""
        super().__init__(engine)
        self._now = now

    def catch_up(self, seconds: float) -> bool:
        """Read what is new, and what has changed, for about so long; whether all is read."""
        until, now = time.monotonic() + seconds, self._now()
        changed_after: int | None = -1
        new_after = -1
        while time.monotonic() < until:
            with self._reading() as connection:
                if changed_after is not None:
                    rows, changed_after = _changed(connection, changed_after, now)
                else:
                    rows = connection.execute(_new(connection, new_after)).all()
                    if not rows:
                        return True
                    new_after = rows[-1].id
            if rows and not self._keep(rows, now):
                return False
        return False

    def _keep(self, rows: Sequence[Row[Any]], now: float) -> bool:
        """Write what turns count as, but for those that were erased or changed since; `False`: somebody else does."""
        found = [(row, _count(row)) for row in rows]
        with self._named_errors(), ExitStack() as stack:
            connection = self._writer(stack)
            if connection is None:
                return False
            _replace(connection, found, now)
        return True

    def _writer(self, stack: ExitStack) -> Connection | None:
        """A transaction of one process at a time; `None` where another one has it, for which nobody is to wait."""
        try:
            connection = stack.enter_context(self._engine.begin())
        except OperationalError:
            if self._engine.dialect.name != "sqlite":
                raise
            return None  # the one writer there can be is somebody else
        if connection.dialect.name == "postgresql":
            is_mine = connection.execute(select(func.pg_try_advisory_xact_lock(_LOCK))).scalar_one()
            return connection if is_mine else None
        return connection


def _replace(connection: Connection, found: Sequence[tuple[Row[Any], CountedTurn]], now: float) -> None:
    """Write rows anew, but for those of turns that are not the same any more."""
    ids = [row.id for row, _ in found]
    # Locked, so that none is erased in between; an id may belong to another turn by now.
    still = select(turn.c.id, turn.c.sender, turn.c.completed_at).where(turn.c.id.in_(ids)).order_by(turn.c.id)
    same = {tuple(row) for row in connection.execute(still.with_for_update(read=True, key_share=True))}
    kept = [each for each in found if (each[0].id, each[0].sender, each[0].completed_at) in same]
    for table in (reply_count, turn_count):
        connection.execute(delete(table).where(table.c.turn_id.in_(ids)))
    if kept:
        connection.execute(insert(turn_count), [_turn_row(row, counted, now) for row, counted in kept])
    replies = [each for row, counted in kept for each in _reply_rows(row, counted)]
    if replies:
        connection.execute(insert(reply_count), replies)


def _changed(connection: Connection, after: int, now: float) -> tuple[Sequence[Any], int | None]:
    """Turns that changed since they were read, were read by other rules, or stay as they are; after which to go on.

    The narrow table is asked first: the database would look through all turns instead.
    """
    seen = turn_count.c
    old = select(seen.turn_id, seen.completed_at, seen.version).where(seen.version.in_(range(VERSION)))
    due = connection.execute(old.where(seen.turn_id > after).order_by(seen.turn_id).limit(_PORTION)).all()
    if not due:
        return [], None
    known = {row.turn_id: row for row in due}
    query = select(*_TURN).where(turn.c.id.in_(known)).order_by(turn.c.id)
    rows: Sequence[Any] = connection.execute(query).all()
    moved_on: list[Row[Any]] = [
        row for row in rows
        if known[row.id].version or row.completed_at != known[row.id].completed_at or _is_final(row, now)
    ]  # fmt: skip
    return moved_on, int(due[-1].turn_id)


def _is_final(row: Row[Any], now: float) -> bool:
    """Whether a turn stays as it is: one that failed may still be sent again, but hardly the next day."""
    return bool(row.state == TurnState.DONE.value or row.created_at < now - _MAY_CHANGE_SECONDS)


def _new(connection: Connection, after: int) -> Select[Any]:
    last = connection.execute(select(func.max(turn_count.c.turn_id))).scalar() or 0
    unread = ~exists().where(turn_count.c.turn_id == turn.c.id)
    query = select(*_TURN).where(turn.c.id > max(after, last - _LATE), unread)
    return query.order_by(turn.c.id).limit(_PORTION)


def _count(row: Row[Any]) -> CountedTurn:
    return count_turn(row.text, row.state, row.created_at, row.completed_at, row.replies, row.trace)


def _turn_row(row: Row[Any], counted: CountedTurn, now: float) -> dict[str, Any]:
    return {
        "turn_id": row.id, "sender": row.sender, "number": row.number,
        "said_by": row.said_by if row.text is None else "visitor",
        "asked_at": row.created_at, "completed_at": row.completed_at, "quarter": int(row.created_at // QUARTER),
        "handled": counted.handled.value,
        "answer_ms": counted.answer_ms, "step": counted.step,
        "mark": counted.mark.value if counted.mark else None,
        "is_booking": counted.step is not None or counted.mark is not None,
        "version": VERSION if _is_final(row, now) else 0,
    }  # fmt: skip


def _reply_rows(row: Row[Any], counted: CountedTurn) -> list[dict[str, Any]]:
    return [
        {
            "turn_id": row.id, "reply": reply.index, "sender": row.sender, "asked_at": row.created_at,
            "kind": reply.kind, "topic": reply.topic, "counted": reply.counted.value if reply.counted else None,
        }
        for reply in counted.replies
    ]  # fmt: skip
