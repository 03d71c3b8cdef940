"""When the staff can call back, for what the actions say."""

from __future__ import annotations

from datetime import UTC, datetime

from actions.open_desk import Desk
from clinic.answers import load_catalogue
from clinic.booking.errors import BookingUnavailable
from clinic.handoff import callback


def callback_when(desk: Desk) -> str:
    """The approved sentence for how it is now: open, closed, or hours unknown."""
    try:
        found = desk()
    except BookingUnavailable:  # the schedule cannot be read now, and the file's may be out of date
        found = None
    return callback.callback_when(found.timetable if found else None, load_catalogue(), datetime.now(UTC))
