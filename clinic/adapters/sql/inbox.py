"""The inbox in SQL: lists, counts, conversations; everything is read from rows that go with an erased conversation."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, exists, func, select

from clinic.adapters.sql.inbox_marks import SqlInboxMarks
from clinic.adapters.sql.inbox_reading import SqlInboxReading
from clinic.adapters.sql.inbox_rows import SIGN_COLUMNS, in_chunks, inbox_rows, turns_of
from clinic.adapters.sql.inbox_tables import inbox_tag, inbox_turn
from clinic.adapters.sql.turn_tables import feedback, turn
from clinic.review.inbox.model import InboxQuery, InboxTurn, SaidTurn, Sign
from clinic.review.inbox.ports import SaidText
from clinic.review.inbox.reading import trace_of

_MOST_SAID = 300


class SqlInbox(SqlInboxReading, SqlInboxMarks):
    """`InboxStore` over SQLAlchemy; every method is one transaction and blocks its thread."""

    def page(self, query: InboxQuery, most: int) -> list[InboxTurn]:
        """Turns, the newest first."""
        wanted = inbox_rows().where(*conditions(query), *_sign(query.sign), *_words(query.words))
        if query.before is not None:
            wanted = wanted.where(inbox_turn.c.turn_id < query.before)
        with self._reading() as connection:
            rows = connection.execute(wanted.order_by(inbox_turn.c.turn_id.desc()).limit(most)).mappings().all()
            return turns_of(connection, rows)

    def counts(self, query: InboxQuery) -> Mapping[Sign | None, int]:
        """How many turns each sign has under the other conditions of a query; its words are left out."""
        sums = [func.coalesce(func.sum(case((column, 1), else_=0)), 0) for column in SIGN_COLUMNS.values()]
        wanted = conditions(query)
        disliked = select(func.count()).select_from(inbox_turn).where(*wanted, inbox_turn.c.turn_id.in_(_disliked()))
        with self._reading() as connection:
            row = connection.execute(select(func.count(), *sums).select_from(inbox_turn).where(*wanted)).one()
            found: dict[Sign | None, int] = dict(zip([None, *SIGN_COLUMNS], row, strict=True))
            return found | {Sign.DISLIKED: connection.execute(disliked).scalar_one()}

    def tags(self) -> list[str]:
        """All that are given, by the alphabet."""
        with self._reading() as connection:
            return list(connection.execute(select(inbox_tag.c.tag).distinct().order_by(inbox_tag.c.tag)).scalars())

    def turns(self, ids: Sequence[int]) -> list[InboxTurn]:
        """Those that are there, in the order of ids."""
        found: list[InboxTurn] = []
        with self._reading() as connection:
            for chunk in in_chunks(sorted(set(ids))):
                query = inbox_rows().where(inbox_turn.c.turn_id.in_(chunk)).order_by(inbox_turn.c.turn_id)
                found += turns_of(connection, connection.execute(query).mappings().all())
        return found

    def said(self, senders: Collection[str]) -> Mapping[str, list[SaidText]]:
        """What the visitors of conversations typed."""
        seen = inbox_turn.c
        place = func.row_number().over(partition_by=seen.sender, order_by=seen.turn_id.desc()).label("place")
        found: dict[str, list[SaidText]] = defaultdict(list)
        with self._reading() as connection:
            for chunk in in_chunks(sorted(set(senders))):
                typed = select(seen.turn_id, seen.gives_name, place).where(seen.sender.in_(chunk), seen.is_typed)
                last = typed.subquery()
                texts = select(turn.c.sender, turn.c.text, last.c.gives_name).join(last, last.c.turn_id == turn.c.id)
                for row in connection.execute(texts.where(last.c.place <= _MOST_SAID).order_by(turn.c.id.desc())):
                    found[row.sender].append(SaidText(row.text, row.gives_name))
        return found

    def conversation(self, sender: str) -> list[SaidTurn]:
        """A conversation, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(select(turn).where(turn.c.sender == sender).order_by(turn.c.number)).all()
            inbox = {found.id: found for found in _inbox_of(connection, sender)}
            thought: dict[str, list[Row[Any]]] = defaultdict(list)
            for row in connection.execute(select(feedback).where(feedback.c.sender == sender)):
                thought[row.message_id].append(row)
        return [_said(row, inbox.get(row.id), thought[row.message_id]) for row in rows]


def conditions(query: InboxQuery) -> list[ColumnElement[bool]]:
    """What `inbox_turn` must be, but for the sign, the words and the page."""
    seen = inbox_turn.c
    found: list[ColumnElement[bool]] = []
    if query.reviewed != "all":
        found.append(seen.reviewed_at.is_(None) if query.reviewed == "open" else seen.reviewed_at.is_not(None))
    if query.assigned_to is not None:
        found.append(seen.assigned_to == query.assigned_to if query.assigned_to else seen.assigned_to.is_(None))
    if query.tag is not None:
        found.append(exists().where(and_(inbox_tag.c.turn_id == seen.turn_id, inbox_tag.c.tag == query.tag)))
    if query.first is not None:
        found.append(seen.asked_at >= query.first)
    if query.until is not None:
        found.append(seen.asked_at < query.until)
    return found


def _sign(sign: Sign | None) -> list[ColumnElement[bool]]:
    if sign is None:
        return []
    return [SIGN_COLUMNS[sign].is_(True) if sign in SIGN_COLUMNS else inbox_turn.c.turn_id.in_(_disliked())]


def _disliked() -> Any:
    """Ids of turns with a thumb down: few thumbs lead to them, while many turns have none."""
    is_its = and_(turn.c.sender == feedback.c.sender, turn.c.message_id == feedback.c.message_id)
    return select(turn.c.id).select_from(feedback.join(turn, is_its)).where(feedback.c.helpful.is_(False))


def _words(words: Sequence[str]) -> list[ColumnElement[bool]]:
    return [turn.c.text.icontains(word, autoescape=True) for word in words]


def _inbox_of(connection: Connection, sender: str) -> list[InboxTurn]:
    rows = connection.execute(inbox_rows().where(inbox_turn.c.sender == sender)).mappings().all()
    return turns_of(connection, rows)


def _said(row: Row[Any], inbox: InboxTurn | None, thought: Sequence[Row[Any]]) -> SaidTurn:
    return SaidTurn(
        row.id, row.number, row.created_at, row.text, row.said_by, row.state, row.button is not None,
        tuple(json.loads(row.replies) if row.replies else ()), trace_of(row.trace), inbox,
        {each.reply: each.helpful for each in thought}, tuple(each.word for each in thought if each.word),
    )  # fmt: skip
