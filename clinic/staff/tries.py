"""Wrong tries: after five in a quarter of an hour it is closed until the first of them is that long ago."""

from __future__ import annotations

import math
from dataclasses import dataclass

from clinic.staff.errors import TooManyTries

MOST = 5
SECONDS = 15 * 60.0


@dataclass(frozen=True)
class Try:
    """`number`: how many there were with it; `free_at`: when the next may be made, where this one may not."""

    number: int
    free_at: float | None = None

    @property
    def is_last(self) -> bool:
        """If this one is wrong too, the next may not be made."""
        return self.number == MOST

    def refuse(self, now: float) -> None:
        """Raises `TooManyTries` where it may not be made."""
        if self.free_at is not None:
            raise TooManyTries(max(1, math.ceil((self.free_at - now) / 60)))
