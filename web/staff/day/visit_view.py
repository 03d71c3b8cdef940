"""What the pages of one visit show."""

from __future__ import annotations

from typing import Any

from clinic.booking.appointment import Appointment, AppointmentStatus
from clinic.booking.front_desk import FrontDesk
from clinic.booking.spoken_times import in_full
from web.staff.day.calendar import line_of
from web.staff.day.parts import DayDesks
from web.staff.day.words import DEEDS, LETTERS, clinician_name, hears_by

CHANGED = "Somebody has changed this visit since you opened the page. This is how it is now; nothing else was done."
OVER = "This visit has begun or is over, so it cannot be changed any more."


def facts(front: FrontDesk, found: Appointment) -> dict[str, Any]:
    """A visit as it stands, and what can be done about it."""
    is_ahead = found.slot.start > front.now()
    patient = found.patient
    return {
        "visit": found, "line": line_of(found, front.timetable), "patient": patient,
        "when": in_full(found.slot.start.astimezone(front.timetable.zone)),
        "can_change": is_ahead and found.status is AppointmentStatus.BOOKED,
        "can_be_missed": not is_ahead and found.status is AppointmentStatus.BOOKED,
        "was_missed": found.status is AppointmentStatus.NO_SHOW,
        "hears_by": hears_by(found),
    }  # fmt: skip


def history(front: FrontDesk, found: Appointment, desks: DayDesks) -> list[dict[str, Any]]:
    """What became of a visit, oldest first."""
    zone = front.timetable.zone
    lines = []
    for change in front.history(found.reference):
        before = change.freed
        lines.append({
            "at": change.at, "deed": DEEDS[change.deed],
            "by": desks.names(change.note.by) if change.note else "The patient",
            "reason": change.note.reason if change.note else "",
            "before": in_full(before.start.astimezone(zone)) if before else "",
            "with": clinician_name(front.timetable, before.clinician) if before else "",
            "mail": LETTERS[change.mail] if change.mail else "",
        })  # fmt: skip
    return lines
