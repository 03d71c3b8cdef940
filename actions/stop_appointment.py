"""Leaving the appointment form before anything was sent."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.guard import Events, never_silent
from actions.slots import REQUESTED_SLOT, forget_appointment


class StopAppointment(Action):
    """Ends the form and forgets what was typed into it."""

    def name(self) -> str:
        """As in the domain."""
        return "action_stop_appointment"

    @never_silent
    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Say so, and leave nothing behind."""
        dispatcher.utter_message(response="utter_appointment_stopped")
        return [ActiveLoop(None), SlotSet(REQUESTED_SLOT, None), *forget_appointment()]
