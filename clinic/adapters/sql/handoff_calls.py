"""Requests with what staff made of them, in SQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.engine import Connection

from clinic.adapters.sql.appointment_requests import appointment_request, read_request
from clinic.adapters.sql.handoff_tables import request_task, staff_answer
from clinic.adapters.sql.store import SqlStore
from clinic.booking.appointment import EventState
from clinic.booking.model import RequestStatus
from clinic.handoff.calls import Call, StaffAnswer
from clinic.handoff.errors import DoneAlready, HandoffUnavailable, NoSuchCall, TakenByOther

_TASK = ("is_done", "assigned_to", "assigned_name", "note", "done_by_name", "done_at")


class SqlCalls(SqlStore):
    """`CallStore` over SQLAlchemy."""

    unavailable = HandoffUnavailable

    def calls(self, *, is_done: bool, most: int, whose: str | None = None) -> list[Call]:
        """Open ones, the oldest first, or done ones, the last done first; see `CallStore`."""
        task = func.coalesce(request_task.c.is_done, False)
        wanted = _joined().where(task.is_(is_done)).limit(most)
        if whose is not None:
            wanted = wanted.where(func.coalesce(request_task.c.assigned_to, "") == whose)
        if is_done:
            wanted = wanted.order_by(request_task.c.done_at.desc(), appointment_request.c.reference)
        else:
            still_wished = appointment_request.c.status == RequestStatus.REQUESTED.value
            wanted = wanted.where(still_wished).order_by(appointment_request.c.created_at)
        with self._reading() as connection:
            rows = connection.execute(wanted).mappings().all()
            answers = _last_answers(connection, [row["reference"] for row in rows])
            return [_call(row, answers.get(row["reference"])) for row in rows]

    def find(self, reference: str) -> Call | None:
        """One by its reference."""
        with self._reading() as connection:
            row = connection.execute(_joined().where(appointment_request.c.reference == reference)).mappings().first()
            return _call(row, _last_answers(connection, [reference]).get(reference)) if row else None

    def assign(self, reference: str, member: str | None, name: str | None, seen: str | None) -> None:
        """Say whose it is where it is still whose it was; raises `TakenByOther`, `NoSuchCall`."""
        with self._transaction() as connection:
            task = _task_of(connection, reference)
            if task["assigned_to"] not in (seen, member):
                raise TakenByOther(task["assigned_name"] or "")
            change_task(connection, reference, assigned_to=member, assigned_name=name)

    def finish(self, reference: str, member: str, name: str, note: str, now: float) -> None:
        """Done, once; raises `DoneAlready`, `NoSuchCall`."""
        with self._transaction() as connection:
            _finish(connection, reference, done_by=member, done_by_name=name, note=note, done_at=now)

    def reopen(self, reference: str) -> None:
        """To be seen to again; raises `NoSuchCall`."""
        with self._transaction() as connection:
            _task_of(connection, reference)
            change_task(connection, reference, is_done=False)

    def answer(self, answer: StaffAnswer, note: str) -> None:
        """Keep an answer and call the request done, both or neither; see `CallStore`."""
        with self._transaction() as connection:
            _task_of(connection, answer.reference)
            known = select(staff_answer.c.id).where(staff_answer.c.id == answer.id)
            if connection.execute(known).first():
                return
            by = {"done_by": answer.written_by, "done_by_name": answer.written_by_name}
            _finish(connection, answer.reference, **by, note=note, done_at=answer.written_at)
            connection.execute(insert(staff_answer).values({**vars(answer), "state": answer.state.value}))


def read_answer(row: RowMapping) -> StaffAnswer:
    """A row as it is meant."""
    return StaffAnswer(**{**row, "state": EventState(row["state"])})


def change_task(connection: Connection, reference: str, **values: object) -> None:
    """Change what staff made of a request that has a row."""
    connection.execute(update(request_task).where(request_task.c.reference == reference).values(**values))


def _finish(connection: Connection, reference: str, **values: object) -> None:
    task = _task_of(connection, reference)
    if task["is_done"]:
        raise DoneAlready(task["done_by_name"] or "")
    change_task(connection, reference, is_done=True, **values)


def _task_of(connection: Connection, reference: str) -> RowMapping:
    """The row of a request, made where there is none; nobody else changes it before this transaction ends."""
    wanted = select(appointment_request.c.reference).where(appointment_request.c.reference == reference)
    if connection.execute(wanted.with_for_update()).first() is None:
        raise NoSuchCall
    task = select(request_task).where(request_task.c.reference == reference)
    if connection.execute(task).first() is None:
        connection.execute(insert(request_task).values(reference=reference, is_done=False))
    return connection.execute(task).mappings().one()


def _joined() -> Any:
    is_its = request_task.c.reference == appointment_request.c.reference
    task = [request_task.c[name] for name in _TASK]
    return select(appointment_request, *task).outerjoin(request_task, is_its)


def _last_answers(connection: Connection, references: list[str]) -> dict[str, StaffAnswer]:
    wanted = select(staff_answer).where(staff_answer.c.reference.in_(references)).order_by(staff_answer.c.written_at)
    return {row["reference"]: read_answer(row) for row in connection.execute(wanted).mappings()}


def _call(row: RowMapping, answer: StaffAnswer | None) -> Call:
    task = {name: row[name] for name in _TASK}
    return Call(read_request(row), **{**task, "is_done": bool(row["is_done"])}, answer=answer)
