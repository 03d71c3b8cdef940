"""While a conversation is with a person: the message is kept for them, the assistant is silent, danger is not."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog

from clinic.handoff import Handoff, HandoffUnavailable
from clinic.handoff.waiting_room import WaitingRoom
from clinic.turns import Turn
from web.chat.rasa_client import RasaFailed, Understood
from web.chat.second_net import SecondNet
from web.chat.wording import Wording

log = structlog.get_logger()

_FIRST = "utter_person_has_message"


class WithPerson:
    """What becomes of a visitor's message where it is not the assistant's to answer."""

    def __init__(self, room: WaitingRoom, net: SecondNet, wording: Wording) -> None:
        """Parts are made in `web.app`."""
        self._room, self._net, self._wording = room, net, wording

    async def has(self, sender: str) -> bool:
        """Whether a person has the conversation now; where nobody can say, the assistant goes on."""
        try:
            return await asyncio.to_thread(self._room.person_in, sender) is not None
        except HandoffUnavailable as error:
            log.error("handoff not known", error=str(error))
            return False

    async def heard(self, turn: Turn, text: str | None) -> Understood | None:
        """The reply of a turn that is a person's: an alarm, a word to the first message, or none.

        `text`: typed words, `None` for a button's intent. `None`: the turn is the assistant's. Raises `RasaFailed`
        where the database does not say whose it is: neither may answer then, and the message can be sent again.
        """
        try:
            handoff = await asyncio.to_thread(self._room.person_in, turn.sender)
            if handoff is None:
                return None
            trace = {"handoff": handoff.id}
            alarm = await self._alarm_in(text) if text else None
            if alarm:
                return Understood([self._wording.alarm(alarm)], {**trace, "intent": alarm})
            return Understood(await self._first_word(handoff, turn), trace)
        except HandoffUnavailable as error:
            raise RasaFailed("handoff_unknown", {}) from error

    async def _first_word(self, handoff: Handoff, turn: Turn) -> list[dict[str, object]]:
        is_first = await asyncio.to_thread(self._room.is_first_word, handoff, turn.message_id)
        with suppress(KeyError):  # a release from before there was such a text
            return [self._wording.reply(_FIRST)] if is_first else []
        return []

    async def _alarm_in(self, text: str) -> str | None:
        """What the second net hears; one that fails takes the message from nobody, as a person reads it."""
        try:
            return await asyncio.to_thread(self._net.alarm_in, text)
        except Exception as error:
            log.error("second net failed", error=type(error).__name__)
            return None
