"""Bring the clinic's database to the newest schema."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import make_url

from clinic.settings import ROOT, load_settings


def main() -> None:
    """Idempotent; creates the SQLite file and its folder where needed."""
    url = load_settings().clinic_db_url
    upgrade(url)


def upgrade(url: str) -> None:
    """Run all migrations against `url`."""
    database = make_url(url).database
    if url.startswith("sqlite") and database:
        (ROOT / database).parent.mkdir(parents=True, exist_ok=True)
    command.upgrade(config_of(url), "head")


def config_of(url: str) -> Config:
    """What Alembic's commands need to work on `url`."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "ops" / "migrations"))
    config.attributes["url"] = url
    return config


if __name__ == "__main__":
    main()
