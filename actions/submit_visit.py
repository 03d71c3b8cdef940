"""The end of the form for a booked visit: shown, moved, cancelled, or left as it is."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import slots
from actions.guard import Events, never_silent
from actions.open_desk import Desk, open_desk
from actions.shown_times import remember
from actions.visit_proof import proven_visit
from clinic.booking.availability import from_text
from clinic.booking.choosing import Shown
from clinic.booking.desk import BookingDesk
from clinic.booking.errors import TimeNotOffered, TimeTaken
from clinic.booking.purpose import VisitWish
from clinic.booking.visit_in_words import visit_as_data, visit_in_words
from clinic.bootstrap.booking import booking_desk

Domain = dict[str, Any]
# The proof stays for what is wished next; the rest was for this wish.
_DONE = (slots.VISIT_TIME, slots.VISIT_CONFIRMED, slots.VISIT_WISH, slots.VISIT_CLINICIAN, slots.MISSES,
         slots.SHOWN_TIMES)  # fmt: skip


# How the sentences are called where staff keep the visits.
_NO_TIMETABLE = {VisitWish.MOVE.value: "change"}


class SubmitVisit(Action):
    """Runs whenever the form has ended: proven, confirmed or not, or left by a word."""

    unavailable = "utter_visit_unavailable"

    def __init__(self, desk: Desk = booking_desk) -> None:
        """`desk` is asked for on use."""
        self._desk = desk

    def name(self) -> str:
        """As in the domain."""
        return "action_submit_visit"

    @never_silent
    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Events:
        """By the wish."""
        wish = tracker.get_slot(slots.VISIT_WISH)
        if self._desk() is None:
            dispatcher.utter_message(response=f"utter_{_NO_TIMETABLE.get(wish, wish or 'check')}_needs_person")
            return slots.forget_visit()
        if wish is None:  # the form has said why it ended
            return slots.forget_visit()
        is_proven = tracker.get_slot(slots.VISIT_REFERENCE) and tracker.get_slot(slots.VISIT_CONTACT)
        confirmed = tracker.get_slot(slots.VISIT_CONFIRMED)
        if not is_proven or (wish != VisitWish.CHECK and not confirmed):
            dispatcher.utter_message(response="utter_visit_kept" if confirmed is False else "utter_visit_stopped")
            return [SlotSet(slot, None) for slot in _DONE]
        return await asyncio.to_thread(self._do, VisitWish(wish), dispatcher, tracker, open_desk(self._desk))

    def _do(self, wish: VisitWish, dispatcher: CollectingDispatcher, tracker: Tracker, desk: BookingDesk) -> Events:
        reference, contact = tracker.get_slot(slots.VISIT_REFERENCE), tracker.get_slot(slots.VISIT_CONTACT)
        done: Events = [SlotSet(slot, None) for slot in _DONE]
        match wish:
            case VisitWish.CHECK:
                found = proven_visit(tracker, desk)
            case VisitWish.CANCEL:
                found, done = desk.cancel(reference, contact, tracker.sender_id), slots.forget_visit()
            case VisitWish.MOVE:
                wanted = from_text(tracker.get_slot(slots.VISIT_TIME))
                try:
                    found = desk.move(reference, contact, wanted, tracker.sender_id)
                except (TimeTaken, TimeNotOffered) as error:
                    dispatcher.utter_message(response=f"utter_booking_{error.code}")
                    again = [SlotSet(slots.VISIT_TIME, None), SlotSet(slots.VISIT_CONFIRMED, None)]
                    return [*again, remember(Shown(near=wanted.start)), FollowupAction("visit_form")]
        said = {VisitWish.CHECK: "found", VisitWish.CANCEL: "cancelled", VisitWish.MOVE: "moved"}[wish]
        dispatcher.utter_message(
            response=f"utter_visit_{said}",
            reference=found.reference,
            appointment=visit_as_data(found, desk.timetable),
            **visit_in_words(found.slot, desk.timetable),
        )
        return done

    def after_failure(self, tracker: Tracker) -> Events:
        """Nothing is sure: the proof stays, so that asking again goes on from there."""
        return [SlotSet(slots.VISIT_CONFIRMED, None)]


class StopVisit(Action):
    """Leaving the form: the visit stays as it is."""

    def name(self) -> str:
        """As in the domain."""
        return "action_stop_visit"

    @never_silent
    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Events:
        """Say so, and leave nothing behind."""
        dispatcher.utter_message(response="utter_visit_stopped")
        return [ActiveLoop(None), SlotSet(slots.REQUESTED_SLOT, None), *slots.forget_visit()]
