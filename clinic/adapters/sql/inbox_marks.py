"""What staff note of messages, in SQL. An id of an erased turn may be another turn's by now: `shown_at` guards it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, or_, select, update

from clinic.adapters.sql.inbox_rows import SqlInboxPart, in_chunks
from clinic.adapters.sql.inbox_tables import inbox_tag, inbox_turn


class SqlInboxMarks(SqlInboxPart):
    """The marks' part of `InboxStore`."""

    def review(self, ids: Sequence[int], by: str | None, at: float, shown_at: float) -> list[int]:
        """Mark as reviewed, or as to be reviewed; the ids that changed."""
        is_other = inbox_turn.c.reviewed_at.is_(None) if by else inbox_turn.c.reviewed_at.is_not(None)
        return self._update(ids, shown_at, is_other, reviewed_at=at if by else None, reviewed_by=by)

    def assign(self, ids: Sequence[int], to: str | None, shown_at: float) -> list[int]:
        """Assign to a member or to nobody; the ids that changed."""
        is_other = or_(inbox_turn.c.assigned_to.is_(None), inbox_turn.c.assigned_to != to)
        return self._update(ids, shown_at, is_other if to else inbox_turn.c.assigned_to.is_not(None), assigned_to=to)

    def tag(self, ids: Sequence[int], tag: str, shown_at: float) -> list[int]:
        """Give a tag; the ids that changed."""
        with self._transaction() as connection:
            rows = [{"turn_id": found, "tag": tag} for found in _there(connection, ids, shown_at)]
            if not rows:
                return []
            statement = self._insert(inbox_tag).values(rows).on_conflict_do_nothing()
            return sorted(connection.execute(statement.returning(inbox_tag.c.turn_id)).scalars())

    def untag(self, ids: Sequence[int], tag: str, shown_at: float) -> list[int]:
        """Take a tag away; the ids that changed."""
        with self._transaction() as connection:
            there = _there(connection, ids, shown_at)
            gone = delete(inbox_tag).where(inbox_tag.c.turn_id.in_(there), inbox_tag.c.tag == tag)
            return sorted(connection.execute(gone.returning(inbox_tag.c.turn_id)).scalars())

    def _update(self, ids: Sequence[int], shown_at: float, is_other: Any, **values: Any) -> list[int]:
        changed: list[int] = []
        with self._transaction() as connection:
            for chunk in in_chunks(sorted(set(ids))):
                these = inbox_turn.c.turn_id.in_(chunk) & (inbox_turn.c.asked_at <= shown_at)
                statement = update(inbox_turn).where(these, is_other).values(**values)
                changed += connection.execute(statement.returning(inbox_turn.c.turn_id)).scalars()
        return sorted(changed)


def _there(connection: Connection, ids: Sequence[int], shown_at: float) -> list[int]:
    """Those that are still there, locked until the transaction ends."""
    these = inbox_turn.c.turn_id.in_(list(ids)) & (inbox_turn.c.asked_at <= shown_at)
    query = select(inbox_turn.c.turn_id).where(these).order_by(inbox_turn.c.turn_id).with_for_update()
    return list(connection.execute(query).scalars())
