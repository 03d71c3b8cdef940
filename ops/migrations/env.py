"""Alembic's entry: the schema is the tables that `clinic.adapters.sql` declares."""

from __future__ import annotations

from alembic import context

import clinic.adapters.sql.appointment_requests
import clinic.adapters.sql.appointments
import clinic.adapters.sql.attempts
import clinic.adapters.sql.busy_times
import clinic.adapters.sql.change_set_tables
import clinic.adapters.sql.drafts_tables
import clinic.adapters.sql.emergencies
import clinic.adapters.sql.handoff_tables
import clinic.adapters.sql.inbox_tables
import clinic.adapters.sql.numbers_tables
import clinic.adapters.sql.release_tables
import clinic.adapters.sql.schedules
import clinic.adapters.sql.staff_tables
import clinic.adapters.sql.turn_tables
import clinic.adapters.sql.visit_notes
import clinic.adapters.sql.waiting_list_tables  # noqa: F401  # all register their tables
from clinic.adapters.sql.engine import metadata, open_engine
from clinic.settings import load_settings


def run() -> None:
    """Migrate in one transaction."""
    url = context.config.attributes.get("url") or load_settings().clinic_db_url
    engine = open_engine(url)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()  # a connection left open writes its log into the file when it is collected, whenever that is


run()
