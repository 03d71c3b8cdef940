"""Care after an alarm: it is remembered, and the next turns stay careful."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from clinic.turns import Alarm, TurnStore
from web.chat.live_gate import LiveGate
from web.chat.rasa_client import Understood
from web.chat.wording import Wording

_SAFETY_KINDS = {"emergency", "urgent"}
_ALL_CLEAR = "all_clear"
_NO_ANSWER = {"clarify", "out_of_scope", "not_covered", "chitchat", "handoff"}


def alarms_of(understood: Understood) -> list[dict[str, Any]]:
    """The alarms among Rasa's replies, as they can be shown where no button's id can be kept."""
    return [{**r, "buttons": []} for r in understood.replies if r["metadata"].get("kind") in _SAFETY_KINDS]


class Care:
    """Looks over the replies of a turn before they are shown."""

    def __init__(self, store: TurnStore, gate: LiveGate, wording: Wording) -> None:
        """Parts are made in `web.app`."""
        self._store, self._gate, self._wording = store, gate, wording

    async def over(self, sender: str, typed: str | None, understood: Understood) -> list[dict[str, Any]]:
        """The replies with what the last alarm asks for; `typed`: the visitor's words, `None` for a button's intent."""
        replies = understood.replies
        if any(r["metadata"].get("kind") in _SAFETY_KINDS for r in replies):
            await asyncio.to_thread(self._store.note_alarm, sender, str(understood.trace.get("intent")), time.time())
            return [*replies, *self.kept_questions(understood.trace)]
        last = await asyncio.to_thread(self._store.last_alarm, sender)
        if last and self._takes_back(typed, last, understood):
            await asyncio.to_thread(self._store.take_back_alarm, sender, last.at)
        elif last:
            replies = self._carefully(typed, last, replies)
        return replies

    def kept_questions(self, trace: dict[str, Any]) -> list[dict[str, Any]]:
        """What was asked beside the alarm, offered for afterwards."""
        if not trace.get("kept"):
            return []
        return [{**self._wording.reply("utter_kept_question"), "buttons": [dict(b) for b in trace["kept"]]}]

    def _takes_back(self, typed: str | None, last: Alarm, understood: Understood) -> bool:
        """Whether the visitor says that nobody is in danger, and nothing in it says otherwise."""
        is_clear = understood.trace.get("intent") == _ALL_CLEAR and last.can_be_taken_back
        return is_clear and not (typed and self._gate.worries_after_alarm(typed))

    def _carefully(self, typed: str | None, last: Alarm, replies: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The replies with a reminder of the alarm; care first, and no "did you mean", where the words are worried."""
        now = time.time()
        if last.is_fresh(now) and typed is not None and self._gate.worries_after_alarm(typed):
            kept = [r for r in replies if r["metadata"].get("kind") not in _NO_ANSWER]
            return [self._wording.reply("utter_still_careful"), *kept]
        if last.is_to_be_recalled(now):
            return [*replies, self._wording.reply("utter_safety_reminder")]
        return replies
