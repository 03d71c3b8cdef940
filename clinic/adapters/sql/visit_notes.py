"""Notes of what staff did to visits, in a database."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC

from sqlalchemy import Column, DateTime, ForeignKey, Integer, String, Table, insert, select
from sqlalchemy.exc import IntegrityError

from clinic.adapters.sql.engine import metadata
from clinic.adapters.sql.store import SqlStore, as_utc
from clinic.booking.errors import BookingUnavailable
from clinic.booking.visit_notes import Deed, VisitNote

visit_note = Table(
    "visit_note",
    metadata,
    Column("reference", String(8), ForeignKey("appointment.reference", ondelete="CASCADE"), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("deed", String(16), nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("reason", String(200), nullable=False),
)


class SqlVisitNotes(SqlStore):
    """`VisitNotes` over SQLAlchemy: one note for each change of a visit."""

    unavailable = BookingUnavailable

    def add(self, note: VisitNote) -> None:
        """Keep a note; see `VisitNotes`."""
        row = {
            "reference": note.reference, "sequence": note.sequence, "deed": note.deed.value, "by": note.by,
            "at": note.at.astimezone(UTC), "reason": note.reason,
        }  # fmt: skip
        with suppress(IntegrityError), self._contested() as connection:
            connection.execute(insert(visit_note).values(row))

    def of(self, reference: str) -> list[VisitNote]:
        """The notes of one visit; see `VisitNotes`."""
        wanted = select(visit_note).where(visit_note.c.reference == reference).order_by(visit_note.c.sequence)
        with self._reading() as connection:
            return [
                VisitNote(row["reference"], row["sequence"], Deed(row["deed"]), row["by"], as_utc(row["at"]),
                          row["reason"])
                for row in connection.execute(wanted).mappings()
            ]  # fmt: skip
