"""Conversations and turns in SQL: the record of what was said and the lease that orders it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from clinic.adapters.sql.engine import metadata
from clinic.turns.model import OPEN_STATES, Alarm, Turn, TurnState
from clinic.turns.ports import TurnStoreError

conversation = Table(
    "conversation",
    metadata,
    Column("sender", String(80), primary_key=True),
    Column("turns", Integer, nullable=False, default=0),
    Column("leased_turn", Integer),
    Column("leased_until", Float, nullable=False, default=0.0),
    Column("alarm", String(80)),
    Column("alarm_at", Float),
)

turn = Table(
    "turn",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sender", String(80), ForeignKey("conversation.sender", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("message_id", String(120), nullable=False),
    Column("text", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("waits_until", Float, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("completed_at", Float),
    Column("replies", Text),
    Column("trace", Text),
    UniqueConstraint("sender", "number"),
    UniqueConstraint("sender", "message_id"),
)

button = Table(
    "button",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("sender", String(80), ForeignKey("conversation.sender", ondelete="CASCADE"), nullable=False, index=True),
    Column("payload", String(120), nullable=False),
    Column("title", String(200), nullable=False),
)


class SqlTurnStore:
    """`TurnStore` over SQLAlchemy; every method is one transaction and blocks its thread."""

    def __init__(self, engine: Engine) -> None:
        """`engine` from `open_engine`; the tables must exist."""
        self._engine = engine

    def add(self, sender: str, message_id: str, text: str, now: float, waits_until: float) -> tuple[Turn, bool]:
        """The turn for a message, and whether it is new: the same message id gives the same turn."""
        with self._transaction() as connection:
            self._ensure_conversation(connection, sender)
            known = self._row(connection, sender, message_id)
            if known is not None:
                return known, False
            counted = update(conversation).where(conversation.c.sender == sender).values(turns=conversation.c.turns + 1)
            number = connection.execute(counted.returning(conversation.c.turns)).scalar_one()
            values = {
                "sender": sender, "number": number, "message_id": message_id, "text": text,
                "state": TurnState.WAITING.value, "waits_until": waits_until, "created_at": now,
            }  # fmt: skip
            connection.execute(turn.insert().values(values))
            added = self._row(connection, sender, message_id)
            if added is None:
                raise TurnStoreError("the turn just added is not there")
            return added, True

    def take(self, sender: str, number: int, now: float, leased_until: float) -> bool:
        """Lease the conversation for a turn: only when no lease runs, no earlier turn waits and it is unanswered."""
        earlier = exists().where(
            and_(
                turn.c.sender == sender,
                turn.c.number < number,
                turn.c.state.in_([s.value for s in OPEN_STATES]),
                turn.c.waits_until > now,
            )
        )
        unanswered = exists().where(
            and_(turn.c.sender == sender, turn.c.number == number, turn.c.state != TurnState.DONE.value)
        )
        free = (conversation.c.leased_turn.is_(None)) | (conversation.c.leased_until < now)
        with self._transaction() as connection:
            statement = update(conversation).where(conversation.c.sender == sender, free, ~earlier, unanswered)
            taken = connection.execute(statement.values(leased_turn=number, leased_until=leased_until)).rowcount == 1
            if taken:
                running = update(turn).where(turn.c.sender == sender, turn.c.number == number)
                connection.execute(running.values(state=TurnState.RUNNING.value, waits_until=leased_until))
            return taken

    def finish(
        self,
        sender: str,
        number: int,
        state: TurnState,
        replies: list[dict[str, Any]],
        trace: dict[str, Any],
        now: float,
    ) -> None:
        """Complete a turn with its replies and give the conversation free."""
        with self._transaction() as connection:
            done = update(turn).where(turn.c.sender == sender, turn.c.number == number)
            connection.execute(
                done.values(state=state.value, completed_at=now, replies=json.dumps(replies), trace=json.dumps(trace))
            )
            release = update(conversation).where(conversation.c.sender == sender, conversation.c.leased_turn == number)
            connection.execute(release.values(leased_turn=None, leased_until=0.0))

    def find(self, sender: str, message_id: str) -> Turn | None:
        """A turn by its client message id."""
        with self._transaction() as connection:
            return self._row(connection, sender, message_id)

    def history(self, sender: str) -> list[Turn]:
        """All turns of a conversation, oldest first."""
        with self._transaction() as connection:
            rows = connection.execute(select(turn).where(turn.c.sender == sender).order_by(turn.c.number)).mappings()
            return [_turn(row) for row in rows]

    def issue_buttons(self, sender: str, buttons: list[tuple[str, str, str]]) -> None:
        """Remember `(id, payload, title)` of buttons shown to a sender."""
        if buttons:
            with self._transaction() as connection:
                rows = [{"id": i, "sender": sender, "payload": p, "title": t} for i, p, t in buttons]
                connection.execute(button.insert(), rows)

    def resolve_button(self, sender: str, button_id: str) -> tuple[str, str] | None:
        """Payload and title of a button issued to this sender, `None` for anybody else's."""
        with self._transaction() as connection:
            query = select(button.c.payload, button.c.title).where(button.c.id == button_id, button.c.sender == sender)
            row = connection.execute(query).first()
            return (row.payload, row.title) if row else None

    def note_alarm(self, sender: str, alarm: str, now: float) -> None:
        """Remember the last alarm; see `TurnStore`."""
        this = conversation.c.sender == sender
        with self._transaction() as connection:
            self._ensure_conversation(connection, sender)
            row = connection.execute(select(conversation.c.alarm, conversation.c.alarm_at).where(this)).one()
            earlier = Alarm(row.alarm, row.alarm_at) if row.alarm else None
            stays = earlier and earlier.is_fresh(now) and not earlier.can_be_taken_back
            kept = earlier.intent if earlier and stays else alarm
            connection.execute(update(conversation).where(this).values(alarm=kept, alarm_at=now))

    def last_alarm(self, sender: str) -> Alarm | None:
        """The last alarm, unless it was taken back."""
        since = select(func.count()).where(turn.c.sender == sender, turn.c.created_at > conversation.c.alarm_at)
        wanted = (conversation.c.alarm, conversation.c.alarm_at, since.scalar_subquery().label("turns_since"))
        with self._transaction() as connection:
            row = connection.execute(select(*wanted).where(conversation.c.sender == sender)).first()
            return Alarm(row.alarm, row.alarm_at, row.turns_since) if row and row.alarm else None

    def take_back_alarm(self, sender: str, at: float) -> None:
        """Forget the alarm of that time, but no newer one."""
        this = (conversation.c.sender == sender) & (conversation.c.alarm_at == at)
        with self._transaction() as connection:
            connection.execute(update(conversation).where(this).values(alarm=None))

    def erase(self, sender: str) -> None:
        """Delete a conversation with its turns and buttons."""
        with self._transaction() as connection:
            for table in (button, turn, conversation):
                connection.execute(table.delete().where(table.c.sender == sender))

    def ping(self) -> None:
        """Raise when the database does not answer."""
        with self._transaction() as connection:
            connection.execute(select(conversation.c.sender).limit(1))

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise TurnStoreError(type(error).__name__) from error

    def _ensure_conversation(self, connection: Connection, sender: str) -> None:
        dialect = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        statement = dialect.insert(conversation).values(sender=sender, turns=0, leased_until=0.0)
        connection.execute(statement.on_conflict_do_nothing())

    @staticmethod
    def _row(connection: Connection, sender: str, message_id: str) -> Turn | None:
        query = select(turn).where(turn.c.sender == sender, turn.c.message_id == message_id)
        row = connection.execute(query).mappings().first()
        return _turn(row) if row else None


def _turn(row: Any) -> Turn:
    return Turn(
        sender=row["sender"],
        number=row["number"],
        message_id=row["message_id"],
        text=row["text"],
        state=TurnState(row["state"]),
        replies=json.loads(row["replies"]) if row["replies"] else [],
        created_at=row["created_at"],
    )
