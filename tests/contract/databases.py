"""The databases that every store is tried on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, Table, delete

from clinic.adapters.sql.engine import open_engine
from tools.migrate import upgrade


def migrated(request: pytest.FixtureRequest, folder: Path) -> str:
    """The address of `request.param`, "sqlite" or "postgres", with the newest schema."""
    on_file = f"sqlite:///{folder / 'clinic.db'}"
    url: str = on_file if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    upgrade(url)
    return url


@contextmanager
def database(request: pytest.FixtureRequest, folder: Path, *emptied: Table) -> Iterator[Engine]:
    """The same, opened; PostgreSQL is one for all tests, so a table that must be empty is named."""
    engine = open_engine(migrated(request, folder))
    with engine.begin() as connection:
        for table in emptied:
            connection.execute(delete(table))
    yield engine
    engine.dispose()
