"""What visitors think of replies, in SQL."""

from __future__ import annotations

import json
from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.engine import Connection

from clinic.adapters.sql.conversations import SqlConversations
from clinic.adapters.sql.turn_tables import feedback, turn


class SqlFeedback(SqlConversations):
    """The feedback's part of `TurnStore`."""

    def give_feedback(
        self, sender: str, message_id: str, reply: int, helpful: bool, word: str | None, now: float
    ) -> bool:
        """Keep the last opinion of a reply; `False` where there is no such reply."""
        key = {"sender": sender, "message_id": message_id, "reply": reply}
        said = {"helpful": helpful, "word": word, "at": now}
        query = select(turn.c.replies).where(turn.c.sender == sender, turn.c.message_id == message_id)
        with self._transaction() as connection:
            self._ensure_open(connection, sender)
            replies = json.loads(connection.execute(query).scalar() or "[]")
            if not 0 <= reply < len(replies):
                return False
            row = self._insert(feedback).values({**key, **said})
            connection.execute(row.on_conflict_do_update(index_elements=list(key), set_=said))
            return True

    @staticmethod
    def _feedback(connection: Connection, sender: str) -> dict[str, dict[int, bool]]:
        """Message ids of a conversation, and which replies were helpful or not."""
        found: defaultdict[str, dict[int, bool]] = defaultdict(dict)
        for row in connection.execute(select(feedback).where(feedback.c.sender == sender)):
            found[row.message_id][row.reply] = row.helpful
        return found
