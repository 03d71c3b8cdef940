"""The only place where adapters meet use cases; everything is built on first use, never at import."""

from __future__ import annotations

from functools import lru_cache

from clinic.adapters.sql.appointment_requests import SqlRequestStore
from clinic.adapters.sql.engine import open_engine
from clinic.adapters.sql.turns import SqlTurnStore
from clinic.answers.clinic_facts import load_clinic_facts
from clinic.booking import RequestDesk
from clinic.settings import Settings, load_settings


def turn_store(settings: Settings) -> SqlTurnStore:
    """The record of conversations on the clinic's database; does not connect yet, so `web` starts without it."""
    return SqlTurnStore(open_engine(settings.clinic_db_url))


def request_desk(settings: Settings | None = None) -> RequestDesk:
    """The desk on the clinic's database; one a process and database."""
    found = settings or load_settings()
    return _request_desk(found.clinic_db_url, clinic_region())


@lru_cache(maxsize=1)
def clinic_region() -> str:
    """The country whose phone numbers may be written without a country code."""
    return load_clinic_facts().country


# Keyed by what matters: `Settings` holds a mapping and cannot be a key itself.
@lru_cache(maxsize=4)
def _request_desk(url: str, region: str) -> RequestDesk:
    return RequestDesk(SqlRequestStore(open_engine(url)), region=region)
