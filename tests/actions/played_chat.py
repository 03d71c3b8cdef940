"""Whole turns without Rasa: its form loop and the project's own rules, played by hand against the real actions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from played_conversation import Conversation, Event, Message, forms
from rasa_sdk import Action

from clinic.answers import fill, load_catalogue
from clinic.answers.clinic_facts import load_clinic_facts

_RULES = Path(__file__).parents[2] / "data/rules"
_ENDS = {"appointment_form": "action_submit_appointment", "visit_form": "action_submit_visit"}
_MOST_ACTIONS = 10


class Chat(Conversation):
    """A visitor's side of a conversation; `said` is what the bot said in the last turn."""

    def __init__(self, actions: Iterable[Action]) -> None:
        """`actions`: those that may be run, with their desks inside."""
        super().__init__()
        self._actions = {action.name(): action for action in actions}
        self.loop: str | None = None
        self.said: list[Message] = []

    @property
    def asked(self) -> str | None:
        """The slot that the form waits for."""
        return self.slots.get("requested_slot") if self.loop else None

    @property
    def heard(self) -> list[str]:
        """The names of the responses of the last turn."""
        return [message["response"] for message in self.said]

    @property
    def choices(self) -> list[dict[str, str]]:
        """The choices of the moment that the last reply has as buttons."""
        found: list[dict[str, str]] = self.said[-1].get("choices", [])
        return found

    @property
    def shows_times(self) -> bool:
        """Whether the last words are a choice of times, however they were found."""
        return bool(self.heard) and self.heard[-1].startswith("utter_ask_time_") and bool(self.choices)

    def told(self, response: str) -> Message:
        """What a response of the last turn was filled with."""
        return next(message for message in self.said if message["response"] == response)

    def turn(self, text: str, intent: str = "inform", confidence: float = 0.9, alarm: str | None = None) -> list[str]:
        """Say something and let the bot answer; the names of its responses."""
        self.say(text, intent, confidence, alarm)
        self.said = []
        before = self.loop
        if not (before and self._form(before, is_answer=True)):
            rule = rule_of(alarm or intent, before)
            for name in rule:
                self._act(name)
            if before and self.loop == before and before not in rule:  # the form asks again what was answered between
                self._form(before, is_answer=False)
        return self.heard

    def action(self, name: str) -> Action:
        """One of the actions, to be run by itself."""
        return self._actions[name]

    def press(self, title: str) -> list[str]:
        """Press a choice of the moment: it sends words, which are read as typed ones are."""
        payload = next(choice["payload"] for choice in self.choices if choice["title"].startswith(title))
        return self.turn(payload)

    def _act(self, name: str, left: int = _MOST_ACTIONS) -> None:
        """Run an action, and those it asks for."""
        assert left, "actions call one another without an end"
        if name in _ENDS:
            self._form(name, is_answer=False)
        elif name == "action_deactivate_loop":
            self._leave()
        elif name.startswith("utter_"):
            self._utter([{"response": name}])
        else:
            messages, events = self.call(self._actions[name], self.loop or "appointment_form")
            self._utter(messages)
            self.take(events)
            for event in events:
                if event["event"] == "active_loop" and event["name"] is None:
                    self.loop = None
                if event["event"] == "followup":
                    self._act(event["name"], left - 1)

    def _form(self, name: str, *, is_answer: bool) -> bool:
        """Rasa's `FormAction`; whether it took the turn."""
        begins = self.loop != name
        self.loop = name
        required = forms()[name]["required_slots"]
        filled = [_set(slot, self.slots[slot]) for slot in required if begins and self.slots.get(slot) is not None]
        messages, events = self.call(self._actions[f"validate_{name}"], name, filled)
        slots = [event for event in events if event["event"] == "slot"]
        if is_answer and not begins and self.asked and all(event["name"] == "requested_slot" for event in slots):
            return False  # what the action said is lost with it
        self._utter(messages)
        self.take(events)
        asked = self._asks_next([event["value"] for event in slots if event["name"] == "requested_slot"], required)
        if asked is None:
            self._leave()
            self._act(_ENDS[name])
            return True
        self.slots["requested_slot"] = asked
        if asked in required:  # for any other slot there are no words, and Rasa says nothing
            ask = f"action_ask_{asked}"
            self._act(ask if ask in self._actions else f"utter_ask_{asked}")
        return True

    def _asks_next(self, requests: list[str | None], required: list[str]) -> str | None:
        """As Rasa: the last request can end the form, the first is asked; without any, the domain's order counts."""
        if requests and requests[-1] is None:
            return None
        missing = next((slot for slot in required if self.slots.get(slot) is None), None)
        return requests[0] or missing if requests else missing

    def _leave(self) -> None:
        self.loop = None
        self.take([_set("requested_slot", None)])

    def _utter(self, messages: Iterable[Message]) -> None:
        """Say it, if the approved wording has it and nothing in it stays unfilled."""
        for message in messages:
            values = {**load_clinic_facts().values, **self.slots, **message}
            for wording in load_catalogue().variations(message["response"]):
                open_places = re.findall(r"\{\w+\}", fill(wording.text, values))
                assert not open_places, f"{message['response']} leaves {open_places}"
            self.said.append(message)
            self.reply(message["response"])


def _set(name: str, value: Any) -> Event:
    return {"event": "slot", "name": name, "value": value, "timestamp": None}


def rule_of(intent: str, loop: str | None) -> list[str]:
    """The actions of the rule for an intent, the one for this form before the one for any state."""
    fitting = [rule for rule in _rules() if _intent(rule) == intent and _loop(rule, loop) == loop]
    found = next((rule for rule in fitting if rule.get("condition")), fitting[0] if fitting else None)
    assert found, f"no rule for {intent} in {loop}"
    return [step["action"] for step in found["steps"] if "action" in step]


def _intent(rule: dict[str, Any]) -> str | None:
    found: str | None = rule["steps"][0].get("intent")
    return found


def _loop(rule: dict[str, Any], default: str | None) -> str | None:
    """The form a rule is for; `default` where it is for any state."""
    conditions = [c["active_loop"] for c in rule.get("condition", ()) if "active_loop" in c]
    return conditions[0] if conditions else default


@lru_cache(maxsize=1)
def _rules() -> list[dict[str, Any]]:
    return [rule for path in sorted(_RULES.glob("*.yml")) for rule in yaml.safe_load(path.read_text("utf-8"))["rules"]]
