"""One engine a process, with the database's own safeguards switched on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, MetaData, create_engine, event

metadata = MetaData()

READS = {"only_reads": True}
"""Execution options of a transaction that writes nothing: on SQLite it waits for no writer and holds none up."""

_BUSY_MILLISECONDS = 2_000
_STATEMENT_MILLISECONDS = 5_000


def open_engine(url: str) -> Engine:
    """The engine for `url`, without connecting yet.

    SQLite: WAL, foreign keys, writers queue for at most 2 s, every transaction takes the write lock at its start,
    but for those with `READS`.
    PostgreSQL: 2 s to connect, 5 s a statement. Rows never stand in an error's text.
    """
    if url.startswith("sqlite"):
        arguments: dict[str, Any] = {"timeout": _BUSY_MILLISECONDS / 1000, "check_same_thread": False}
        engine = create_engine(url, hide_parameters=True, connect_args=arguments)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    options = f"-c statement_timeout={_STATEMENT_MILLISECONDS}"
    arguments = {"connect_timeout": 2, "options": options}
    return create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=10, connect_args=arguments)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_MILLISECONDS}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    only_reads = connection.get_execution_options().get("only_reads")
    connection.exec_driver_sql("BEGIN DEFERRED" if only_reads else "BEGIN IMMEDIATE")
