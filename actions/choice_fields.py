"""Fields of the forms whose values are the clinic's: kind of visit, clinician, time."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from actions import slots
from actions.guard import Events
from actions.open_desk import Desk
from actions.shown_times import remember, shown_in
from clinic.booking.choices import ANYONE, clinicians_for, read_clinician, read_visit_type, visit_types_in
from clinic.booking.choosing import Shown
from clinic.booking.desk import BookingDesk
from clinic.booking.opening_words import wish_in
from clinic.booking.time_answer import read_time_answer
from clinic.booking.timetable import Timetable
from clinic.booking.wish import Wish
from clinic.intake.errors import FieldError

_INSTEAD = re.compile(r"\b(?:actually|instead|rather|change|prefer)\b", re.IGNORECASE)


def fits(tracker: Tracker, asked: str, text: str, desk: Desk) -> bool:
    """Whether a text holds a value of the asked field, where that depends on what the clinic has."""
    if asked not in (slots.VISIT_TYPE, slots.CLINICIAN, slots.TIME, slots.VISIT_TIME):
        return False
    found = desk()
    if found is None:
        return False
    table = found.timetable
    try:
        if asked == slots.VISIT_TYPE:
            read_visit_type(text, table)
        elif asked == slots.CLINICIAN:
            read_clinician(text, table, tracker.get_slot(slots.VISIT_TYPE))
        else:
            shown, local = shown_in(tracker), datetime.now(UTC).astimezone(table.zone)
            read_time_answer(text, shown.times, shown.wish, local, table.zone)
    except FieldError:
        return False
    return True


def choice_slots(tracker: Tracker, slot: str, said: str, desk: BookingDesk) -> Events:
    """The slots that follow from a kind of visit or a clinician; a time that is held was for the former one."""
    table = desk.timetable
    if slot == slots.VISIT_TYPE:
        visit_type = read_visit_type(said, table)
        wish = wish_in(said, datetime.now(UTC).astimezone(table.zone)) or shown_in(tracker).wish
        return [SlotSet(slot, visit_type), *_clinician_for(visit_type, table), *_without_time(wish)]
    clinician = read_clinician(said, table, tracker.get_slot(slots.VISIT_TYPE))
    return [SlotSet(slot, clinician), *_without_time(shown_in(tracker).wish)]


def other_choice(tracker: Tracker, asked: str, text: str, desk: Desk) -> str | None:
    """The slot that a later message chooses anew: "actually an ultrasound", "I'd rather see Dr. One"."""
    found = desk() if _INSTEAD.search(text) else None
    if found is None or asked in (slots.VISIT_TYPE, slots.CLINICIAN, slots.TIME, slots.REASON):
        return None
    visit_type = tracker.get_slot(slots.VISIT_TYPE)
    if visit_type is None:
        return None
    if len(visit_types_in(text, found.timetable)) == 1:
        return slots.VISIT_TYPE
    try:
        named = read_clinician(text, found.timetable, visit_type)
    except FieldError:
        return None
    return None if named == ANYONE else slots.CLINICIAN


def only_clinician(visit_type: str, table: Timetable) -> str | None:
    """Who sees all patients for this kind of visit, so that nobody needs to ask; `None` where there is a choice."""
    seers = clinicians_for(table, visit_type)
    return seers[0].id if len(seers) == 1 else None


def _clinician_for(visit_type: str, table: Timetable) -> Events:
    return [SlotSet(slots.CLINICIAN, only_clinician(visit_type, table))]


def _without_time(wish: Wish) -> Events:
    return [SlotSet(slots.TIME, None), SlotSet(slots.MISSES, None), remember(Shown(wish=wish))]
