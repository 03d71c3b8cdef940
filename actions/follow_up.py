"""A follow-up on the last topic: where it leads stands in the topic's own file."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.guard import Events, never_silent
from actions.slots import LAST_TOPIC
from clinic.answers import load_catalogue

_INTENT = "follow_up_"


class FollowUp(Action):
    """Answers "why?", "how is that treated?", "tell me more": one action for all topics."""

    def name(self) -> str:
        """As in the domain."""
        return "action_follow_up"

    @never_silent
    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Answer with the topic it leads to, which is the last topic from now on."""
        intent = (tracker.latest_message.get("intent") or {}).get("name") or ""
        topic = load_catalogue().follow_up(tracker.get_slot(LAST_TOPIC), intent.removeprefix(_INTENT))
        dispatcher.utter_message(response=f"utter_{topic}" if topic else "utter_follow_up_unclear")
        return [SlotSet(LAST_TOPIC, topic)] if topic else []
