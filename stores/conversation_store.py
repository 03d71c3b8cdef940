"""The tracker store: SQL, append-only, numbered events, no silent fallback, no exit on bad text.

Rasa's own store finds a session by its largest timestamp, keeps `events[count:]` and so drops what an
overlapping turn wrote, ends the process on a ValueError, and hides an outage behind memory
(docs/adr/0006). Here every event of a conversation has a number that is unique in the database.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any, Dict, Iterable, List, Optional, Text

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker

from channels.turn_trace import record_trace

_SESSION_STARTED = "session_started"
_metadata = sa.MetaData()

events = sa.Table(
    "conversation_event",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("sender_id", sa.String(80), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("type_name", sa.String(80), nullable=False),
    sa.Column("timestamp", sa.Float, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.UniqueConstraint("sender_id", "number"),
)


class ConversationStore(TrackerStore, SerializedTrackerAsText):
    """Stores conversations in SQLite or PostgreSQL; an error is the caller's to answer for."""

    def __init__(
        self,
        domain: Optional[Domain] = None,
        host: Optional[Text] = None,
        event_broker: Optional[EventBroker] = None,
        **kwargs: Any,
    ) -> None:
        """`host` is the `url` of endpoints.yml. Nothing is opened before the first turn."""
        self._url = host or "sqlite:///var/tracker.db"
        self._engine: Optional[sa.engine.Engine] = None
        super().__init__(domain or Domain.empty(), event_broker)

    async def retrieve(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        """The conversation since its last session start, `None` when there is none."""
        return await asyncio.to_thread(self._read, sender_id, False)

    async def retrieve_full_tracker(self, conversation_id: Text) -> Optional[DialogueStateTracker]:
        """The conversation with all its sessions."""
        return await asyncio.to_thread(self._read, conversation_id, True)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append the tracker's new events; `IntegrityError` when another turn has written meanwhile."""
        record_trace(tracker)
        await asyncio.to_thread(self._append, tracker)
        await self.stream_events(tracker)

    async def keys(self) -> Iterable[Text]:
        """All conversation ids."""
        return await asyncio.to_thread(self._keys)

    async def delete(self, sender_id: Text) -> None:
        """Erase a conversation for good."""
        await asyncio.to_thread(self._delete, sender_id)

    async def ping(self) -> None:
        """Raise when the database does not answer."""
        await asyncio.to_thread(self._keys, 1)

    def seal(self, text: Text) -> Text:
        """Hook for encryption at rest: what is written for an event's JSON."""
        return text

    def unseal(self, text: Text) -> Text:
        """The reverse of `seal`."""
        return text

    def _read(self, sender_id: Text, all_sessions: bool) -> Optional[DialogueStateTracker]:
        with self._connection() as connection:
            first = 0 if all_sessions else self._session_start(connection, sender_id)
            query = sa.select(events.c.data).where(events.c.sender_id == sender_id, events.c.number >= first)
            rows = connection.execute(query.order_by(events.c.number)).scalars().all()
        if not rows:
            return None
        found: List[Dict[Text, Any]] = [json.loads(self.unseal(row)) for row in rows]
        return DialogueStateTracker.from_dict(sender_id, found, self.domain.slots)

    def _append(self, tracker: DialogueStateTracker) -> None:
        with self._connection() as connection, connection.begin():
            last = connection.execute(
                sa.select(sa.func.max(events.c.number)).where(events.c.sender_id == tracker.sender_id)
            ).scalar()
            stored = 0 if last is None else last + 1 - self._session_start(connection, tracker.sender_id)
            number = 0 if last is None else last + 1
            rows = [self._row(tracker.sender_id, number + i, e) for i, e in enumerate(list(tracker.events)[stored:])]
            if rows:
                connection.execute(events.insert(), rows)

    def _row(self, sender_id: Text, number: int, event: Event) -> Dict[Text, Any]:
        data = event.as_dict()
        return {
            "sender_id": sender_id,
            "number": number,
            "type_name": event.type_name,
            "timestamp": data.get("timestamp") or 0.0,
            "data": self.seal(json.dumps(data)),
        }

    @staticmethod
    def _session_start(connection: sa.engine.Connection, sender_id: Text) -> int:
        query = sa.select(sa.func.max(events.c.number)).where(
            events.c.sender_id == sender_id, events.c.type_name == _SESSION_STARTED
        )
        return connection.execute(query).scalar() or 0

    def _keys(self, limit: Optional[int] = None) -> List[Text]:
        with self._connection() as connection:
            return list(connection.execute(sa.select(events.c.sender_id).distinct().limit(limit)).scalars())

    def _delete(self, sender_id: Text) -> None:
        with self._connection() as connection, connection.begin():
            connection.execute(events.delete().where(events.c.sender_id == sender_id))

    def _connection(self) -> sa.engine.Connection:
        if self._engine is None:
            engine = _open(self._url)
            _metadata.create_all(engine)
            self._engine = engine
        return self._engine.connect()


def _open(url: Text) -> sa.engine.Engine:
    if not url.startswith("sqlite"):
        options = {"connect_timeout": 2, "options": "-c statement_timeout=5000"}
        return sa.create_engine(url, future=True, pool_pre_ping=True, connect_args=options)
    engine = sa.create_engine(url, future=True, connect_args={"timeout": 2, "check_same_thread": False})

    @sa.event.listens_for(engine, "connect")
    def _wal(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")

    return engine
