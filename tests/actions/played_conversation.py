"""A tracker as Rasa sends it, and the form played against it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher


class Conversation:
    """Slots and the newest message; runs actions and keeps what they set."""

    def __init__(self) -> None:
        """Nothing said yet."""
        self.slots: dict[str, Any] = {}
        self.events: list[dict[str, Any]] = []
        self.message: dict[str, Any] = {"text": "", "intent": {"name": "book_appointment", "confidence": 1.0}}

    def say(self, text: str, intent: str = "inform", confidence: float = 0.9, alarm: str | None = None) -> Conversation:
        """Make this the newest message."""
        triage = {"intent": alarm, "ruled_out": []}
        self.message = {"text": text, "intent": {"name": intent, "confidence": confidence}, "triage": triage}
        return self

    def reply(self, response: str) -> Conversation:
        """Make this what the bot said last."""
        self.events.append({"event": "bot", "metadata": {"utter_action": response}})
        return self

    def run(self, action: Action) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Messages and events of `action`; slot events take effect."""
        listened = [{"event": "action", "name": "appointment_form"}]
        tracker = Tracker(
            "sender-1", dict(self.slots), self.message, [*self.events, *listened], False, None, {}, "action_listen"
        )
        dispatcher = CollectingDispatcher()
        domain = {"forms": {"appointment_form": {"required_slots": list(_REQUIRED)}}}
        events = asyncio.run(action.run(dispatcher, tracker, domain))
        self.slots.update({e["name"]: e["value"] for e in events if e["event"] == "slot"})
        return dispatcher.messages, events


_REQUIRED = tuple(f"appointment_{f}" for f in ("name", "contact", "reason", "preferred_time", "confirmed"))


def responses(messages: Iterable[dict[str, Any]]) -> list[str]:
    """Names of the responses that were uttered."""
    return [message["response"] for message in messages]
