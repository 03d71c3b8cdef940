"""A visit for those who read of it: in words for mails, pages and replies, and as data beside a reply."""

from __future__ import annotations

from clinic.booking.appointment import Appointment
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


def visit_as_data(visit: Appointment, timetable: Timetable) -> dict[str, str]:
    """A booked or cancelled visit as the reply metadata has it: ISO 8601 by the clinic's clock; `KeyError` as above."""
    slot, zone = visit.slot, timetable.zone
    return {
        "reference": visit.reference,
        "status": visit.status.value,
        "title": timetable.visit_type(slot.visit_type).title,
        "clinician": timetable.clinician(slot.clinician).name,
        "start": slot.start.astimezone(zone).isoformat(),
        "end": slot.end.astimezone(zone).isoformat(),
        "time_zone": zone.key,
    }
