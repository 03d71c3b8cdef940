"""What Rasa understood in a turn, handed from the store to the channel that runs it."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, Dict, Optional, Text

from rasa.shared.core.trackers import DialogueStateTracker

_RANKING_LENGTH = 5
_trace: ContextVar[Optional[Dict[Text, Any]]] = ContextVar("turn_trace", default=None)


def begin_trace() -> Dict[Text, Any]:
    """Start the trace of this task's turn; it fills while the turn runs."""
    trace: Dict[Text, Any] = {}
    _trace.set(trace)
    return trace


def record_trace(tracker: DialogueStateTracker) -> None:
    """Note intent, ranking, gate verdict and form; outside a turn of the channel it does nothing."""
    trace = _trace.get()
    message = tracker.latest_message
    if trace is None or message is None:
        return
    parsed = message.parse_data
    trace.update(
        intent=parsed.get("intent", {}).get("name"),
        confidence=parsed.get("intent", {}).get("confidence"),
        ranking=[
            {"name": r["name"], "confidence": round(r["confidence"], 4)}
            for r in parsed.get("intent_ranking", [])[:_RANKING_LENGTH]
        ],
        triage=parsed.get("triage"),
        form=tracker.active_loop_name,
        purpose=tracker.get_slot("appointment_purpose"),
        requested_slot=tracker.get_slot("requested_slot"),
    )
