"""The limit on messages, behind which nobody in danger stands unheard."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from web.chat import text as typed
from web.chat.live_gate import LiveGate
from web.chat.turns import TurnError
from web.chat.wording import Wording
from web.limits import RateLimit, TooMany

_MOST_SECONDS = 1.0


class MessageLimit:
    """Counts what people write; above the limit only the safety gate hears it."""

    def __init__(self, limit: RateLimit, gate: LiveGate, wording: Wording, max_characters: int) -> None:
        """Parts are made in `web.app`."""
        self._limit, self._gate, self._wording, self._max_characters = limit, gate, wording, max_characters
        # One thread: a flood waits for itself here, and not the others' messages for the flood.
        self._worker = ThreadPoolExecutor(1, "over_limit")

    async def alarm_above(self, raw: str, *callers: tuple[str, int]) -> list[dict[str, Any]]:
        """Count a message for every caller, each with its most a minute; empty when it may be answered.

        Above a limit the replies to an alarm, which is all that is said then and is written down nowhere;
        raises `TooMany` where there is none.
        """
        try:
            for caller, most_a_minute in callers:
                await self._limit.check(caller, most_a_minute)
        except TooMany as refusal:
            return await self._alarm_or(raw, refusal)
        return []

    async def alarm_or(self, refusal: TurnError, raw: str, caller: tuple[str, int]) -> list[dict[str, Any]]:
        """The replies to an alarm in a message that is refused otherwise; it is counted and written down nowhere.

        Raises `refusal`, or `TooMany` above the caller's most a minute, where there is no alarm.
        """
        return await self.alarm_above(raw, caller) or await self._alarm_or(raw, refusal)

    async def _alarm_or(self, raw: str, refusal: TurnError) -> list[dict[str, Any]]:
        alarm = await self._alarm_in(raw)
        if alarm is None:
            raise refusal
        return [self._wording.alarm(alarm)]

    async def _alarm_in(self, raw: str) -> str | None:
        """The gate's alarm, a likely one too: the second net is not asked, for a flood would keep it from the others.

        `None` as well when a flood has filled the queue; the error that is sent then names the emergency number.
        """
        words = typed.cleaned(raw[: self._max_characters])
        hearing = asyncio.get_running_loop().run_in_executor(self._worker, self._gate.assess, words)
        try:
            verdict = await asyncio.wait_for(hearing, _MOST_SECONDS)
        except TimeoutError:
            return None
        return verdict.intent
