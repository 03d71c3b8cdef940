"""Numbers in SQL: every count is made by the database, over rows that hold no words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, distinct, func, select

from clinic.adapters.sql.appointment_requests import appointment_request
from clinic.adapters.sql.appointments import appointment_event
from clinic.adapters.sql.numbers_funnel import funnel_of
from clinic.adapters.sql.numbers_reading import SqlTurnCounts
from clinic.adapters.sql.numbers_tables import reply_count, turn_count
from clinic.adapters.sql.turn_tables import feedback, turn
from clinic.adapters.sql.waiting_list_tables import waiting_list_entry
from clinic.booking.appointment import EventKind
from clinic.review.numbers.counted import ALARMS, Counted, Handled
from clinic.review.numbers.model import Tally, Task
from clinic.review.numbers.period import Span

_EVENTS = {
    EventKind.BOOKED.value: Task.BOOKED, EventKind.MOVED.value: Task.MOVED, EventKind.CANCELLED.value: Task.CANCELLED,
}  # fmt: skip


class SqlNumbers(SqlTurnCounts):
    """`NumbersStore` over SQLAlchemy."""

    def tally(self, span: Span) -> Tally:
        """What is counted of a span; see `NumbersStore`."""
        since, until = span.since.timestamp(), span.until.timestamp()
        turns = (turn_count.c.asked_at >= since) & (turn_count.c.asked_at < until)
        asked = turns & (turn_count.c.said_by == "visitor")
        replies = (reply_count.c.asked_at >= since) & (reply_count.c.asked_at < until)
        with self._reading() as connection:
            return Tally(
                messages=_pairs(connection, _count_by(turn_count.c.quarter, asked)),
                chats=_pairs(connection, _chats(asked)),
                handled={Handled(k): n for k, n in _rows(connection, _count_by(turn_count.c.handled, asked))},
                later=_pairs(connection, _count_by(turn_count.c.said_by, turns & (turn_count.c.said_by != "visitor"))),
                replies={(Counted(c), t): n for c, t, n in _rows(connection, _by_topic(replies))},
                alarm_chats=_alarm_chats(connection, replies),
                answer_ms=_pairs(connection, _count_by(turn_count.c.answer_ms, asked, is_known=True)),
                thumbs={(k, t, bool(up)): n for k, t, up, n in _rows(connection, _thumbs(since, until))},
                funnel=funnel_of(connection, span, turns),
                done=self._done(connection, span),
            )

    def _done(self, connection: Connection, span: Span) -> dict[Task, int]:
        """Tasks in the clinic's books, whoever did them; each once, though several are told of it."""
        events = appointment_event.c
        told = select(events.reference, events.kind, events.sequence).distinct()
        told = told.where(events.kind.in_(_EVENTS), _between(events.at, span))
        each = told.subquery()
        done = {_EVENTS[kind]: n for kind, n in _rows(connection, select(each.c.kind, func.count()).group_by("kind"))}
        requests = appointment_request.c
        is_question = requests.is_question.is_(True)
        for task, which in ((Task.QUESTION, is_question), (Task.CALLBACK, ~is_question)):
            query = select(func.count()).where(which, _between(requests.created_at, span))
            done[task] = connection.execute(query).scalar_one()
        waits = select(func.count()).where(_between(waiting_list_entry.c.joined_at, span))
        return {**done, Task.WAITING: connection.execute(waits).scalar_one()}


def _between(column: ColumnElement[Any], span: Span) -> ColumnElement[bool]:
    return and_(column >= span.since, column < span.until)


def _count_by(column: ColumnElement[Any], where: ColumnElement[bool], is_known: bool = False) -> Select[Any]:
    query = select(column, func.count()).where(where).group_by(column)
    return query.where(column.is_not(None)) if is_known else query


def _chats(asked: ColumnElement[bool]) -> Select[Any]:
    """Each chat in the quarter of its first message."""
    first = select(func.min(turn_count.c.quarter).label("quarter")).where(asked).group_by(turn_count.c.sender)
    each = first.subquery()
    return select(each.c.quarter, func.count()).group_by(each.c.quarter)


def _by_topic(replies: ColumnElement[bool]) -> Select[Any]:
    what = (reply_count.c.counted, reply_count.c.topic)
    return select(*what, func.count()).where(replies, reply_count.c.counted.is_not(None)).group_by(*what)


def _alarm_chats(connection: Connection, replies: ColumnElement[bool]) -> int:
    alarms = reply_count.c.counted.in_([alarm.value for alarm in ALARMS])
    query = select(func.count(distinct(reply_count.c.sender))).where(replies, alarms)
    found: int = connection.execute(query).scalar_one()
    return found


def _thumbs(since: float, until: float) -> Select[Any]:
    """By the reply that was rated; a chat that was erased has taken its thumbs with it."""
    same_turn = (turn.c.sender == feedback.c.sender) & (turn.c.message_id == feedback.c.message_id)
    same_reply = (reply_count.c.turn_id == turn.c.id) & (reply_count.c.reply == feedback.c.reply)
    what = (reply_count.c.kind, reply_count.c.topic, feedback.c.helpful)
    query = select(*what, func.count()).select_from(feedback).join(turn, same_turn).join(reply_count, same_reply)
    return query.where(feedback.c.at >= since, feedback.c.at < until).group_by(*what)


def _rows(connection: Connection, query: Select[Any]) -> Iterable[Any]:
    return connection.execute(query).all()


def _pairs(connection: Connection, query: Select[Any]) -> dict[Any, int]:
    return {row[0]: row[1] for row in connection.execute(query)}
