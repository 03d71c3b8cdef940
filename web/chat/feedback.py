"""What a visitor thinks of a reply; the word beside it is heard for danger as a message is."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import structlog

from clinic.turns import ConversationOver, TurnStore
from web.chat import text as typed
from web.chat.live_gate import LiveGate
from web.chat.second_net import SecondNet
from web.chat.turns import TurnError
from web.chat.wording import Wording

log = structlog.get_logger()

MOST_CHARACTERS = 500
_RECORD_SECONDS = 1.5


@dataclass(frozen=True)
class Opinion:
    """Whether a reply (its index in a turn) was helpful, and why."""

    message_id: str
    reply: int
    helpful: bool
    word: str = ""


class FeedbackDesk:
    """Takes opinions; the last one of a reply counts."""

    def __init__(self, store: TurnStore, gate: LiveGate, net: SecondNet, wording: Wording) -> None:
        """Parts are made in `web.app`."""
        self._store, self._gate, self._net, self._wording = store, gate, net, wording

    async def give(self, sender: str, opinion: Opinion) -> list[dict[str, Any]]:
        """Keep an opinion: the reply to an alarm in its word, else none; raises `TurnError` where it cannot be kept."""
        word = typed.cleaned(opinion.word)
        alarm = await self._alarm_in(word) if word else None
        if alarm:
            await self._record_alarm(sender, alarm, opinion, word[:MOST_CHARACTERS])
            return [self._wording.alarm(alarm)]
        if len(word) > MOST_CHARACTERS:
            raise TurnError("too_long", 413)
        try:
            is_kept = await asyncio.to_thread(self._keep, sender, opinion, word)
        except ConversationOver as over:
            raise TurnError("session_expired", 401) from over
        if not is_kept:
            raise TurnError("not_found", 404)
        return []

    async def _alarm_in(self, word: str) -> str | None:
        """The intent of an alarm; the second net hears the rest, since Rasa never does."""
        verdict = self._gate.assess(word)
        if verdict.intent and (verdict.is_certain or await self._net.confirms(word, verdict)):
            return verdict.intent
        return await asyncio.to_thread(self._net.alarm_in, word)

    async def _record_alarm(self, sender: str, alarm: str, opinion: Opinion, word: str) -> None:
        def record() -> None:
            self._store.note_alarm(sender, alarm, time.time())
            self._keep(sender, opinion, word)

        try:
            await asyncio.wait_for(asyncio.to_thread(record), _RECORD_SECONDS)
        except Exception as error:  # the alarm is given; its record must not take it back
            log.error("alarm not recorded", error=type(error).__name__)

    def _keep(self, sender: str, opinion: Opinion, word: str) -> bool:
        return self._store.give_feedback(
            sender, opinion.message_id, opinion.reply, opinion.helpful, word or None, time.time()
        )
