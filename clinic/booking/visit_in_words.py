"""What a visit at a time is called, for the placeholders of mails and pages."""

from __future__ import annotations

from clinic.booking.availability import TimeSlot
from clinic.booking.spoken_times import in_full
from clinic.booking.timetable import Timetable


def visit_in_words(slot: TimeSlot, timetable: Timetable) -> dict[str, str]:
    """Kind of visit, clinician, full date with its zone; `KeyError` where the clinic has dropped one of them."""
    return {
        "visit_title": timetable.visit_type(slot.visit_type).title,
        "visit_clinician": timetable.clinician(slot.clinician).name,
        "visit_when": in_full(slot.start.astimezone(timetable.zone)),
    }
