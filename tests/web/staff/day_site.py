"""The day's pages and the clinic's set-up on a real database, with a clock that a test moves."""

from __future__ import annotations

import time as clock
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from clinic.adapters.memory import MemoryAttempts
from clinic.adapters.sql.appointments import SqlAppointmentBook
from clinic.adapters.sql.emergencies import SqlEmergencies
from clinic.adapters.sql.engine import open_engine
from clinic.adapters.sql.schedules import SqlScheduleStore
from clinic.adapters.sql.staff_accounts import SqlAccounts
from clinic.adapters.sql.staff_record import SqlRecord
from clinic.adapters.sql.turns import SqlTurnStore
from clinic.adapters.sql.visit_notes import SqlVisitNotes
from clinic.booking.appointment import Appointment, EventTarget
from clinic.booking.availability import TimeSlot
from clinic.booking.desk import BookingDesk
from clinic.booking.front_desk import FrontDesk, with_no_lead
from clinic.booking.schedule_desk import ScheduleDesk
from clinic.review.inbox.emergencies import EmergencyDesk
from clinic.turns import TurnState
from tests.web.staff.signed_in import StaffSite, fresh_database, staff_site
from web.staff.clinic_setup.routes import ClinicDesks, clinic_routes
from web.staff.day.parts import DayDesks
from web.staff.day.routes import day_routes

MONDAY = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)  # 9:00 AM in New York
GIVEN: dict[str, Any] = {
    "time_zone": "America/New_York",
    "hours": {day: ["09:00-12:00", "13:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
    "public_holidays": True, "closed_days": ["2026-12-24"], "lead_hours": 4, "horizon_days": 60, "hold_minutes": 10,
    "start_every_minutes": 15, "remind_hours_before": 24,
    "visit_types": [
        {"id": "first", "title": "First visit", "minutes": 40, "buffer": 10, "also": ["new patient"]},
        {"id": "scan", "title": "Vein scan", "minutes": 30, "buffer": 0},
    ],
    "clinicians": [
        {"id": "a", "name": "Dr. Demo One", "visit_types": ["first"]},
        {"id": "b", "name": "Dr. Demo Two", "visit_types": ["first", "scan"], "hours": {"tue": ["09:00-11:00"]}},
    ],
}  # fmt: skip


@dataclass
class DaySite:
    """The desks behind the pages; `has_schedule`: whether the clinic has given any times."""

    url: str
    now: datetime = MONDAY
    has_schedule: bool = True
    site: StaffSite = field(init=False)

    def __post_init__(self) -> None:
        self.engine = open_engine(self.url)
        self.book = SqlAppointmentBook(self.engine, (EventTarget.MAIL, EventTarget.WAITING_LIST))
        self.turns = SqlTurnStore(self.engine)
        self.record = SqlRecord(self.engine)

    def name_of(self, by: str) -> str:
        found = SqlAccounts(self.engine, self.record).find(by)
        return found.member.name if found else by

    def schedule(self) -> ScheduleDesk:
        given = GIVEN if self.has_schedule else None
        return ScheduleDesk(SqlScheduleStore(self.engine), self.book, lambda: given, "US", lambda: self.now)

    def desk(self) -> BookingDesk:
        """As the chat has it."""
        table = self.schedule().timetable(self.schedule().current())
        return BookingDesk(self.book, table, MemoryAttempts(), now=lambda: self.now)

    def front(self) -> FrontDesk | None:
        current = self.schedule().current()
        if not current.document["clinicians"]:
            return None
        table = with_no_lead(self.schedule().timetable(current))
        desk = BookingDesk(self.book, table, MemoryAttempts(), now=lambda: self.now)
        return FrontDesk(self.book, desk, SqlVisitNotes(self.engine), now=lambda: self.now)

    def emergencies(self) -> EmergencyDesk:
        return EmergencyDesk(SqlEmergencies(self.engine), lambda text: text.replace("Ann", "[name]"), self.record)

    def slot(self, hour: int = 10, day: int = 1, clinician: str = "a", minute: int = 0) -> TimeSlot:
        """A first visit in December, on the clinic's clock."""
        start = datetime(2026, 12, day, hour + 5, minute, tzinfo=UTC)
        return TimeSlot(start, start + timedelta(minutes=40), clinician, "first")

    def booked(self, slot: TimeSlot | None = None, name: str = "Ann Example", contact: str = "ann@example.org",
               ) -> Appointment:  # fmt: skip
        """As a patient books in the chat."""
        sender = uuid4().hex
        held = self.desk().hold(uuid4().hex, sender, slot or self.slot())
        return self.desk().book(held.reference, sender, name=name, contact=contact, reason="restless legs")

    def alarm(self, words: str = "Ann has chest pain", kind: str = "emergency", topic: str = "heart_lungs",
              at: float | None = None) -> str:  # fmt: skip
        """A conversation with an alarm, as `web` records it; its sender."""
        sender, moment = uuid4().hex, clock.time() if at is None else at
        self.turns.note_alarm(sender, f"{kind}_{topic}", moment)
        turn, _ = self.turns.add(sender, "m1", words, moment, moment + 20)
        self.turns.take(sender, turn.number, moment, moment + 20)
        reply = {"text": "Call 911 now.", "buttons": [], "metadata": {"kind": kind, "topic": topic}}
        trace = {"triage": {"intent": f"{kind}_{topic}"}}
        self.turns.finish(sender, turn.number, TurnState.DONE, [reply], trace, moment + 1)
        return sender


@contextmanager
def day_site(folder: Path, **settings: str) -> Iterator[DaySite]:
    """Pages with real sessions; see `tests.web.staff.signed_in`."""
    place = DaySite(fresh_database(folder))
    day = DayDesks(place.front, place.emergencies, place.record, place.name_of)
    setup = ClinicDesks(place.schedule, place.record, place.name_of)
    with staff_site(
        lambda access, pages: day_routes(access, pages, day),
        lambda access, pages: clinic_routes(access, pages, setup),
        database=place.url, settings=settings,
    ) as site:  # fmt: skip
        place.site = site
        yield place
    place.engine.dispose()
