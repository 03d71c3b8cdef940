"""Changing the schedule: two people do not overwrite each other, and no visit is dropped in silence."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from clinic.adapters.memory import MemoryAppointmentBook
from clinic.adapters.sql.engine import metadata, open_engine
from clinic.adapters.sql.schedules import SqlScheduleStore
from clinic.booking.appointment import Appointment, AppointmentStatus, Patient
from clinic.booking.availability import TimeSlot, cells, free_slots, is_offered
from clinic.booking.schedule_desk import PartChanged, ScheduleDesk, VisitsConcerned
from clinic.booking.schedule_parts import PartKind, SchedulePart, part_of
from clinic.booking.timetable import VisitType
from clinic.booking.timetable_file import TimetableError, load_schedule
from clinic.intake import Contact, ContactKind

NOW = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
HOURS, CLOSED = SchedulePart(PartKind.HOURS), SchedulePart(PartKind.CLOSED)
ONE = SchedulePart(PartKind.CLINICIAN, "demo_one")
FIRST = VisitType("first_visit", "First visit", timedelta(minutes=40), timedelta(minutes=10))
MORNINGS = {day: ["08:00-12:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


class Clinic:
    """A schedule on a database, and a book."""

    def __init__(self, folder: Path) -> None:
        engine = open_engine(f"sqlite:///{folder}/clinic.db")
        metadata.create_all(engine)
        self.book, self.store = MemoryAppointmentBook(), SqlScheduleStore(engine)
        self.desk = ScheduleDesk(self.store, self.book, load_schedule, "US", lambda: NOW)

    def visit(self, hour: int = 14, clinician: str = "demo_one", day: int = 1) -> Appointment:
        """Booked in December, at an hour of New York."""
        start = datetime(2026, 12, day, hour + 5, tzinfo=UTC)
        slot = TimeSlot(start, start + FIRST.length, clinician, FIRST.id)
        key = uuid4().hex
        wished = Appointment(key[:8], key, key, slot, AppointmentStatus.HELD, NOW + timedelta(minutes=10), NOW)
        held = self.book.hold(wished, cells(slot, FIRST), NOW)
        ann = Patient("Ann Example", Contact(ContactKind.EMAIL, "ann@example.org"), "legs")
        return self.book.book(held.reference, ann, cells(slot, FIRST), NOW)

    def save(self, part: SchedulePart, value: Any, seen: int = 0, by: str = "m_1", keeps: bool = False) -> int:
        return self.desk.save(part, value, seen=seen, by=by, keeps_visits=keeps).version

    def says(self, part: SchedulePart) -> Any:
        return part_of(self.desk.current().document, part)


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    return Clinic(tmp_path)


def test_the_clinics_file_is_the_first_schedule(clinic: Clinic) -> None:
    found = clinic.desk.current()
    assert (found.version, found.document, found.by) == (0, load_schedule(), None)


def test_two_people_who_change_different_parts_both_get_their_way(clinic: Clinic) -> None:
    clinic.save(HOURS, MORNINGS)
    days = {"closed_days": ["2026-12-24"], "public_holidays": False}
    assert clinic.save(CLOSED, days, seen=0, by="m_2") == 2
    assert (clinic.says(HOURS), clinic.says(CLOSED)) == (MORNINGS, days)


def test_who_changes_what_another_has_changed_is_told_and_nothing_is_lost(clinic: Clinic) -> None:
    clinic.save(HOURS, MORNINGS)
    with pytest.raises(PartChanged) as told:
        clinic.save(HOURS, {"mon": ["10:00-12:00"]}, seen=0, by="m_2")
    assert (told.value.now.by, clinic.says(HOURS)) == ("m_1", MORNINGS)
    assert clinic.save(HOURS, {"mon": ["10:00-12:00"]}, seen=1, by="m_2", keeps=True) == 2


def test_the_same_form_sent_twice_is_saved_once(clinic: Clinic) -> None:
    assert clinic.save(HOURS, MORNINGS) == clinic.save(HOURS, MORNINGS) == 1


def test_hours_that_leave_a_visit_outside_are_not_saved_until_somebody_says_that_it_stays(clinic: Clinic) -> None:
    inside, outside = clinic.visit(9), clinic.visit(14)
    with pytest.raises(VisitsConcerned) as asked:
        clinic.save(HOURS, MORNINGS)
    assert asked.value.visits == [outside]
    assert clinic.desk.current().version == 0
    clinic.save(HOURS, MORNINGS, keeps=True)
    assert clinic.desk.misfits() == [outside]
    assert clinic.book.find(inside.reference) == inside
    assert clinic.book.find(outside.reference) == outside


def test_what_was_kept_knowingly_is_not_asked_about_again(clinic: Clinic) -> None:
    clinic.visit(14)
    clinic.save(HOURS, MORNINGS, keeps=True)
    assert clinic.save(CLOSED, {"closed_days": [], "public_holidays": True}, seen=1) == 2


def test_a_closed_day_concerns_the_visits_of_that_day_and_cancelled_ones_concern_nobody(clinic: Clinic) -> None:
    visit, gone = clinic.visit(9), clinic.visit(14)
    clinic.book.cancel(gone.reference, NOW)
    with pytest.raises(VisitsConcerned) as asked:
        clinic.save(CLOSED, {"closed_days": ["2026-12-01"], "public_holidays": True})
    assert asked.value.visits == [visit]


def test_a_clinician_who_leaves_is_offered_no_more_and_their_visits_keep_their_names(clinic: Clinic) -> None:
    visit = clinic.visit(9)
    with pytest.raises(VisitsConcerned):
        clinic.save(ONE, None)
    clinic.save(ONE, None, keeps=True)
    table = clinic.desk.timetable(clinic.desk.current())
    assert table.clinician("demo_one").name == "Dr. Demo One"
    assert not is_offered(table, visit.slot, NOW)
    assert "demo_one" not in {slot.clinician for slot in free_slots(table, FIRST, set(), NOW)}
    assert clinic.desk.misfits() == [visit]


def test_a_clinician_who_left_can_come_back(clinic: Clinic) -> None:
    entry = clinic.says(ONE)
    clinic.save(ONE, None)
    clinic.save(ONE, entry, seen=1)
    document = clinic.desk.current().document
    assert (clinic.says(ONE), document["former_clinicians"]) == (entry, [])
    assert [c["id"] for c in document["clinicians"]] == ["demo_two", "demo_sonographer", "demo_one"]


def test_parts_that_do_not_fit_together_are_refused_whoever_saved_first(clinic: Clinic) -> None:
    scan = SchedulePart(PartKind.VISIT_TYPE, "ultrasound")
    with pytest.raises(TimetableError):
        clinic.save(scan, None)  # a clinician still does it
    assert clinic.desk.current().version == 0


def test_a_clinic_without_anything_can_begin_with_the_forms(tmp_path: Path) -> None:
    desk = ScheduleDesk(Clinic(tmp_path).store, MemoryAppointmentBook(), lambda: None, "US", lambda: NOW)
    kind = {"id": "first", "title": "First visit", "minutes": 40, "buffer": 10, "also": []}
    seer = {"id": "a", "name": "Dr. Demo", "visit_types": ["first"]}
    desk.save(HOURS, MORNINGS, seen=0, by="m_1")
    desk.save(SchedulePart(PartKind.VISIT_TYPE, "first"), kind, seen=0, by="m_1")
    desk.save(SchedulePart(PartKind.CLINICIAN, "a"), seer, seen=0, by="m_1")
    table = desk.timetable(desk.current())
    assert len(table.open_on(date(2026, 12, 1), table.clinician("a"))) == 1
