"""Completed turns as server-sent events, for one page as long as it is open."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor

import structlog
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.types import Receive, Scope, Send

from clinic.turns import Ending, Turn, TurnStore, TurnStoreError
from web.chat.turns import TurnError
from web.chat_api.bodies import Gone, shown

log = structlog.get_logger()

MOST_OF_A_SENDER = 4
MOST_OF_A_PROCESS = 200
_LOOK_SECONDS = 1.0
_LONGEST_SECONDS = 600.0
_PING_SECONDS = 15
_SEND_SECONDS = 20.0
_THREADS = 2


class EventStreams:
    """The open streams of this process."""

    def __init__(self, store: TurnStore) -> None:
        """Nothing is asked before the first stream."""
        self._store = store
        self._open: Counter[str] = Counter()
        # Threads of its own: pages that are only open must not hold up those who are talking.
        self._threads = ThreadPoolExecutor(_THREADS, "events")

    def open(self, sender: str, after: int) -> EventSourceResponse:
        """The stream of a sender from after an event; raises `TurnError` where there are too many: poll then."""
        if self._open[sender] >= MOST_OF_A_SENDER:
            raise TurnError("too_many", 429)
        if self._open.total() >= MOST_OF_A_PROCESS:
            raise TurnError("busy", 503)
        self._open[sender] += 1
        return _Stream(self._events(sender, after), lambda: self._close(sender))

    def _close(self, sender: str) -> None:
        self._open[sender] -= 1
        if not self._open[sender]:
            del self._open[sender]

    async def _events(self, sender: str, after: int) -> AsyncIterator[ServerSentEvent]:
        """What is new, every second; the client comes back with its `Last-Event-ID` after the last of it."""
        until = time.monotonic() + _LONGEST_SECONDS
        while time.monotonic() < until:
            try:
                turns, ending = await self._news(sender, after)
            except TurnStoreError as error:
                log.warning("event stream ended", error=type(error).__name__)
                return
            for turn in turns:
                after = turn.event or after
                yield ServerSentEvent(shown(turn).model_dump_json(), event="turn", id=str(after), sep="\n")
            if ending:
                yield ServerSentEvent(Gone(reason=ending).model_dump_json(), event="gone", sep="\n")
                return
            await asyncio.sleep(_LOOK_SECONDS)

    async def _news(self, sender: str, after: int) -> tuple[list[Turn], Ending | None]:
        def look() -> tuple[list[Turn], Ending | None]:
            ending = self._store.ending(sender)  # first: what was completed before the end is still told
            return self._store.completed_after(sender, after), ending

        return await asyncio.get_running_loop().run_in_executor(self._threads, look)


class _Stream(EventSourceResponse):
    """A stream that says when it is over, however it ended."""

    def __init__(self, events: AsyncIterator[ServerSentEvent], closed: Callable[[], None]) -> None:
        super().__init__(events, ping=_PING_SECONDS, send_timeout=_SEND_SECONDS, sep="\n")
        self._closed = closed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream until the client leaves, the server stops or the events end."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._closed()
