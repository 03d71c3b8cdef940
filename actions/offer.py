"""Yes or no to what the last reply offered: where each leads stands beside the reply's wording."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.guard import Events, never_silent
from actions.last_answer import last_answer
from actions.slots import KEPT_QUESTION, LAST_TOPIC, PURPOSE

_WORD = {"affirm": "yes", "deny": "no"}
# Intents that lead to more than one fixed text.
_STARTS = {
    "book_appointment": "appointment_form",
    "ask_staff": "action_ask_staff",
}


class AnswerOffer(Action):
    """Answers "yes" and "no" outside the form."""

    def name(self) -> str:
        """As in the domain."""
        return "action_answer_offer"

    @never_silent
    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Go where the offer said; without an offer say that there was none."""
        intent = (tracker.latest_message.get("intent") or {}).get("name") or ""
        leads_to = _offer_of_last_reply(tracker).get(_WORD.get(intent, "")) or _kept(tracker, intent)
        if leads_to is None:
            dispatcher.utter_message(response=f"utter_{intent}")
            return []
        if leads_to in _STARTS:
            return [SlotSet(PURPOSE, None), FollowupAction(_STARTS[leads_to])]
        dispatcher.utter_message(response=f"utter_{leads_to}")
        return [SlotSet(LAST_TOPIC, leads_to), SlotSet(KEPT_QUESTION, None)]


def _kept(tracker: Tracker, intent: str) -> str | None:
    """What was asked beside the alarm that was the bot's last word, where "yes" means that."""
    answer = last_answer(tracker)
    is_alarm = answer is not None and answer.kind in {"emergency", "urgent"}
    return tracker.get_slot(KEPT_QUESTION) if intent == "affirm" and is_alarm else None


def _offer_of_last_reply(tracker: Tracker) -> dict[str, str]:
    """What "yes" and "no" to the bot's last words mean; nothing where they offered nothing."""
    answer = last_answer(tracker)
    return dict(answer.offer) if answer else {}
