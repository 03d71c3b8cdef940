"""What a turn is."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal


class TurnState(str, Enum):
    """waiting, then running, then done or failed; a failed turn may be sent again."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


SaidBy = Literal["assistant", "notice", "person"]
"""Whose replies they are: the assistant's, a notice's such as a reminder, or a person's of the staff."""

Ending = Literal["ended", "erased"]
"""How a conversation was over: by its end, after which its turns stay, or by erasing it."""

OPEN_STATES = (TurnState.WAITING, TurnState.RUNNING)
_CAREFUL_SECONDS = 15 * 60
_REMINDED_TURNS = 5
# Whoever says "I am fine now" after one of these is believed, and reminded all the same.
_NOT_TAKEN_BACK = {"emergency_suicide", "emergency_overdose", "emergency_violence"}


@dataclass(frozen=True)
class Turn:
    """One message of a sender and what was answered; times in seconds since the epoch.

    `text` is `None` in a later message, which nobody asked for. `event` counts the completions of a conversation: a
    turn completed anew gets a new one. `button` is the pressed button's id, `feedback` whether a reply, by its index,
    was helpful.
    """

    sender: str
    number: int
    message_id: str
    text: str | None
    state: TurnState
    created_at: float
    replies: list[dict[str, Any]] = field(default_factory=list)
    event: int | None = None
    button: str | None = None
    by: SaidBy = "assistant"
    feedback: dict[int, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Erasure:
    """That a visitor erased a conversation, and when (seconds since the epoch); of the conversation itself nothing."""

    sender: str
    asked_at: float


@dataclass(frozen=True)
class Alarm:
    """The last alarm of a conversation: its intent, when it was (seconds since the epoch), the turns since then."""

    intent: str
    at: float
    turns_since: int = 0

    def is_fresh(self, now: float) -> bool:
        """Whether worried words still count as part of the same danger."""
        return now - self.at < _CAREFUL_SECONDS

    def is_to_be_recalled(self, now: float) -> bool:
        """Whether the next reply recalls where help is: for a while, not for the rest of a long chat."""
        return self.is_fresh(now) and self.turns_since <= _REMINDED_TURNS

    @property
    def can_be_taken_back(self) -> bool:
        """Whether the visitor's word that nobody is in danger ends the reminders."""
        return self.intent not in _NOT_TAKEN_BACK
