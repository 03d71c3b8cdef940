"""How the appointment form begins: what for, and what the opening words tell already."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import slots
from actions.choice_fields import only_clinician
from actions.guard import Events
from actions.latest_message import LatestMessage
from actions.open_desk import Desk
from actions.shown_times import remember
from clinic.booking.choices import visit_types_in
from clinic.booking.choosing import Shown
from clinic.booking.opening_words import wish_in, wishing_sentences
from clinic.booking.purpose import Purpose
from clinic.booking.timetable import Timetable

_WISHES_A_VISIT = "book_appointment"


def start_of(dispatcher: CollectingDispatcher, tracker: Tracker, message: LatestMessage, desk: Desk) -> Events:
    """The first events of a run; one that an emergency broke off goes on with what it had."""
    run = tracker.get_slot(slots.FORM_RUN) or uuid.uuid4().hex
    found: Events = [SlotSet(slots.FORM_RUN, run), SlotSet(slots.CONFIRMED, None), SlotSet(slots.MISSES, None)]
    purpose = tracker.get_slot(slots.PURPOSE)
    # A button goes on with what was broken off; words for a visit mean a visit.
    if purpose is not None and (message.intent != _WISHES_A_VISIT or message.text.startswith("/")):
        return [*found, SlotSet(slots.PURPOSE, purpose)]
    open_desk = desk()
    if open_desk is None:
        dispatcher.utter_message(response="utter_appointment_takes_requests")
        return [*found, SlotSet(slots.PURPOSE, Purpose.CALLBACK.value)]
    found.append(SlotSet(slots.PURPOSE, Purpose.VISIT.value))
    return found if message.text.startswith("/") else [*found, *_told_already(tracker, message, open_desk.timetable)]


def _told_already(tracker: Tracker, message: LatestMessage, table: Timetable) -> list[EventType]:
    """Kind of visit and wish for a time in "can I book an ultrasound on Tuesday afternoon?"."""
    found: list[EventType] = []
    named = visit_types_in(". ".join(wishing_sentences(message.text)), table)
    if len(named) == 1 and named[0].id != tracker.get_slot(slots.VISIT_TYPE):
        found.append(SlotSet(slots.VISIT_TYPE, named[0].id))
        found.append(SlotSet(slots.CLINICIAN, only_clinician(named[0].id, table)))
    wish = wish_in(message.text, datetime.now(UTC).astimezone(table.zone))
    if wish is not None:
        found.append(remember(Shown(wish=wish)))
    # A time that was held before an emergency stays, unless something else is wished now.
    return [*found, SlotSet(slots.TIME, None)] if found else []
