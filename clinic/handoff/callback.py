"""When staff can call back: the clinic's hours, never a promise that somebody is there."""

from __future__ import annotations

from datetime import datetime

from clinic.answers import Catalogue, fill
from clinic.booking.opening_hours import opening
from clinic.booking.spoken_times import in_full
from clinic.booking.timetable import Timetable


def callback_when(timetable: Timetable | None, catalogue: Catalogue, now: datetime) -> str:
    """The approved sentence for how it is at `now` (aware): open, closed, or hours unknown."""
    found = opening(timetable, now) if timetable else None
    if found is None or found.changes_at is None:
        name, values = "utter_callback_hours_unknown", {}
    else:
        name = "utter_callback_open" if found.is_open else "utter_callback_closed"
        values = {"changes_at": in_full(found.changes_at)}
    return fill(catalogue.variations(name)[0].text, values)
