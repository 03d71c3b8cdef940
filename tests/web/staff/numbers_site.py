"""The numbers pages on a database of their own, with a made-up month in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from clinic.adapters.sql.engine import open_engine
from clinic.adapters.sql.numbers import SqlNumbers
from clinic.answers import load_catalogue
from clinic.booking.timetable_file import load_timetable
from clinic.review.numbers.desk import NumbersDesk
from tests.contract.made_up_turns import make_up, with_tables
from tests.web.staff.signed_in import StaffSite, fresh_database, staff_site
from web.staff.numbers.routes import numbers_routes

NOW = datetime(2026, 6, 17, 16, 0, tzinfo=UTC)  # noon in New York


def numbers_desk(engine: Engine) -> NumbersDesk:
    """The desk, at noon of a summer day in New York."""
    with_tables(engine)
    store = SqlNumbers(engine)
    return NumbersDesk(store, load_timetable, load_catalogue().title_of, now=lambda: NOW)


@contextmanager
def numbers_site(folder: Path, turns: int = 0, public_url: str | None = None) -> Iterator[StaffSite]:
    """The site; `turns`: how many were said in the last two months."""
    url = fresh_database(folder)
    engine = open_engine(url)
    desk = numbers_desk(engine)
    if turns:
        make_up(engine, turns, 60, NOW, length=5)
    settings = {"PUBLIC_URL": public_url} if public_url else None
    with staff_site(lambda a, p: numbers_routes(a, p, lambda: desk), database=url, settings=settings) as site:
        yield site
    engine.dispose()
