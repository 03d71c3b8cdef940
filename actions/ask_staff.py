"""Passing a question without an approved text on to the staff: a request whose reason is the question."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.callback_hours import callback_when
from actions.guard import Events, never_silent
from actions.last_answer import last_answer
from actions.open_desk import Desk
from actions.slots import OPEN_QUESTION, PREFERRED_TIME, PURPOSE, REASON
from clinic.answers import load_catalogue
from clinic.booking.fields import read_reason
from clinic.booking.purpose import Purpose
from clinic.bootstrap.booking import booking_desk
from clinic.intake import FieldError


class AskStaff(Action):
    """Starts the form with the open question as the reason; without one it asks for a call back."""

    def __init__(self, desk: Desk = booking_desk) -> None:
        """`desk` is asked for on use: its hours tell when the staff can call."""
        self._desk = desk

    def name(self) -> str:
        """As in the domain."""
        return "action_ask_staff"

    @never_silent
    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Say what is passed on, then ask how the staff can answer; no time is asked for, as no visit is wished."""
        try:
            reason = read_reason(_open_question(tracker))
        except FieldError:
            dispatcher.utter_message(response="utter_ask_staff_anything", callback_when=callback_when(self._desk))
            events: Events = [SlotSet(PURPOSE, Purpose.CALLBACK.value)]
        else:
            dispatcher.utter_message(response="utter_ask_staff")
            no_visit = load_catalogue().variations("utter_ask_staff_no_visit")[0].text
            purpose = SlotSet(PURPOSE, Purpose.QUESTION.value)
            events = [purpose, SlotSet(REASON, reason), SlotSet(PREFERRED_TIME, no_visit)]
        return [*events, SlotSet(OPEN_QUESTION, None), FollowupAction("appointment_form")]


def _open_question(tracker: Tracker) -> str:
    """The question that the bot has just had no text for; an older one is not what is meant."""
    answer = last_answer(tracker)
    is_just_asked = answer is not None and answer.kind == "not_covered"
    return str(tracker.get_slot(OPEN_QUESTION) or "") if is_just_asked else ""
