"""The calendar files are what a mail program expects: read back by the library, whatever the names hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from clinic.adapters.calendar_file import Organizer, calendar_file
from clinic.booking.appointment import Appointment, AppointmentStatus, EventKind, Patient
from clinic.booking.availability import TimeSlot
from clinic.booking.timetable import Clinician, OpenInterval, Timetable, VisitType
from clinic.intake import Contact, ContactKind

TABLE = Timetable(
    zone=ZoneInfo("America/New_York"), hours={0: (OpenInterval(time(9), time(12)),)},
    clinicians=(Clinician("a", "Dr. A, MD; RPVI", frozenset({"first"})),),
    visit_types=(VisitType("first", "First visit", timedelta(minutes=40)),),
)  # fmt: skip
CLINIC = Organizer("Truffles, Vein Specialists", "visits@clinic.example", "1 Main St; Suite 2\nTown")
NOW = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)


def appointment(start: datetime, **changes: object) -> Appointment:
    slot = TimeSlot(start, start + timedelta(minutes=40), "a", "first")
    name = 'Zo\u00eb "Z" O\'Neil\r\nATTENDEE:mailto:x@y.z'
    person = Patient(name, Contact(ContactKind.EMAIL, "zoe@example.org"), "rls")
    found = Appointment("ABCD2345", "k", "s", slot, AppointmentStatus.BOOKED, NOW, NOW, patient=person)
    return replace(found, **changes)  # type: ignore[arg-type]


def read(found: Appointment, kind: EventKind = EventKind.BOOKED) -> Calendar:
    calendar = Calendar.from_ical(calendar_file(found, kind, NOW, TABLE, CLINIC))
    assert isinstance(calendar, Calendar)
    return calendar


@pytest.mark.parametrize("start", [datetime(2026, 12, 1, 14, 0, tzinfo=UTC), datetime(2027, 3, 14, 13, 0, tzinfo=UTC)])
def test_the_time_is_the_clinics_wall_clock_with_its_zone_in_the_file(start: datetime) -> None:
    calendar = read(appointment(start))
    (event,), (zone,) = calendar.walk("VEVENT"), calendar.walk("VTIMEZONE")
    assert {part.name for part in zone.subcomponents} == {"STANDARD", "DAYLIGHT"}
    assert event["dtstart"].dt == start
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(minutes=40)
    assert event["dtstart"].params["TZID"] == zone["tzid"] == "America/New_York"


def test_a_change_and_a_cancellation_are_of_the_same_event() -> None:
    start = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
    files = [read(appointment(start)), read(appointment(start + timedelta(days=1), sequence=1), EventKind.MOVED),
             read(appointment(start, sequence=2), EventKind.CANCELLED)]  # fmt: skip
    events = [calendar.walk("VEVENT")[0] for calendar in files]
    assert len({event["uid"] for event in events}) == 1
    assert [event["sequence"] for event in events] == [0, 1, 2]
    assert [str(calendar["method"]) for calendar in files] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [str(event["status"]) for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]


def test_names_with_quotes_commas_and_line_breaks_stay_text_and_the_reason_stays_out() -> None:
    raw = calendar_file(appointment(datetime(2026, 12, 1, 14, 0, tzinfo=UTC)), EventKind.BOOKED, NOW, TABLE, CLINIC)
    (event,) = Calendar.from_ical(raw).walk("VEVENT")
    assert str(event["attendee"]) == "mailto:zoe@example.org"
    assert str(event["location"]) == "1 Main St; Suite 2\nTown"
    assert b"rls" not in raw.lower().replace(b"rls assistant", b"")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
