"""Where huey keeps its queue: `JOBS_DB_URL`."""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from pathlib import Path
from typing import Any

import psycopg
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.exceptions import ConfigurationError
from huey.serializer import SignedSerializer
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from clinic.settings import Settings, SettingsError

_WANTED = (
    "JOBS_DB_URL must read sqlite:///FILE, postgresql+psycopg://USER:PASSWORD@HOST/DATABASE or redis://HOST/NUMBER"
)


class QueueUnavailable(Exception):
    """The queue's store does not answer; trying again later is worth it."""


def open_queue(settings: Settings) -> Huey:
    """The queue of this clinic's worker; raises `SettingsError` for an address that cannot be one.

    Its name comes from key and database of the clinic: workers of one clinic share it, those of two never do, whatever
    else they share. Messages are pickles in huey, so each is signed: whoever can only write to the store runs no code.
    Raises `QueueUnavailable`.
    """
    try:
        return _open(settings.jobs_db_url, {
            "name": f"clinic-{_keyed(settings, settings.clinic_db_url)[:16]}",
            "serializer": SignedSerializer(_keyed(settings, "signature")),
            "results": False,
        })  # fmt: skip
    except (sqlite3.Error, psycopg.Error, OSError) as error:
        # Not chained: the driver's message may quote the password.
        raise QueueUnavailable(f"the queue of JOBS_DB_URL cannot be opened: {type(error).__name__}") from None


def _keyed(settings: Settings, text: str) -> str:
    return hmac.new(settings.secret_key.encode(), f"worker queue: {text}".encode(), hashlib.sha256).hexdigest()


def _open(address: str, options: dict[str, Any]) -> Huey:
    url = _read(address)
    backend = url.get_backend_name()
    if backend == "sqlite" and url.database not in (None, "", ":memory:"):
        file = Path(str(url.database))
        file.parent.mkdir(parents=True, exist_ok=True)
        return SqliteHuey(filename=str(file), **options)
    if backend == "postgresql":
        return PostgresHuey(dsn=url.set(drivername=backend).render_as_string(hide_password=False), **options)
    if backend in ("redis", "rediss"):
        return _on_redis(address, options)
    raise SettingsError(_WANTED)


def _read(address: str) -> URL:
    try:
        return make_url(address)
    except (ArgumentError, ValueError):
        raise SettingsError(_WANTED) from None


def _on_redis(address: str, options: dict[str, Any]) -> Huey:
    try:
        return RedisHuey(url=address, **options)
    except ConfigurationError:
        raise SettingsError(
            "JOBS_DB_URL names Redis, and the Python package `redis` is not installed; leave it out for a SQLite file"
        ) from None
