"""Notes of what staff did to a visit, on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clinic.adapters.sql.appointments import SqlAppointmentBook, appointment
from clinic.adapters.sql.engine import open_engine
from clinic.adapters.sql.visit_notes import SqlVisitNotes
from clinic.booking.appointment import Appointment, AppointmentStatus
from clinic.booking.availability import TimeSlot
from clinic.booking.visit_notes import Deed, VisitNote
from tools.migrate import upgrade

NOW = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_notes_come_back_in_order_and_one_change_has_one(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path}/clinic.db" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    upgrade(url)
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(appointment.delete())
    slot = TimeSlot(NOW, NOW + timedelta(minutes=40), "a", "first")
    visit = Appointment("ABCDEFG2", "key", "staff m_1", slot, AppointmentStatus.HELD, NOW, NOW)
    SqlAppointmentBook(engine).hold(visit, [("a", NOW)], NOW)
    notes = SqlVisitNotes(engine)
    moved = VisitNote("ABCDEFG2", 1, Deed.MOVED, "m_2", NOW, "asked by phone")
    booked = VisitNote("ABCDEFG2", 0, Deed.BOOKED, "m_1", NOW)
    for note in (moved, booked, VisitNote("ABCDEFG2", 1, Deed.CANCELLED, "m_3", NOW)):
        notes.add(note)
    assert notes.of("ABCDEFG2") == [booked, moved]
    assert notes.of("ZZZZZZZZ") == []
    engine.dispose()
