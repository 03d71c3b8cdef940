"""The open conversations in SQL."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import RowMapping, and_, func, select
from sqlalchemy.engine import Connection

from clinic.adapters.sql.handoff import SqlHandoffs, read_handoff
from clinic.adapters.sql.handoff_tables import handoff
from clinic.adapters.sql.turn_tables import conversation, turn
from clinic.handoff.model import HandoffState, OpenChat


class SqlHandoffStore(SqlHandoffs):
    """`HandoffStore` over SQLAlchemy."""

    def count_waiting(self) -> int:
        """How many wait; see `HandoffStore`."""
        waits = and_(handoff.c.state == HandoffState.WAITING.value, conversation.c.ended_at.is_(None))
        both = handoff.join(conversation, handoff.c.sender == conversation.c.sender)
        with self._reading() as connection:
            return connection.execute(select(func.count()).select_from(both).where(waits)).scalar_one()

    def open_chats(self, since: float, most: int) -> list[OpenChat]:
        """Conversations that go on, the newest message first; see `HandoffStore`."""
        is_open = and_(handoff.c.sender == conversation.c.sender, handoff.c.state != HandoffState.OVER.value)
        said = (
            select(
                turn.c.sender, func.max(turn.c.created_at).label("last_at"), func.count().label("messages"),
            )
            .where(turn.c.text.is_not(None), turn.c.created_at >= since)
            .group_by(turn.c.sender)
            .subquery()
        )  # fmt: skip
        wanted = (
            select(conversation.c.sender, conversation.c.alarm, conversation.c.alarm_at,
                   said.c.last_at, said.c.messages)
            .outerjoin(said, said.c.sender == conversation.c.sender)
            .outerjoin(handoff, is_open)
            .where(conversation.c.ended_at.is_(None), said.c.sender.is_not(None) | handoff.c.id.is_not(None))
            .order_by(handoff.c.id.is_(None), func.coalesce(said.c.last_at, 0).desc())
            .limit(most)
        )  # fmt: skip
        with self._reading() as connection:
            rows = connection.execute(wanted).mappings().all()
            senders = [row["sender"] for row in rows]
            texts, handoffs = _last_texts(connection, senders), _handoffs(connection, senders)
            chats = [_chat(row, texts, handoffs) for row in rows]
        return sorted(chats, key=lambda chat: -chat.last_at)


def _chat(row: RowMapping, texts: dict[str, RowMapping], handoffs: dict[str, RowMapping]) -> OpenChat:
    sender = row["sender"]
    last, found = texts.get(sender), handoffs.get(sender)
    return OpenChat(
        sender=sender, last_at=last["created_at"] if last else 0.0, last_text=last["text"] if last else "",
        messages=row["messages"] or 0, handoff=read_handoff(found) if found else None, alarm=row["alarm"],
        alarm_at=row["alarm_at"],
    )  # fmt: skip


def _last_texts(connection: Connection, senders: Collection[str]) -> dict[str, RowMapping]:
    """What each of them wrote last, however long ago."""
    said = turn.c.sender.in_(senders) & turn.c.text.is_not(None)
    last = select(turn.c.sender, func.max(turn.c.number).label("number")).where(said).group_by(turn.c.sender).subquery()
    is_last = and_(last.c.sender == turn.c.sender, last.c.number == turn.c.number)
    rows = connection.execute(select(turn.c.sender, turn.c.text, turn.c.created_at).join(last, is_last)).mappings()
    return {row["sender"]: row for row in rows}


def _handoffs(connection: Connection, senders: Collection[str]) -> dict[str, RowMapping]:
    wanted = select(handoff).where(handoff.c.sender.in_(senders), handoff.c.state != HandoffState.OVER.value)
    return {row["sender"]: row for row in connection.execute(wanted).mappings()}
