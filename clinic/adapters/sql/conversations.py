"""Conversations in SQL: one begins with its first turn, and may be ended or erased by its visitor."""

from __future__ import annotations

from sqlalchemy import delete, exists, select, update
from sqlalchemy.engine import Connection

from clinic.adapters.sql.store import SqlStore
from clinic.adapters.sql.turn_tables import button, conversation, erasure, feedback, turn
from clinic.turns.model import Ending, Erasure
from clinic.turns.ports import ConversationOver, TurnStoreError


class SqlConversations(SqlStore):
    """The conversations' part of `TurnStore`, and `ErasureStore`; every method is one transaction."""

    unavailable = TurnStoreError

    def end(self, sender: str, now: float) -> None:
        """Let nothing be added any more; see `TurnStore`."""
        with self._transaction() as connection:
            if not _is_erased(connection, sender):
                self._ensure_kept(connection, sender)
                this = (conversation.c.sender == sender) & conversation.c.ended_at.is_(None)
                connection.execute(update(conversation).where(this).values(ended_at=now))

    def is_over(self, sender: str) -> bool:
        """Whether a conversation was ended or erased."""
        return self.ending(sender) is not None

    def ending(self, sender: str) -> Ending | None:
        """How a conversation was over; `None` while it goes on."""
        ended = select(conversation.c.ended_at).where(conversation.c.sender == sender)
        with self._reading() as connection:
            # The end first: where it is erased in between, the row is gone and the tombstone is there.
            is_ended = connection.execute(ended).scalar() is not None
            if _is_erased(connection, sender):
                return "erased"
            return "ended" if is_ended else None

    def erase(self, sender: str, now: float) -> None:
        """Delete a conversation with all that belongs to it, and write down that Rasa has to do so too."""
        with self._transaction() as connection:
            # First the row that all writers lock: what is being added is seen here, or sees that it comes too late.
            self._ensure_conversation(connection, sender)
            self._lock(connection, sender)
            row = self._insert(erasure).values(sender=sender, asked_at=now)
            connection.execute(row.on_conflict_do_nothing())
            for table in (feedback, button, turn, conversation):
                connection.execute(table.delete().where(table.c.sender == sender))

    def open_erasures(self) -> list[Erasure]:
        """Those that Rasa has not confirmed yet, oldest first."""
        query = select(erasure).where(erasure.c.settled_at.is_(None)).order_by(erasure.c.asked_at)
        with self._reading() as connection:
            return [Erasure(row.sender, row.asked_at) for row in connection.execute(query)]

    def settle_erasure(self, sender: str, now: float) -> None:
        """Rasa's copy is gone."""
        with self._transaction() as connection:
            connection.execute(update(erasure).where(erasure.c.sender == sender).values(settled_at=now))

    def forget_erasures(self, before: float) -> None:
        """Forget the settled ones asked for before a moment."""
        over = (erasure.c.asked_at < before) & erasure.c.settled_at.is_not(None)
        with self._transaction() as connection:
            connection.execute(delete(erasure).where(over))

    def _ensure_open(self, connection: Connection, sender: str) -> None:
        """Make and lock the conversation's row; raises `ConversationOver`, which undoes it."""
        if self._ensure_kept(connection, sender) is not None:
            raise ConversationOver

    def _ensure_kept(self, connection: Connection, sender: str) -> float | None:
        """Make and lock the conversation's row, also of an ended one: when it was. `ConversationOver`: it is erased."""
        self._ensure_conversation(connection, sender)
        ended_at = self._lock(connection, sender)
        if _is_erased(connection, sender):
            raise ConversationOver
        return ended_at

    @staticmethod
    def _is_open(connection: Connection, sender: str) -> bool:
        """Whether there is such a conversation and it was not ended; its row stays locked."""
        query = select(conversation.c.ended_at).where(conversation.c.sender == sender).with_for_update()
        row = connection.execute(query).first()
        return row is not None and row.ended_at is None

    def _ensure_conversation(self, connection: Connection, sender: str) -> None:
        statement = self._insert(conversation).values(sender=sender, turns=0, leased_until=0.0, events=0)
        connection.execute(statement.on_conflict_do_nothing())

    @staticmethod
    def _lock(connection: Connection, sender: str) -> float | None:
        """Lock the conversation's row until the transaction ends; when the conversation was ended."""
        query = select(conversation.c.ended_at).where(conversation.c.sender == sender).with_for_update()
        ended_at: float | None = connection.execute(query).scalar()
        return ended_at


def _is_erased(connection: Connection, sender: str) -> bool:
    return bool(connection.execute(select(exists().where(erasure.c.sender == sender))).scalar())
