"""How much one caller may send: counted in Redis where there is one, else in each process by itself."""

from __future__ import annotations

import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from web.chat.turns import TurnError
from web.redis_window import RedisAway, RedisWindow


class TooMany(TurnError):
    """More than is allowed (429); `retry_after`: whole seconds until the next may be sent."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("too_many", 429)
        self.retry_after = retry_after


class RateLimit:
    """A moving window of one minute for each caller."""

    def __init__(self, redis_url: str | None = None) -> None:
        """Processes with the same `redis_url` count together; nothing is called yet."""
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._shared = RedisWindow(redis_url) if redis_url else None

    async def check(self, caller: str, most_a_minute: int) -> None:
        """Count one message of `caller`; raises `TooMany` above `most_a_minute`."""
        item = RateLimitItemPerMinute(most_a_minute)
        free_at = await self._free_at(item, caller)
        if free_at is not None:
            raise TooMany(max(1, math.ceil(free_at - time.time())))

    async def close(self) -> None:
        """Close the connections."""
        if self._shared is not None:
            await self._shared.close()

    async def _free_at(self, item: RateLimitItemPerMinute, caller: str) -> float | None:
        """`None` where the message counts, or when the next one will: seconds since the epoch."""
        if self._shared is not None:
            try:
                return await self._shared.free_at(item, caller)
            except RedisAway:
                pass  # what this process counts by itself still holds a flood back
        if self._own.hit(item, caller):
            return None
        return self._own.get_window_stats(item, caller).reset_time
