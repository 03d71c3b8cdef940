"""When the staff can call back: the clinic's hours, never a promise that somebody is there."""

from __future__ import annotations

from datetime import UTC, datetime

from actions.open_desk import Desk
from clinic.answers import fill, load_catalogue
from clinic.booking.opening_hours import opening
from clinic.booking.spoken_times import in_full


def callback_when(desk: Desk) -> str:
    """The approved sentence for how it is now: open, closed, or hours unknown."""
    found = desk()
    now = opening(found.timetable, datetime.now(UTC)) if found else None
    if now is None or now.changes_at is None:
        name, values = "utter_callback_hours_unknown", {}
    else:
        name = "utter_callback_open" if now.is_open else "utter_callback_closed"
        values = {"changes_at": in_full(now.changes_at)}
    return fill(load_catalogue().variations(name)[0].text, values)
