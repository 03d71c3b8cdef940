"""A person is wanted: what can be had instead of one, and when the clinic is open."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.callback_hours import callback_when
from actions.guard import Events, never_silent
from actions.open_desk import Desk
from clinic.bootstrap import booking_desk


class TalkToPerson(Action):
    """Says that nobody is in the chat, when the clinic is open, and offers a call back."""

    def __init__(self, desk: Desk = booking_desk) -> None:
        """`desk` is asked for on use."""
        self._desk = desk

    def name(self) -> str:
        """As in the domain."""
        return "action_talk_to_person"

    @never_silent
    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """The offer; "yes" to it begins the request."""
        dispatcher.utter_message(response="utter_talk_to_person", callback_when=callback_when(self._desk))
        return []
