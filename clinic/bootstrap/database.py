"""The clinic's database and the record of conversations on it."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import Engine

from clinic.adapters.sql.engine import open_engine
from clinic.adapters.sql.turns import SqlTurnStore
from clinic.settings import Settings


def turn_store(settings: Settings) -> SqlTurnStore:
    """The record of conversations on the clinic's database; does not connect yet, so `web` starts without it."""
    return SqlTurnStore(open_engine(settings.clinic_db_url))


# Keyed by what matters: `Settings` holds a mapping and cannot be a key itself.
@lru_cache(maxsize=4)
def engine_of(url: str) -> Engine:
    """One engine a process and database; does not connect yet."""
    return open_engine(url)
