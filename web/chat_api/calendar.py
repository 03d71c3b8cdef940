"""The calendar file of a visit, for the session that has booked it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from clinic.adapters.calendar_file import Organizer, calendar_file
from clinic.booking.appointment import AppointmentStatus, EventKind
from clinic.booking.desk import BookingDesk

CalendarOf = Callable[[str, str], bytes | None]
"""The file for a reference and a sender, `None` without such a visit; blocks, raises `BookingUnavailable`."""


def calendar_of(desk: Callable[[], BookingDesk | None], organizer: Organizer) -> CalendarOf:
    """Files with the UID of the mails', so that a visit is one event in the visitor's calendar."""

    def file(reference: str, sender: str) -> bytes | None:
        at = desk()
        found = at.own(reference, sender) if at else None
        if at is None or found is None or found.status is not AppointmentStatus.BOOKED:
            return None
        return calendar_file(found, EventKind.BOOKED, datetime.now(UTC), at.timetable, organizer)

    return file
