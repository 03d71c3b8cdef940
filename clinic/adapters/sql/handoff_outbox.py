"""The answers that have to be mailed, in SQL."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from clinic.adapters.sql.handoff_calls import change_task, read_answer
from clinic.adapters.sql.handoff_tables import staff_answer
from clinic.adapters.sql.store import SqlStore
from clinic.booking.appointment import EventState
from clinic.handoff.calls import StaffAnswer
from clinic.handoff.errors import HandoffUnavailable

_LOST = "sender_lost"


class SqlAnswerOutbox(SqlStore):
    """`AnswerOutbox` over SQLAlchemy; every method is one transaction."""

    unavailable = HandoffUnavailable

    def take_due(self, now: float, until: float) -> StaffAnswer | None:
        """The next one that is due, for this caller alone; see `AnswerOutbox`."""
        columns = staff_answer.c
        is_due, begun = columns.due_at <= now, columns.state == EventState.SENDING.value
        if not self._is_any_due(now):
            return None
        with self._transaction() as connection:
            for lost in connection.execute(select(staff_answer).where(begun, is_due)).mappings().all():
                _bury(connection, read_answer(lost), _LOST)
            wanted = select(staff_answer).where(columns.state == EventState.WAITING.value, is_due)
            wanted = wanted.order_by(columns.due_at).limit(1).with_for_update(skip_locked=True)
            row = connection.execute(wanted).mappings().first()
            if row is None:
                return None
            found = read_answer(row)
            mine = replace(found, state=EventState.SENDING, due_at=until, attempts=found.attempts + 1)
            _change(connection, mine.id, state=mine.state.value, due_at=until, attempts=mine.attempts)
            return mine

    def _is_any_due(self, now: float) -> bool:
        """Asked every other second, and nearly always no: that must hold up no writer."""
        columns = staff_answer.c
        begun = columns.state.in_([EventState.WAITING.value, EventState.SENDING.value])
        any_due = select(columns.id).where(begun, columns.due_at <= now).limit(1)
        with self._reading() as connection:
            return connection.execute(any_due).first() is not None

    def settle(self, answer: StaffAnswer, state: EventState, due_at: float, error: str | None = None) -> None:
        """Say what became of one that was taken; see `AnswerOutbox`."""
        with self._transaction() as connection:
            if state is EventState.DEAD:
                _bury(connection, answer, error)
            else:
                _change(connection, answer.id, state=state.value, due_at=due_at, error=error)

    def revive(self, answer_id: str, now: float) -> bool:
        """Let a dead one wait again; see `AnswerOutbox`."""
        this, is_dead = staff_answer.c.id == answer_id, staff_answer.c.state == EventState.DEAD.value
        again = update(staff_answer).where(this, is_dead)
        again = again.values(state=EventState.WAITING.value, due_at=now, attempts=0)
        with self._transaction() as connection:
            reference = connection.execute(again.returning(staff_answer.c.reference)).scalar()
            if reference is None:
                return False
            change_task(connection, reference, is_done=True, done_at=now)
            return True


def _bury(connection: Connection, answer: StaffAnswer, error: str | None) -> None:
    """A person has to look: the request is open again, in the same transaction."""
    _change(connection, answer.id, state=EventState.DEAD.value, error=error)
    change_task(connection, answer.reference, is_done=False)


def _change(connection: Connection, answer_id: str, **values: object) -> None:
    connection.execute(update(staff_answer).where(staff_answer.c.id == answer_id).values(**values))
