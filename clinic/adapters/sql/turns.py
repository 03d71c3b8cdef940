"""Turns in SQL: the record of what was said and the lease that orders it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy import and_, exists, select, update
from sqlalchemy.engine import Connection

from clinic.adapters.sql.alarms import SqlAlarms
from clinic.adapters.sql.feedback import SqlFeedback
from clinic.adapters.sql.turn_tables import button as button_table
from clinic.adapters.sql.turn_tables import conversation, turn
from clinic.turns.buttons import IssuedButton, with_button_ids
from clinic.turns.model import OPEN_STATES, SaidBy, Turn, TurnState
from clinic.turns.ports import ConversationOver, TurnStoreError


class SqlTurnStore(SqlAlarms, SqlFeedback):
    """`TurnStore` and `ErasureStore` over SQLAlchemy; every method is one transaction and blocks its thread."""

    def add(
        self, sender: str, message_id: str, text: str, now: float, waits_until: float, button: str | None = None
    ) -> tuple[Turn, bool]:
        """The turn for a message, and whether it is new: the same message id gives the same turn."""
        with self._transaction() as connection:
            self._ensure_open(connection, sender)
            known = self._row(connection, sender, message_id)
            if known is not None:
                return known, False
            values = {
                "message_id": message_id, "text": text, "button": button,
                "state": TurnState.WAITING.value, "waits_until": waits_until, "created_at": now,
            }  # fmt: skip
            return self._add(connection, sender, values), True

    def add_later(
        self, sender: str, message_id: str, replies: list[dict[str, Any]], by: SaidBy, now: float
    ) -> Turn | None:
        """A message nobody asked for, once for each id; `None` without a conversation to say it in."""
        with self._transaction() as connection:
            if not self._is_open(connection, sender):
                return None
            known = self._row(connection, sender, message_id)
            if known is not None:
                return known
            shown, issued = with_button_ids(replies)
            _keep_buttons(connection, sender, issued)
            values = {
                "message_id": message_id, "text": None, "said_by": by, "replies": json.dumps(shown),
                "state": TurnState.DONE.value, "waits_until": now, "created_at": now, "completed_at": now,
                "event": _next_event(connection, sender),
            }  # fmt: skip
            return self._add(connection, sender, values)

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
        """Complete a turn with its replies, number the event if it is done, and give the conversation free."""
        values = {"state": state.value, "completed_at": now, "replies": json.dumps(replies), "trace": json.dumps(trace)}
        with self._transaction() as connection:
            event = _next_event(connection, sender) if state is TurnState.DONE else None
            done = update(turn).where(turn.c.sender == sender, turn.c.number == number)
            connection.execute(done.values(**values, event=event))
            release = update(conversation).where(conversation.c.sender == sender, conversation.c.leased_turn == number)
            connection.execute(release.values(leased_turn=None, leased_until=0.0))

    def find(self, sender: str, message_id: str) -> Turn | None:
        """A turn by its client message id, without its feedback."""
        with self._reading() as connection:
            return self._row(connection, sender, message_id)

    def history(self, sender: str) -> list[Turn]:
        """All turns of a conversation with their feedback, oldest first."""
        query = select(turn).where(turn.c.sender == sender).order_by(turn.c.number)
        with self._reading() as connection:
            thought = self._feedback(connection, sender)
            return [_turn(row, thought) for row in connection.execute(query).mappings()]

    def completed_after(self, sender: str, event: int) -> list[Turn]:
        """The turns completed after an event, in the order of their events."""
        query = select(turn).where(turn.c.sender == sender, turn.c.event > event).order_by(turn.c.event)
        with self._reading() as connection:
            rows = connection.execute(query).mappings().all()
            thought = self._feedback(connection, sender) if rows else {}
            return [_turn(row, thought) for row in rows]

    def issue_buttons(self, sender: str, buttons: list[IssuedButton]) -> None:
        """Remember `(id, payload, title)` of buttons shown to a sender."""
        if not buttons:
            return
        with suppress(ConversationOver), self._transaction() as connection:  # erased meanwhile: nobody will press them
            self._ensure_kept(connection, sender)
            _keep_buttons(connection, sender, buttons)

    def resolve_button(self, sender: str, button_id: str) -> tuple[str, str] | None:
        """Payload and title of a button issued to this sender, `None` for anybody else's."""
        columns = button_table.c
        with self._reading() as connection:
            query = select(columns.payload, columns.title).where(columns.id == button_id, columns.sender == sender)
            row = connection.execute(query).first()
            return (row.payload, row.title) if row else None

    def ping(self) -> None:
        """Raise when the database does not answer."""
        with self._reading() as connection:
            connection.execute(select(conversation.c.sender).limit(1))

    def _add(self, connection: Connection, sender: str, values: dict[str, Any]) -> Turn:
        """A new turn with the next number."""
        counted = update(conversation).where(conversation.c.sender == sender).values(turns=conversation.c.turns + 1)
        number = connection.execute(counted.returning(conversation.c.turns)).scalar_one()
        connection.execute(turn.insert().values(sender=sender, number=number, **values))
        added = self._row(connection, sender, values["message_id"])
        if added is None:
            raise TurnStoreError("the turn just added is not there")
        return added

    @staticmethod
    def _row(connection: Connection, sender: str, message_id: str) -> Turn | None:
        query = select(turn).where(turn.c.sender == sender, turn.c.message_id == message_id)
        row = connection.execute(query).mappings().first()
        return _turn(row, {}) if row else None


def _next_event(connection: Connection, sender: str) -> int | None:
    """The next event's number, counted under the row's lock: a later one is never seen before it. `None`: erased."""
    counted = update(conversation).where(conversation.c.sender == sender).values(events=conversation.c.events + 1)
    event: int | None = connection.execute(counted.returning(conversation.c.events)).scalar()
    return event


def _keep_buttons(connection: Connection, sender: str, buttons: list[IssuedButton]) -> None:
    if buttons:
        rows = [{"id": i, "sender": sender, "payload": p, "title": t} for i, p, t in buttons]
        connection.execute(button_table.insert(), rows)


def _turn(row: Mapping[Any, Any], thought: dict[str, dict[int, bool]]) -> Turn:
    return Turn(
        sender=row["sender"],
        number=row["number"],
        message_id=row["message_id"],
        text=row["text"],
        state=TurnState(row["state"]),
        created_at=row["created_at"],
        replies=json.loads(row["replies"]) if row["replies"] else [],
        event=row["event"],
        button=row["button"],
        by=row["said_by"],
        feedback=thought.get(row["message_id"], {}),
    )
