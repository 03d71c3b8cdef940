"""A moving window that several processes share in Redis; one that hangs or is gone holds up nobody."""

from __future__ import annotations

import asyncio
import time

import structlog
from limits import RateLimitItem
from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio import BlockingConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

log = structlog.get_logger()

_MOST_SECONDS = 0.25  # for all that is asked about one message
_REST_SECONDS = 5.0  # after a failure Redis is left alone, so that not every message waits for it
_LOG_SECONDS = 60.0
_CONNECTIONS = 20


class RedisAway(Exception):
    """Redis failed just now, or has and is left alone for some seconds."""


class RedisWindow:
    """Counts in Redis, behind a circuit breaker."""

    def __init__(self, url: str) -> None:
        """`url`: `redis://`, `rediss://` or `unix://`; nothing is called yet."""
        self._pool = BlockingConnectionPool.from_url(
            url, max_connections=_CONNECTIONS, timeout=_MOST_SECONDS, socket_timeout=_MOST_SECONDS,
            socket_connect_timeout=_MOST_SECONDS, retry=Retry(NoBackoff(), 0),
        )  # fmt: skip
        storage = RedisStorage(
            "async+redis://",
            implementation="redispy",
            key_prefix="rls-limit",
            connection_pool=self._pool,  # type: ignore[arg-type] # handed on as it is
        )
        self._window = MovingWindowRateLimiter(storage)
        self._is_failing = False
        self._rests_until = self._silent_until = 0.0

    async def free_at(self, item: RateLimitItem, caller: str) -> float | None:
        """`None` where the message counts, or when the next one will: seconds since the epoch. Raises `RedisAway`."""
        now = time.monotonic()
        if now < self._rests_until:
            raise RedisAway
        if self._is_failing:
            self._rests_until = now + _REST_SECONDS  # one message tries; those beside it do not wait for it
        try:
            async with asyncio.timeout(_MOST_SECONDS):
                found = await self._counted(item, caller)
        except Exception as error:  # whatever goes wrong there, the visitor goes on
            self._rest(error)
            raise RedisAway from error
        self._is_failing, self._rests_until = False, 0.0
        return found

    async def close(self) -> None:
        """Close the connections."""
        await self._pool.aclose()

    async def _counted(self, item: RateLimitItem, caller: str) -> float | None:
        if await self._window.hit(item, caller):
            return None
        return (await self._window.get_window_stats(item, caller)).reset_time

    def _rest(self, error: Exception) -> None:
        now = time.monotonic()
        self._is_failing, self._rests_until = True, now + _REST_SECONDS
        if now >= self._silent_until:
            self._silent_until = now + _LOG_SECONDS
            log.warning("limits without Redis: each process counts by itself", error=type(error).__name__)
