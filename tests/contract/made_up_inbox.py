"""Conversations for the inbox, made up turn by turn, as `web` writes them down."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from clinic.adapters.sql.turns import SqlTurnStore
from clinic.turns import TurnState

HOUR = 3600.0


def reply(kind: str, topic: str, text: str = "words") -> dict[str, Any]:
    return {"text": text, "buttons": [], "metadata": {"kind": kind, "topic": topic, "sources": []}}


def sure_of(*ranked: tuple[str, float]) -> dict[str, Any]:
    """A trace in which these were thought of."""
    return {
        "intent": ranked[0][0], "confidence": ranked[0][1],
        "ranking": [{"name": name, "confidence": sure} for name, sure in ranked],
    }  # fmt: skip


def unsure_of(*ranked: tuple[str, float]) -> dict[str, Any]:
    """A trace of a message that was asked back about."""
    return sure_of(("nlu_fallback", 0.4), *ranked)


@dataclass
class Visitor:
    """Somebody who chats; `at`: when the first message comes, in seconds since the epoch, each next a minute later."""

    store: SqlTurnStore
    sender: str = field(default_factory=lambda: uuid4().hex * 2)
    at: float = field(default_factory=lambda: time.time() - 2 * HOUR)
    said: int = 0

    def says(
        self, text: str, *replies: dict[str, Any], trace: dict[str, Any] | None = None, button: str | None = None,
        state: TurnState = TurnState.DONE,
    ) -> str:  # fmt: skip
        """One turn; its message id."""
        at, message_id = self.at + 60 * self.said, uuid4().hex
        self.said += 1
        turn, _ = self.store.add(self.sender, message_id, text, at, at + 20, button)
        self.store.take(self.sender, turn.number, at, at + 20)
        self.store.finish(self.sender, turn.number, state, list(replies), trace or {}, at + 1)
        return message_id

    def asks_in_vain(self, text: str) -> str:
        return self.says(text, reply("not_covered", "not_covered"), trace=sure_of(("not_covered", 0.9), ("iron", 0.02)))

    def is_answered(self, text: str, sure: float = 0.97, next_best: float = 0.01) -> str:
        return self.says(text, reply("answer", "iron"), trace=sure_of(("iron", sure), ("causes", next_best)))

    def fills(self, text: str, asked_next: str | None, *, kind: str = "booking") -> str:
        """A turn after which the form asks for something, or is done."""
        trace = {"intent": "inform", "form": "appointment_form" if asked_next else None, "requested_slot": asked_next}
        return self.says(text, reply(kind, asked_next or "appointment_booked"), trace=trace)

    def thinks(self, message_id: str, helpful: bool, word: str | None = None) -> None:
        self.store.give_feedback(self.sender, message_id, 0, helpful, word, time.time())
