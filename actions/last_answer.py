"""The wording the bot used last: what "yes", "no" and "pass it on" refer to."""

from __future__ import annotations

from rasa_sdk import Tracker

from clinic.answers import Answer, load_catalogue, said_response


def last_answer(tracker: Tracker) -> Answer | None:
    """The bot's last words in this session, as the catalogue has them."""
    for event in reversed(tracker.events):
        if event.get("event") == "session_started":
            break
        if event.get("event") == "bot":
            return load_catalogue().find(said_response(event.get("metadata") or {}))
    return None
