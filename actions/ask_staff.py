"""Passing a question without an approved text on to the staff: a request whose reason is the question."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.guard import Events, never_silent
from actions.last_answer import last_answer
from actions.slots import OPEN_QUESTION, PREFERRED_TIME, REASON
from clinic.answers import load_catalogue
from clinic.booking.fields import read_reason
from clinic.intake import FieldError


class AskStaff(Action):
    """Starts the form with the open question as the reason; without one, or with a long one, the form asks for it."""

    def name(self) -> str:
        """As in the domain."""
        return "action_ask_staff"

    @never_silent
    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Say what is passed on, then ask how the staff can answer; no time is asked for, as no visit is wished."""
        no_visit = load_catalogue().variations("utter_ask_staff_no_visit")[0].text
        events: Events = [SlotSet(PREFERRED_TIME, no_visit)]
        try:
            events.append(SlotSet(REASON, read_reason(_open_question(tracker))))
            dispatcher.utter_message(response="utter_ask_staff")
        except FieldError:
            dispatcher.utter_message(response="utter_ask_staff_anything")
        return [*events, SlotSet(OPEN_QUESTION, None), FollowupAction("appointment_form")]


def _open_question(tracker: Tracker) -> str:
    """The question that the bot has just had no text for; an older one is not what is meant."""
    answer = last_answer(tracker)
    is_just_asked = answer is not None and answer.kind == "not_covered"
    return str(tracker.get_slot(OPEN_QUESTION) or "") if is_just_asked else ""
