"""What a turn is."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class TurnState(str, Enum):
    """waiting, then running, then done or failed; a failed turn may be sent again."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


OPEN_STATES = (TurnState.WAITING, TurnState.RUNNING)


@dataclass(frozen=True)
class Turn:
    """One message of a sender and what was answered; times in seconds since the epoch."""

    sender: str
    number: int
    message_id: str
    text: str
    state: TurnState
    created_at: float
    replies: list[dict[str, Any]] = field(default_factory=list)
