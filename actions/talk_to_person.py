"""A person is wanted: somebody who is here is told, else what can be had instead, and when the clinic is open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.callback_hours import callback_when
from actions.guard import Events, never_silent
from actions.open_desk import Desk
from clinic.bootstrap.booking import booking_desk
from clinic.bootstrap.handoff import waiting_room
from clinic.handoff import HandoffUnavailable
from clinic.handoff.waiting_room import WaitingRoom

Room = Callable[[], WaitingRoom | None]


class TalkToPerson(Action):
    """Lets the visitor wait while staff are here for chats; else says that nobody is, and offers a call back."""

    def __init__(self, desk: Desk = booking_desk, room: Room = waiting_room) -> None:
        """Both are asked for on use."""
        self._desk, self._room = desk, room

    def name(self) -> str:
        """As in the domain."""
        return "action_talk_to_person"

    @never_silent
    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """What is true now; "yes" to either begins the request for a call back."""
        if await asyncio.to_thread(self._is_told, tracker.sender_id):
            dispatcher.utter_message(response="utter_person_is_told")
        else:
            dispatcher.utter_message(response="utter_talk_to_person", callback_when=callback_when(self._desk))
        return []

    def _is_told(self, sender: str) -> bool:
        """Whether staff who are here see that a person is wanted; a database that fails tells nobody."""
        room = self._room()
        try:
            return room is not None and room.ask(sender)
        except HandoffUnavailable:
            return False
