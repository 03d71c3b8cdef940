"""Notes of what staff did to visits, in a database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from sqlalchemy import Column, Connection, DateTime, Engine, ForeignKey, Integer, String, Table, insert, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from clinic.adapters.sql.engine import READS, metadata
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


class SqlVisitNotes:
    """`VisitNotes` over SQLAlchemy: one note for each change of a visit."""

    def __init__(self, engine: Engine) -> None:
        """`engine` from `open_engine`; nothing is connected yet."""
        self._engine = engine

    def add(self, note: VisitNote) -> None:
        """Keep a note; see `VisitNotes`."""
        row = {
            "reference": note.reference, "sequence": note.sequence, "deed": note.deed.value, "by": note.by,
            "at": note.at.astimezone(UTC), "reason": note.reason,
        }  # fmt: skip
        with _named_errors(), suppress(IntegrityError), self._engine.begin() as connection:
            connection.execute(insert(visit_note).values(row))

    def of(self, reference: str) -> list[VisitNote]:
        """The notes of one visit; see `VisitNotes`."""
        wanted = select(visit_note).where(visit_note.c.reference == reference).order_by(visit_note.c.sequence)
        with self._reading() as connection:
            return [
                VisitNote(row["reference"], row["sequence"], Deed(row["deed"]), row["by"], _utc(row["at"]),
                          row["reason"])
                for row in connection.execute(wanted).mappings()
            ]  # fmt: skip

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with _named_errors(), self._engine.execution_options(**READS).begin() as connection:
            yield connection


@contextmanager
def _named_errors() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        # Not chained: the driver's message quotes the row.
        raise BookingUnavailable(f"notes of visits cannot be kept or read: {type(error).__name__}") from None


def _utc(moment: datetime) -> datetime:
    """SQLite gives the time back without its zone; what was written is UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
