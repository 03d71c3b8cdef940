"""What was said in a turn already, for a resend: of a `web` that was killed, or of a message answered only in part."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Text

from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import BotUttered, UserUttered

from channels.turn_trace import record_trace


@dataclass
class SaidBefore:
    """The questions of a turn that were answered, and the replies; `parts`: how many questions there are."""

    questions: List[Text] = field(default_factory=list)
    replies: List[Dict[Text, Any]] = field(default_factory=list)
    parts: int = 1

    @property
    def is_all(self) -> bool:
        """Whether nothing is left to be answered."""
        return bool(self.replies) and len(self.questions) >= self.parts


async def said_before(agent: Any, message: UserMessage) -> SaidBefore:
    """What the conversation has of the turn that a message belongs to; of other turns nothing."""
    found, turn = SaidBefore(), (message.metadata or {}).get("turn")
    tracker = await agent.tracker_store.retrieve(message.sender_id) if turn else None
    is_of_turn = False
    for event in tracker.events if tracker else ():
        if isinstance(event, UserUttered):
            metadata = event.metadata or {}
            is_of_turn = metadata.get("turn") == turn
            if is_of_turn:
                found.questions.append(event.text or "")
                found.parts = metadata.get("parts", 1)
        elif is_of_turn and isinstance(event, BotUttered):
            buttons = [dict(button) for button in (event.data or {}).get("buttons") or []]
            metadata = dict((event.metadata or {}).get("metadata") or {})
            found.replies.append({"text": event.text or "", "buttons": buttons, "metadata": metadata})
    if not found.replies:  # a question without a reply was not answered
        return SaidBefore()
    record_trace(tracker)
    return found
