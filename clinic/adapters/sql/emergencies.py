"""Alarms as the record of turns has them, and who has seen them.

A conversation that ever had an alarm keeps its time (`conversation.alarm_at`), so only the turns of those few are read.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, Float, ForeignKey, RowMapping, String, Table, Text, and_, exists, func, null, or_, select

from clinic.adapters.sql.conversations import SqlConversations
from clinic.adapters.sql.engine import metadata
from clinic.adapters.sql.turn_tables import conversation, turn
from clinic.review.inbox.emergencies import Emergency, Seen

emergency_seen = Table(
    "emergency_seen",
    metadata,
    Column("sender", String(80), ForeignKey("conversation.sender", ondelete="CASCADE"), primary_key=True),
    Column("message_id", String(120), primary_key=True),
    Column("seen_by", String(64), nullable=False),
    Column("seen_at", Float, nullable=False),
    Column("note", Text, nullable=False),
)

_LEVELS = ("emergency", "urgent")
_NO_ALARMS = frozenset({"still_careful", "reminder"})  # said after an alarm, in the same kind
# How the kinds stand in the JSON of the replies: most turns need not be read.
_MAY_BE_ALARM = or_(*(turn.c.replies.contains(f'"kind": "{level}"') for level in _LEVELS))
_A_MOMENT = 2.0


class SqlEmergencies(SqlConversations):
    """`EmergencyStore` on the turns' tables."""

    def newest(self, most: int, only_unseen: bool = False) -> list[Emergency]:
        """Alarms of turns, and those that no turn tells of: raised by a comment, or while the record failed."""
        alarmed = select(conversation.c.sender, conversation.c.alarm, conversation.c.alarm_at)
        alarmed = alarmed.where(conversation.c.alarm_at.is_not(None)).order_by(conversation.c.alarm_at.desc())
        names = ("sender", "message_id", "text", "created_at", "completed_at", "replies")
        columns = [turn.c[name] for name in names]
        had_alarm = turn.join(conversation, and_(
            turn.c.sender == conversation.c.sender, conversation.c.alarm_at.is_not(None)
        ))  # fmt: skip
        turns = select(*columns).select_from(had_alarm).where(_MAY_BE_ALARM).order_by(turn.c.created_at.desc())
        with self._reading() as connection:
            seen = _seen(connection.execute(select(emergency_seen)).mappings())
            rows = connection.execute(turns).mappings().all()
            found = [e for row in rows if (e := _of_turn(row)) is not None]
            when: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
            for row in rows:
                when[row["sender"]].append((row["created_at"], row["completed_at"] or row["created_at"]))
            found += [
                _of_conversation(row) for row in connection.execute(alarmed).mappings()
                if row["alarm"] and not _is_told(row["alarm_at"], when[row["sender"]])
            ]  # fmt: skip
        marked = [_marked(e, seen) for e in found]
        wanted = [e for e in marked if not (only_unseen and e.seen)]
        return sorted(wanted, key=lambda e: e.at, reverse=True)[:most]

    def count_unseen(self) -> int:
        """How many nobody has acknowledged; what was said is not read."""
        is_seen = exists().where(
            emergency_seen.c.sender == turn.c.sender, emergency_seen.c.message_id == turn.c.message_id
        )
        columns = (turn.c.sender, turn.c.message_id, turn.c.created_at, turn.c.replies, null().label("text"))
        had_alarm = turn.join(conversation, turn.c.sender == conversation.c.sender)
        unseen = (
            select(*columns).select_from(had_alarm)
            .where(conversation.c.alarm_at.is_not(None), _MAY_BE_ALARM, ~is_seen)
        )  # fmt: skip
        done = func.coalesce(turn.c.completed_at, turn.c.created_at)
        is_told = exists().where(
            turn.c.sender == conversation.c.sender, _MAY_BE_ALARM,
            turn.c.created_at - _A_MOMENT <= conversation.c.alarm_at, conversation.c.alarm_at <= done + _A_MOMENT,
        )  # fmt: skip
        by_no_turn = select(conversation.c.sender, conversation.c.alarm, conversation.c.alarm_at).where(
            conversation.c.alarm_at.is_not(None), conversation.c.alarm != "", ~is_told
        )
        with self._reading() as connection:
            found = [_of_turn(row) for row in connection.execute(unseen).mappings()]
            alone = [_of_conversation(row) for row in connection.execute(by_no_turn).mappings()]
            ids = emergency_seen.c.message_id.in_([e.message_id for e in alone])
            seen = _seen(connection.execute(select(emergency_seen).where(ids)).mappings()) if alone else {}
        return sum(e is not None for e in found) + sum((e.sender, e.message_id) not in seen for e in alone)

    def see(self, sender: str, message_id: str, seen: Seen) -> bool:
        """Acknowledge an alarm, once; see `EmergencyStore`."""
        row = {
            "sender": sender, "message_id": message_id, "seen_by": seen.by, "seen_at": seen.at, "note": seen.note,
        }  # fmt: skip
        is_there = select(conversation.c.sender).where(conversation.c.sender == sender)
        with self._transaction() as connection:
            if connection.execute(is_there.with_for_update()).first() is None:
                return False
            statement = self._insert(emergency_seen).values(row).on_conflict_do_nothing()
            return connection.execute(statement.returning(emergency_seen.c.sender)).first() is not None


def _of_turn(row: RowMapping) -> Emergency | None:
    replies: list[dict[str, Any]] = json.loads(row["replies"])
    for reply in replies:
        about = reply.get("metadata") or {}
        if about.get("kind") in _LEVELS and about.get("topic") not in _NO_ALARMS:
            return Emergency(
                row["sender"], row["message_id"], about["kind"], str(about.get("topic")), row["created_at"], row["text"]
            )
    return None


def _of_conversation(row: RowMapping) -> Emergency:
    level, _, category = row["alarm"].partition("_")
    known = level if level in _LEVELS else "urgent"
    return Emergency(row["sender"], f"at {row['alarm_at']:.3f}", known, category, row["alarm_at"])


def _is_told(at: float, turns: Iterable[tuple[float, float]]) -> bool:
    """Whether the alarm was that of a turn: noted while it ran."""
    return any(begun - _A_MOMENT <= at <= done + _A_MOMENT for begun, done in turns)


def _seen(rows: Iterable[RowMapping]) -> dict[tuple[str, str], Seen]:
    return {(row["sender"], row["message_id"]): Seen(row["seen_by"], row["seen_at"], row["note"]) for row in rows}


def _marked(found: Emergency, seen: dict[tuple[str, str], Seen]) -> Emergency:
    mark = seen.get((found.sender, found.message_id))
    return found if mark is None else Emergency(**{**vars(found), "seen": mark})
