"""A tracker as Rasa sends it, and one action played against it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

SENDER = "sender-1"
_DOMAIN = Path(__file__).parents[2] / "domain.yml"
Event = dict[str, Any]
Message = dict[str, Any]


class Conversation:
    """Slots, the newest message and what happened before it; runs actions and keeps what they set."""

    def __init__(self) -> None:
        """Nothing said yet."""
        self.slots: dict[str, Any] = {}
        self.events: list[Event] = []
        self.message: dict[str, Any] = {"text": "", "intent": {"name": "book_appointment", "confidence": 1.0}}

    def say(self, text: str, intent: str = "inform", confidence: float = 0.9, alarm: str | None = None) -> Conversation:
        """Make this the newest message."""
        triage = {"intent": alarm, "ruled_out": []}
        self.message = {"text": text, "intent": {"name": intent, "confidence": confidence}, "triage": triage}
        self.events.append({"event": "user", "text": text})
        return self

    def reply(self, response: str) -> Conversation:
        """Make this what the bot said last."""
        self.events.append({"event": "bot", "metadata": {"utter_action": response}})
        return self

    def run(
        self, action: Action, form: str = "appointment_form", candidates: Iterable[Event] = ()
    ) -> tuple[list[Message], list[Event]]:
        """Messages and events of `action`; slot events take effect."""
        messages, events = self.call(action, form, candidates)
        self.take(events)
        return messages, events

    def call(
        self, action: Action, form: str = "appointment_form", candidates: Iterable[Event] = ()
    ) -> tuple[list[Message], list[Event]]:
        """Messages and events of `action`, of which nothing has taken effect.

        `candidates`: the slot events that Rasa puts behind the form's own action.
        """
        called = [_slot_set("requested_slot", self.slots.get("requested_slot")), {"event": "action", "name": form}]
        slots, events = json.loads(json.dumps([self.slots, [*self.events, *called, *candidates]]))
        tracker = Tracker(SENDER, slots, self.message, events, False, None, {"name": form}, "action_listen")
        dispatcher = CollectingDispatcher()
        found = asyncio.run(action.run(dispatcher, tracker, {"forms": forms()}))
        return dispatcher.messages, json.loads(json.dumps(found))

    def take(self, events: Iterable[Event]) -> None:
        """Let slot events take effect, as one that is sent does."""
        for event in events:
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
                self.events.append(event)


def _slot_set(name: str, value: Any) -> Event:
    return {"event": "slot", "name": name, "value": value, "timestamp": None}


@lru_cache(maxsize=1)
def forms() -> dict[str, Any]:
    """The forms with their slots, as the domain has them."""
    found: dict[str, Any] = yaml.safe_load(_DOMAIN.read_text("utf-8"))["forms"]
    return found


def responses(messages: Iterable[Message]) -> list[str]:
    """Names of the responses that were uttered."""
    return [message["response"] for message in messages]
