"""How much one caller may send."""

from __future__ import annotations

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from web.chat.turns import TurnError


class RateLimit:
    """A moving window of one minute, in memory."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def check(self, caller: str, most_a_minute: int) -> None:
        """Count one message of `caller`; raises `TurnError` (429) above `most_a_minute`."""
        if not self._limiter.hit(RateLimitItemPerMinute(most_a_minute), caller):
            raise TurnError("too_many", 429)
