"""Reads what turns were taken for into the inbox's own table, in small portions."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select, update

from clinic.adapters.sql.inbox_rows import SqlInboxPart, columns_of, in_chunks
from clinic.adapters.sql.inbox_tables import inbox_turn
from clinic.adapters.sql.turn_tables import conversation, turn
from clinic.review.inbox.reading import REPEATS_AMONG, VERSION, RawTurn, read_turn
from clinic.turns import TurnState

_PORTION = 1_000
# Turns get their numbers before they are there for others to see: so far back one may still be missing.
_LATE = 1_000
_LOCK = 0x52_4C_53_49  # names the lock among those of the database
_FORM_SECONDS = 30 * 60  # after so long without a word the dialogue forgets its form
_GRACE_SECONDS = 10  # beyond the time a turn may take, until it counts as one that failed
_MAY_CHANGE_SECONDS = 24 * 3600
_SENDERS = 200
_TURN = (
    turn.c.id, turn.c.sender, turn.c.number, turn.c.text, turn.c.state, turn.c.created_at, turn.c.completed_at,
    turn.c.button, turn.c.replies, turn.c.trace,
)  # fmt: skip
_DONE = TurnState.DONE.value
Rows = Sequence[Any]
"""Rows of `_TURN`."""


class SqlInboxReading(SqlInboxPart):
    """`catch_up` of `InboxStore`."""

    def catch_up(self, now: float, seconds: float) -> bool:
        """Read what is new, and what has changed, for about so long; whether all is read."""
        until = time.monotonic() + seconds
        for rows in chain(self._changed(now), self._new(now)):
            self._keep(rows, now)
            if time.monotonic() >= until:
                return False
        self._leave_forms(now)
        return True

    def _changed(self, now: float) -> Iterator[Rows]:
        """Turns that have changed since they were read, or were read by other rules, or will not change any more.

        A portion may be empty: then whoever asked can look at the clock.
        """
        seen, after = inbox_turn.c, -1
        while True:
            old = select(seen.turn_id, seen.completed_at, seen.version).where(seen.version.in_(range(VERSION)))
            with self._reading() as connection:
                due = connection.execute(old.where(seen.turn_id > after).order_by(seen.turn_id).limit(_PORTION)).all()
                known = {row.turn_id: row for row in due}
                rows = connection.execute(select(*_TURN).where(turn.c.id.in_(known)).order_by(turn.c.id)).all()
            if not due:
                return
            after = due[-1].turn_id
            yield [
                row for row in rows
                if known[row.id].version or row.completed_at != known[row.id].completed_at or _is_final(row, now)
            ]  # fmt: skip

    def _new(self, now: float) -> Iterator[Rows]:
        """Visitors' turns that are over and were not read yet."""
        after = -1
        unread = ~exists().where(inbox_turn.c.turn_id == turn.c.id)
        is_over = or_(turn.c.completed_at.is_not(None), turn.c.waits_until < now - _GRACE_SECONDS)
        while True:
            with self._reading() as connection:
                last = connection.execute(select(func.max(inbox_turn.c.turn_id))).scalar() or 0
                since = turn.c.id > max(after, last - _LATE)
                query = select(*_TURN).where(since, turn.c.text.is_not(None), unread, is_over)
                rows = connection.execute(query.order_by(turn.c.id).limit(_PORTION)).all()
            if not rows:
                return
            after = rows[-1].id
            yield rows

    def _keep(self, rows: Rows, now: float) -> None:
        """Write what turns were taken for, but for those that were erased or changed since they were read."""
        if not rows:
            return
        with self._reading() as connection:
            earlier = _earlier(connection, rows)
        found = {row.id: (row, read_turn(_raw(row), earlier[row.sender, row.number])) for row in rows}
        with self._transaction() as connection:
            if connection.dialect.name == "postgresql":  # one process at a time reads, as on SQLite
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            # Locked, so that none is erased in between; an id may belong to another turn by now.
            still = (
                select(turn.c.id, turn.c.sender, turn.c.completed_at).where(turn.c.id.in_(found)).order_by(turn.c.id)
            )
            values = []
            for same in connection.execute(still.with_for_update(read=True, key_share=True)):
                row, reading = found[same.id]
                if (same.sender, same.completed_at) == (row.sender, row.completed_at):
                    version = VERSION if _is_final(row, now) else 0
                    values.append({
                        "turn_id": row.id, "sender": row.sender, "number": row.number, "asked_at": row.created_at,
                        "completed_at": row.completed_at, "version": version, **columns_of(reading),
                    })  # fmt: skip
            if values:
                self._upsert(connection, values)
                for senders in in_chunks(sorted({value["sender"] for value in values}), _SENDERS):
                    _close_answered_forms(connection, senders)

    def _upsert(self, connection: Connection, values: list[dict[str, Any]]) -> None:
        """What staff noted stays when a turn is read anew."""
        statement = self._insert(inbox_turn)
        read = {name: statement.excluded[name] for name in values[0] if name != "turn_id"}
        connection.execute(statement.on_conflict_do_update(index_elements=["turn_id"], set_=read), values)

    def _leave_forms(self, now: float) -> None:
        """A form that nobody answered for long, or whose chat was ended, was left."""
        ended = inbox_turn.c.sender.in_(select(conversation.c.sender).where(conversation.c.ended_at.is_not(None)))
        left = and_(inbox_turn.c.is_form_open, or_(inbox_turn.c.asked_at < now - _FORM_SECONDS, ended))
        with self._reading() as connection:
            if connection.execute(select(inbox_turn.c.turn_id).where(left).limit(1)).first() is None:
                return
        with self._transaction() as connection:
            connection.execute(update(inbox_turn).where(left).values(is_form_open=False, left_form=True, sample=False))


def _is_final(row: Any, now: float) -> bool:
    """Whether a turn stays as it is: one that failed may still be sent again, but hardly the next day."""
    return bool(row.state == _DONE or row.created_at < now - _MAY_CHANGE_SECONDS)


def _earlier(connection: Connection, rows: Rows) -> Mapping[tuple[str, int], list[RawTurn]]:
    """For each turn the visitor's last ones before it."""
    asked: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        asked[row.sender].append(row.number)
    said: dict[str, list[Any]] = defaultdict(list)
    for senders in in_chunks(list(asked), _SENDERS):
        spans = [_before(sender, asked[sender]) for sender in senders]
        query = select(*_TURN).where(turn.c.text.is_not(None), or_(*spans)).order_by(turn.c.sender, turn.c.number)
        for row in connection.execute(query):
            said[row.sender].append(row)
    return {
        (row.sender, row.number): [_raw(r) for r in said[row.sender] if r.number < row.number][-REPEATS_AMONG:]
        for row in rows
    }  # fmt: skip


def _before(sender: str, numbers: Sequence[int]) -> ColumnElement[bool]:
    # Twice as many, since notices and a person's messages have numbers as well.
    first = min(numbers) - 2 * REPEATS_AMONG
    return and_(turn.c.sender == sender, turn.c.number.between(first, max(numbers)))


def _close_answered_forms(connection: Connection, senders: Sequence[str]) -> None:
    """A form that was open after a turn is no longer what the visitor stays at, once another turn came."""
    later = inbox_turn.alias()
    came = select(later.c.turn_id, later.c.asked_at).where(
        later.c.sender == inbox_turn.c.sender, later.c.number > inbox_turn.c.number
    )
    is_open = and_(inbox_turn.c.sender.in_(senders), inbox_turn.c.is_form_open)
    in_time = came.where(later.c.asked_at <= inbox_turn.c.asked_at + _FORM_SECONDS)
    connection.execute(update(inbox_turn).where(is_open, in_time.exists()).values(is_form_open=False))


def _raw(row: Any) -> RawTurn:
    return RawTurn(row.sender, row.number, row.text, row.state, row.button is not None, row.replies, row.trace)
