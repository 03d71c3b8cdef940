"""Rows of the inbox's tables and what they stand for; the database's errors by a name that holds no row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select

from clinic.adapters.sql.inbox_tables import inbox_tag, inbox_turn
from clinic.adapters.sql.store import SqlStore
from clinic.adapters.sql.turn_tables import turn
from clinic.review.inbox.model import InboxTurn, InboxUnavailable, Marks, Outcome, Reading, Sign

SIGN_COLUMNS: Mapping[Sign, ColumnElement[bool]] = {
    sign: inbox_turn.c[sign.value] for sign in Sign if sign.value in inbox_turn.c
}
_CHUNK = 500


class SqlInboxPart(SqlStore):
    """What the parts of the inbox's store share: a database, and its errors as `InboxUnavailable`."""

    unavailable = InboxUnavailable


def inbox_rows() -> Select[Any]:
    """Turns of the inbox with their text."""
    return select(inbox_turn, turn.c.text).join(turn, turn.c.id == inbox_turn.c.turn_id)


def turns_of(connection: Connection, rows: Sequence[Mapping[Any, Any]]) -> list[InboxTurn]:
    """Rows of `inbox_rows` as turns, with their tags."""
    tags: dict[int, list[str]] = {}
    for ids in in_chunks([int(row["turn_id"]) for row in rows]):
        query = select(inbox_tag).where(inbox_tag.c.turn_id.in_(ids)).order_by(inbox_tag.c.tag)
        for found in connection.execute(query):
            tags.setdefault(found.turn_id, []).append(found.tag)
    return [_turn(row, tuple(tags.get(row["turn_id"], ()))) for row in rows]


def in_chunks(values: Sequence[Any], size: int = _CHUNK) -> Iterator[Sequence[Any]]:
    """In portions that a statement can take."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def columns_of(reading: Reading) -> dict[str, Any]:
    """What a turn was taken for, as columns."""
    fields = ("topic", "intent", "confidence", "margin", "is_typed", "is_form_answer", "gives_name", "is_form_open")
    signs = {sign.value: sign in reading.signs for sign in SIGN_COLUMNS}
    return {"outcome": reading.outcome.value, **{field: getattr(reading, field) for field in fields}, **signs}


def _turn(row: Mapping[Any, Any], tags: tuple[str, ...]) -> InboxTurn:
    reading = Reading(
        Outcome(row["outcome"]), row["topic"], row["intent"], row["confidence"], row["margin"], row["is_typed"],
        row["is_form_answer"], row["gives_name"], row["is_form_open"],
        frozenset(sign for sign in SIGN_COLUMNS if row[sign.value]),
    )  # fmt: skip
    marks = Marks(row["reviewed_at"], row["reviewed_by"], row["assigned_to"], tags)
    return InboxTurn(row["turn_id"], row["sender"], row["number"], row["asked_at"], row["text"] or "", reading, marks)
