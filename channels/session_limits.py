"""A session ends after a pause or after many turns; the visitor is told, and the next begins with nothing in hand."""

from __future__ import annotations

import time
from typing import Any, Optional, Text

from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import ActionExecuted, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

# Rasa reads a session anew at every turn: 200 turns cost 60 ms, 500 more than a quarter of a second.
MOST_TURNS = 200
AFTER_PAUSE, AFTER_MANY_TURNS = "utter_session_after_pause", "utter_session_after_many_turns"


async def end_session_if_due(agent: Any, sender: Text) -> Optional[Text]:
    """The response that tells of a new session, where the last one is over; else `None`.

    After a pause Rasa itself begins anew; after many turns it is told to.
    """
    tracker = await agent.tracker_store.retrieve(sender)
    if tracker is None or not (turns := _turns(tracker)):
        return None
    minutes = agent.domain.session_config.session_expiration_time
    if minutes and time.time() - tracker.events[-1].timestamp > minutes * 60:
        return AFTER_PAUSE
    if turns < MOST_TURNS:
        return None
    tracker.update(ActionExecuted(ACTION_SESSION_START_NAME))
    tracker.update(SessionStarted())
    tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
    await agent.tracker_store.save(tracker)
    return AFTER_MANY_TURNS


def _turns(tracker: DialogueStateTracker) -> int:
    """How often the visitor has spoken since the session began."""
    found = 0
    for event in reversed(tracker.events):
        if isinstance(event, SessionStarted):
            break
        found += isinstance(event, UserUttered)
    return found
