"""Leaving the appointment form before anything was sent."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.guard import Events, never_silent
from actions.open_desk import Desk
from actions.picked_time import give_up_time
from actions.slots import REQUESTED_SLOT, forget_appointment
from clinic.bootstrap.booking import booking_desk


class StopAppointment(Action):
    """Ends the form, gives up the time that was held, and forgets what was typed."""

    def __init__(self, desk: Desk = booking_desk) -> None:
        """`desk` is asked for on use."""
        self._desk = desk

    def name(self) -> str:
        """As in the domain."""
        return "action_stop_appointment"

    @never_silent
    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Say so, and leave nothing behind."""
        await asyncio.to_thread(give_up_time, tracker, self._desk)
        dispatcher.utter_message(response="utter_appointment_stopped")
        return [ActiveLoop(None), SlotSet(REQUESTED_SLOT, None), *forget_appointment()]
