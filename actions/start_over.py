"""Beginning anew, outside the form: the conversation forgets what it was about."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.guard import Events, never_silent
from actions.open_desk import Desk
from actions.picked_time import give_up_time
from actions.slots import KEPT_QUESTION, LAST_TOPIC, OPEN_QUESTION, forget_appointment, forget_visit
from clinic.bootstrap.booking import booking_desk


class StartOver(Action):
    """Empties every slot; what was sent stays sent. Inside the form, the form itself begins anew."""

    def __init__(self, desk: Desk = booking_desk) -> None:
        """`desk` is asked for on use."""
        self._desk = desk

    def name(self) -> str:
        """As in the domain."""
        return "action_start_over"

    @never_silent
    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Say so and forget."""
        await asyncio.to_thread(give_up_time, tracker, self._desk)
        dispatcher.utter_message(response="utter_start_over")
        return [
            SlotSet(LAST_TOPIC, None),
            SlotSet(KEPT_QUESTION, None),
            SlotSet(OPEN_QUESTION, None),
            *forget_appointment(),
            *forget_visit(),
        ]
