"""No action is ever silent: the core only logs a failing action and the patient would see nothing."""

from __future__ import annotations

import functools
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from clinic.intake.errors import Refused

_logger = logging.getLogger(__name__)

Events = list[EventType]
Run = Callable[[Any, CollectingDispatcher, Tracker, dict[str, Any]], Awaitable[Events]]


def never_silent(run: Run) -> Run:
    """Make `run` answer `utter_booking_<code>` when it fails, and go on with what `after_failure` says.

    A decorator, because rasa-sdk registers every class below `Action` that it can make, base classes too.
    Logged are the action and the kind of error: messages and trackers hold what patients wrote.
    """

    @functools.wraps(run)
    async def guarded(self: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        try:
            return await run(self, dispatcher, tracker, domain)
        except Exception as error:
            _logger.error("%s failed: %s", self.name(), type(error).__name__)
            code = error.code if isinstance(error, Refused) and error.code else "unavailable"
            dispatcher.messages.clear()  # nothing half said
            own: str | None = getattr(self, "unavailable", None) if code == "unavailable" else None
            dispatcher.utter_message(response=own or f"utter_booking_{code}")
            after_failure: Callable[[Tracker], Events] = getattr(self, "after_failure", lambda _: [])
            return after_failure(tracker)

    return guarded
