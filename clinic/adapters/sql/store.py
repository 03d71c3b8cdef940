"""What every store on the clinic's database shares: its transactions, and its errors by an area's own name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import ClassVar

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from clinic.adapters.sql.engine import READS


class SqlStore:
    """A database whose errors the area's callers know by one name of theirs."""

    unavailable: ClassVar[type[Exception]]
    """Raised for every error of the database, with the kind of the fault as its only argument."""

    def __init__(self, engine: Engine) -> None:
        """`engine` from `open_engine`; nothing is connected yet, and the tables must exist."""
        self._engine = engine

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with self._named_errors(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _contested(self) -> Iterator[Connection]:
        """A transaction that lets `IntegrityError` through: somebody else was first, which its caller takes as news."""
        with self._named_errors(but=IntegrityError), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """A transaction that writes nothing and waits for no writer."""
        with self._named_errors(), self._engine.execution_options(**READS).begin() as connection:
            yield connection

    @contextmanager
    def _named_errors(self, but: type[SQLAlchemyError] | tuple[()] = ()) -> Iterator[None]:
        try:
            yield
        except but:
            raise
        except SQLAlchemyError as error:
            # Not chained: the driver's message may quote a row, and that is a patient's.
            raise self.unavailable(type(error).__name__) from None

    def _insert(self, table: Table) -> postgresql.Insert | sqlite.Insert:
        """An insert that can say what to do about a row that is there already."""
        return postgresql.insert(table) if self._engine.dialect.name == "postgresql" else sqlite.insert(table)


def as_utc(moment: datetime) -> datetime:
    """SQLite gives a moment back without its zone; what was written is UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
