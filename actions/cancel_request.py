"""Cancelling a visit outside the form: staff do it until the assistant can look visits up."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.guard import Events, never_silent


class CancelRequest(Action):
    """Offers to pass the wish on; nothing is cancelled here, and the wording says so."""

    def name(self) -> str:
        """As in the domain."""
        return "action_cancel_request"

    @never_silent
    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Say who can cancel."""
        dispatcher.utter_message(response="utter_cancel_needs_person")
        return []
