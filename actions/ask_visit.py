"""What the form for a booked visit asks with real times and facts: a new time, and whether it is right."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import slots
from actions.ask_choices import show_times
from actions.guard import Events, never_silent
from actions.open_desk import Desk, open_desk
from actions.visit_proof import proven_visit
from clinic.booking.availability import from_text
from clinic.booking.spoken_times import in_full
from clinic.booking.visit_in_words import visit_in_words
from clinic.bootstrap.booking import booking_desk

Domain = dict[str, Any]


class AskVisitTime(Action):
    """The new time: with the same clinician, unless anyone will do."""

    unavailable = "utter_visit_unavailable"

    def __init__(self, desk: Desk = booking_desk) -> None:
        """`desk` is asked for on use."""
        self._desk = desk

    def name(self) -> str:
        """As in the domain."""
        return "action_ask_visit_time"

    @never_silent
    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Events:
        """The times that are free for this visit."""
        desk = open_desk(self._desk)
        visit = await asyncio.to_thread(proven_visit, tracker, desk)
        clinician = tracker.get_slot(slots.VISIT_CLINICIAN) or visit.slot.clinician
        return await show_times(desk, dispatcher, tracker, visit.slot.visit_type, clinician)

    def after_failure(self, tracker: Tracker) -> Events:
        """Nothing was asked, so nothing may be taken for its answer: the next message begins anew."""
        return [SlotSet(slots.REQUESTED_SLOT, slots.VISIT_WISH)]


class AskVisitConfirmed(Action):
    """The read-back: what will be cancelled, or what will become of what."""

    unavailable = "utter_visit_unavailable"

    def __init__(self, desk: Desk = booking_desk) -> None:
        """`desk` is asked for on use."""
        self._desk = desk

    def name(self) -> str:
        """As in the domain."""
        return "action_ask_visit_confirmed"

    @never_silent
    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Events:
        """Both times in full, for a move."""
        desk = open_desk(self._desk)
        visit = await asyncio.to_thread(proven_visit, tracker, desk)
        values = visit_in_words(visit.slot, desk.timetable)
        wanted = tracker.get_slot(slots.VISIT_TIME)
        if wanted:
            slot = from_text(wanted)
            values["new_when"] = in_full(slot.start.astimezone(desk.timetable.zone))
            values["new_clinician"] = desk.timetable.clinician(slot.clinician).name
        wish = tracker.get_slot(slots.VISIT_WISH)
        dispatcher.utter_message(response=f"utter_ask_visit_confirmed_{wish}", **values)
        return []

    def after_failure(self, tracker: Tracker) -> Events:
        """Nothing was asked, so nothing may be taken for its answer: the next message begins anew."""
        return [SlotSet(slots.REQUESTED_SLOT, slots.VISIT_WISH)]
