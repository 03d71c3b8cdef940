"""Letters lead to the visit's page, and give its reference to nobody but the one they are for."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from clinic.adapters.calendar_file import Organizer
from clinic.adapters.letters import ApprovedLetters
from clinic.answers import load_catalogue
from clinic.answers.clinic_facts import load_clinic_facts
from clinic.booking.appointment import Appointment, AppointmentEvent, AppointmentStatus, EventKind, Patient
from clinic.booking.availability import TimeSlot
from clinic.booking.links import VisitLinks
from clinic.booking.post_office import Letter
from clinic.booking.timetable import Clinician, OpenInterval, Timetable, VisitType
from clinic.intake import Contact, ContactKind

TABLE = Timetable(
    zone=ZoneInfo("America/New_York"), hours={0: (OpenInterval(time(9), time(12)),)},
    clinicians=(Clinician("a", "Dr. A", frozenset({"first"})),),
    visit_types=(VisitType("first", "First visit", timedelta(minutes=40)),),
)  # fmt: skip
NOW = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
START = datetime(2026, 12, 7, 14, 0, tzinfo=UTC)
VISIT = Appointment(
    "ABCD2345", "a key", "s", TimeSlot(START, START + timedelta(minutes=40), "a", "first"), AppointmentStatus.BOOKED,
    NOW, NOW, patient=Patient("Ann Example", Contact(ContactKind.EMAIL, "ann@example.org"), "restless legs"),
)  # fmt: skip
LINKS = VisitLinks("k" * 40, "https://clinic.example")
MAILED = [kind for kind in EventKind if kind is not EventKind.NO_SHOW]


def written(kind: EventKind, links: VisitLinks | None = LINKS, visit: Appointment = VISIT) -> Letter:
    organizer = Organizer("Truffles Vein Specialists", "visits@clinic.example")
    letters = ApprovedLetters(load_catalogue(), load_clinic_facts(), TABLE, organizer, links)
    found = letters.write(AppointmentEvent(visit.reference, kind, visit.sequence, NOW, NOW), visit)
    assert found is not None
    return found


@pytest.mark.parametrize("kind", [EventKind.BOOKED, EventKind.MOVED, EventKind.REMINDER])
def test_a_letter_about_a_coming_visit_has_its_link(kind: EventKind) -> None:
    token = re.search(r"https://clinic\.example/visits/(\S+)", written(kind).text)
    assert token is not None
    assert LINKS.reference_of(token[1]) == VISIT.reference


@pytest.mark.parametrize("kind", MAILED)
def test_without_links_no_letter_speaks_of_one(kind: EventKind) -> None:
    letter = written(kind, links=None)
    assert "{" not in letter.subject + letter.text
    assert "this page" not in letter.text
    assert VISIT.reference in letter.text


def test_nobody_gets_a_letter_that_they_did_not_come() -> None:
    letters = ApprovedLetters(
        load_catalogue(), load_clinic_facts(), TABLE, Organizer("Clinic", "visits@clinic.example")
    )
    missed = replace(VISIT, status=AppointmentStatus.NO_SHOW)
    assert letters.write(AppointmentEvent(VISIT.reference, EventKind.NO_SHOW, 1, NOW, NOW), missed) is None


@pytest.mark.parametrize("kind", MAILED)
def test_what_others_see_of_a_letter_does_not_lead_to_the_reference(kind: EventKind) -> None:
    letter = written(kind)
    seen = letter.message_id.encode() + (letter.calendar or b"")
    assert VISIT.reference.lower().encode() not in seen.lower().replace(b"\r\n ", b"")


def test_the_name_of_a_visit_in_calendars_is_its_own_and_stays() -> None:
    moved = replace(VISIT, sequence=3, slot=replace(VISIT.slot, start=START + timedelta(hours=1)))
    assert moved.outer_id == VISIT.outer_id
    others = [replace(VISIT, reference="ABCD2346"), replace(VISIT, hold_key="another key")]
    assert len({VISIT.outer_id, *(other.outer_id for other in others)}) == 3
    ids = [
        written(kind, visit=visit).message_id
        for kind in (EventKind.BOOKED, EventKind.MOVED)
        for visit in (VISIT, moved)
    ]
    assert len(set(ids)) == 4
