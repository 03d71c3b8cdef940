"""The times that were shown, between the conversation's slot and the booking policy; and their buttons."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet

from actions.slots import SHOWN_TIMES
from clinic.booking.availability import TimeSlot, from_text, to_text
from clinic.booking.choosing import Shown
from clinic.booking.spoken_times import in_full, in_short
from clinic.booking.timetable import Timetable
from clinic.booking.wish import Wish


def shown_in(tracker: Tracker) -> Shown:
    """What was shown last; nothing where there was none."""
    found: dict[str, Any] = tracker.get_slot(SHOWN_TIMES) or {}
    near = found.get("near")
    return Shown(
        times=tuple(map(from_text, found.get("times", ()))),
        wish=Wish.from_json(found.get("wish")),
        passed_over=tuple(map(datetime.fromisoformat, found.get("passed_over", ()))),
        near=datetime.fromisoformat(near) if near else None,
    )


def remember(shown: Shown) -> EventType:
    """The event that keeps it."""
    value = {
        "times": [to_text(slot) for slot in shown.times],
        "wish": shown.wish.to_json(),
        "passed_over": [start.isoformat() for start in shown.passed_over],
        "near": shown.near.isoformat() if shown.near else None,
    }
    return SlotSet(SHOWN_TIMES, value)


def buttons_for(times: tuple[TimeSlot, ...], timetable: Timetable, *, names_clinician: bool) -> list[dict[str, str]]:
    """A button for each time: what it sends are the words that somebody would type."""
    found = []
    for slot in times:
        local = slot.start.astimezone(timetable.zone)
        who = f", {timetable.clinician(slot.clinician).name}" if names_clinician else ""
        found.append({"title": f"{in_short(local)}{who}", "payload": in_full(local)})
    return found
