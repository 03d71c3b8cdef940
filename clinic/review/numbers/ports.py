"""What the numbers need from the clinic's database; implemented in `clinic.adapters`."""

from __future__ import annotations

from typing import Protocol

from clinic.review.numbers.model import Tally
from clinic.review.numbers.period import Span


class NumbersUnavailable(Exception):
    """The database cannot be reached or refuses; the message names the fault and holds no patient's words."""


class NumbersStore(Protocol):
    """Counts turns, visits and requests. Methods block and raise `NumbersUnavailable`."""

    def catch_up(self, seconds: float) -> bool:
        """Read what was said since the last time, for at most about so long; whether all is read."""

    def tally(self, span: Span) -> Tally:
        """What is counted of a span, as far as it was read."""
