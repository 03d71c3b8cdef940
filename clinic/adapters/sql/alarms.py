"""The last alarm of a conversation in SQL."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import func, select, update

from clinic.adapters.sql.conversations import SqlConversations
from clinic.adapters.sql.turn_tables import conversation, turn
from clinic.turns.model import Alarm
from clinic.turns.ports import ConversationOver


class SqlAlarms(SqlConversations):
    """The alarms' part of `TurnStore`."""

    def note_alarm(self, sender: str, alarm: str, now: float) -> None:
        """Remember the last alarm; see `TurnStore`. Nothing is kept of a conversation that was erased meanwhile."""
        this = conversation.c.sender == sender
        with suppress(ConversationOver), self._transaction() as connection:
            self._ensure_kept(connection, sender)
            row = connection.execute(select(conversation.c.alarm, conversation.c.alarm_at).where(this)).one()
            earlier = Alarm(row.alarm, row.alarm_at) if row.alarm else None
            stays = earlier and earlier.is_fresh(now) and not earlier.can_be_taken_back
            kept = earlier.intent if earlier and stays else alarm
            connection.execute(update(conversation).where(this).values(alarm=kept, alarm_at=now))

    def last_alarm(self, sender: str) -> Alarm | None:
        """The last alarm, unless it was taken back; turns that nobody asked for do not count."""
        since = select(func.count()).where(
            turn.c.sender == sender, turn.c.created_at > conversation.c.alarm_at, turn.c.text.is_not(None)
        )
        wanted = (conversation.c.alarm, conversation.c.alarm_at, since.scalar_subquery().label("turns_since"))
        with self._reading() as connection:
            row = connection.execute(select(*wanted).where(conversation.c.sender == sender)).first()
            return Alarm(row.alarm, row.alarm_at, row.turns_since) if row and row.alarm else None

    def take_back_alarm(self, sender: str, at: float) -> None:
        """Forget the alarm of that time, but no newer one."""
        this = (conversation.c.sender == sender) & (conversation.c.alarm_at == at)
        with self._transaction() as connection:
            connection.execute(update(conversation).where(this).values(alarm=None))
