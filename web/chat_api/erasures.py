"""Erasing a conversation here at once, and in Rasa as soon as Rasa answers."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import structlog

from clinic.turns import Erasure, ErasureStore, TurnStoreError
from web.chat.rasa_client import RasaClient, RasaFailed
from web.chat_api.sessions import LIFETIME_SECONDS

log = structlog.get_logger()

_FIRST_TRY_SECONDS = 2.0
# A turn that was under way may write to Rasa's copy after it was deleted: longer than one can take, it is asked again.
_TURN_SECONDS = 60.0
_REMEMBERED_SECONDS = LIFETIME_SECONDS + 3600


class Erasures:
    """What visitors erased; `run` sees to it until Rasa has confirmed. Several processes may do so at once."""

    def __init__(
        self, store: ErasureStore, rasa: RasaClient, every: float = 30.0, settled_after: float = _TURN_SECONDS
    ) -> None:
        """`every`: seconds between two rounds; `settled_after`: seconds from the wish to the call that is the last."""
        self._store, self._rasa = store, rasa
        self._every, self._settled_after = every, settled_after

    async def erase(self, sender: str) -> None:
        """Delete a conversation; raises `TurnStoreError` when it could not be. Rasa is asked once at once."""
        await asyncio.to_thread(self._store.erase, sender, time.time())
        with suppress(RasaFailed, TimeoutError):
            await asyncio.wait_for(self._rasa.erase(sender), _FIRST_TRY_SECONDS)

    async def run(self) -> None:
        """Round after round until cancelled; a failure waits for the next one."""
        while True:
            try:
                await self.finish_open()
            except (RasaFailed, TurnStoreError) as error:
                log.warning("erasures wait", error=type(error).__name__)
            except Exception as error:  # what nobody foresaw must not end the rounds
                log.error("erasures failed", error=type(error).__name__)
            await asyncio.sleep(self._every)

    async def finish_open(self) -> None:
        """Ask Rasa for all that it has not confirmed; one that fails holds up no other.

        Raises the last `RasaFailed` when all were asked, `TurnStoreError` at once.
        """
        failure: RasaFailed | None = None
        for open_one in await asyncio.to_thread(self._store.open_erasures):
            try:
                await self._finish(open_one)
            except RasaFailed as error:
                failure = error
        await asyncio.to_thread(self._store.forget_erasures, time.time() - _REMEMBERED_SECONDS)
        if failure is not None:
            raise failure

    async def _finish(self, erasure: Erasure) -> None:
        asked_at = time.time()
        await self._rasa.erase(erasure.sender)
        if asked_at - erasure.asked_at >= self._settled_after:
            await asyncio.to_thread(self._store.settle_erasure, erasure.sender, asked_at)
