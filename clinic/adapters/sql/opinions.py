"""What visitors thought of replies, counted by what the replies were about."""

from __future__ import annotations

import json
from collections import Counter

from sqlalchemy import and_, select

from clinic.adapters.sql.store import SqlStore
from clinic.adapters.sql.turn_tables import feedback, turn
from clinic.review.answers.drafts import DraftStoreError
from clinic.review.answers.ports import Dislikes

_Topic = tuple[str, str]


class SqlOpinions(SqlStore):
    """`Opinions`: reads the feedback beside the replies it is about, and no word of a visitor."""

    unavailable = DraftStoreError

    def by_topic(self, since: float) -> dict[_Topic, Dislikes]:
        """By kind and topic of the reply."""
        same = and_(turn.c.sender == feedback.c.sender, turn.c.message_id == feedback.c.message_id)
        query = (
            select(feedback.c.reply, feedback.c.helpful, turn.c.replies)
            .join(turn, same)
            .where(feedback.c.at >= since, turn.c.said_by == "assistant")
        )
        counts: dict[bool, Counter[_Topic]] = {True: Counter(), False: Counter()}
        with self._reading() as connection:
            for reply, helpful, replies in connection.execute(query):
                if topic := _topic(replies, reply):
                    counts[bool(helpful)][topic] += 1
        topics = set(counts[True]) | set(counts[False])
        return {topic: Dislikes(counts[False][topic], counts[True][topic]) for topic in topics}


def _topic(replies: str | None, at: int) -> _Topic | None:
    """Of a reply of a turn; a turn done anew may have fewer than when the thumb was given."""
    found = json.loads(replies or "[]")
    if at >= len(found):
        return None
    metadata = found[at].get("metadata") or {}
    return str(metadata.get("kind", "")), str(metadata.get("topic", ""))
