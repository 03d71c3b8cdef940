"""What missed messages mean, as vectors in SQL: encoded once, gone with their turn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sqlalchemy import Select, exists, func, select

from clinic.adapters.sql.inbox import conditions
from clinic.adapters.sql.inbox_rows import SqlInboxPart, in_chunks, inbox_rows, turns_of
from clinic.adapters.sql.inbox_tables import inbox_turn, inbox_vector
from clinic.adapters.sql.turn_tables import turn
from clinic.review.inbox.model import InboxQuery, InboxTurn
from clinic.review.inbox.ports import Floats

_STORED = np.float16


class SqlMissedVectors(SqlInboxPart):
    """`MissedVectors` over SQLAlchemy."""

    def missing(self, most: int) -> list[tuple[int, str]]:
        """Missed messages without a vector, the newest first."""
        query = _missing(select(turn.c.id, turn.c.text).join(inbox_turn, inbox_turn.c.turn_id == turn.c.id))
        with self._reading() as connection:
            rows = connection.execute(query.order_by(inbox_turn.c.turn_id.desc()).limit(most)).all()
            return [(row.id, row.text) for row in rows]

    def count_missing(self) -> int:
        """How many there are."""
        with self._reading() as connection:
            return int(connection.execute(_missing(select(func.count()).select_from(inbox_turn))).scalar_one())

    def keep(self, found: Mapping[int, str], vectors: Floats) -> None:
        """Keep vectors, but for those of turns that were erased or say something else by now."""
        stored = {each: vector.astype(_STORED).tobytes() for each, vector in zip(found, vectors, strict=True)}
        with self._transaction() as connection:
            for ids in in_chunks(sorted(found)):
                still = select(turn.c.id, turn.c.text).where(turn.c.id.in_(ids)).order_by(turn.c.id)
                same = {
                    row.id for row in connection.execute(still.with_for_update(read=True, key_share=True))
                    if row.text == found[row.id]
                }  # fmt: skip
                rows = [{"turn_id": each, "vector": stored[each]} for each in sorted(same)]
                if rows:
                    connection.execute(self._insert(inbox_vector).on_conflict_do_nothing(), rows)

    def of(self, query: InboxQuery, most: int) -> tuple[list[InboxTurn], Floats]:
        """The newest missed messages of a query that have a vector, and these."""
        wanted = inbox_rows().add_columns(inbox_vector.c.vector).join(
            inbox_vector, inbox_vector.c.turn_id == inbox_turn.c.turn_id
        )  # fmt: skip
        wanted = wanted.where(inbox_turn.c.missed, *conditions(query)).order_by(inbox_turn.c.turn_id.desc())
        with self._reading() as connection:
            rows = connection.execute(wanted.limit(most)).mappings().all()
            turns = turns_of(connection, rows)
        vectors = [np.frombuffer(row["vector"], dtype=_STORED) for row in rows]
        return turns, np.array(vectors, dtype=np.float32) if vectors else np.zeros((0, 0), dtype=np.float32)


def _missing(query: Select[Any]) -> Select[Any]:
    has_none = ~exists().where(inbox_vector.c.turn_id == inbox_turn.c.turn_id)
    return query.where(inbox_turn.c.missed, has_none)
