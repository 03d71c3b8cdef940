"""Where the numbers are asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from clinic.booking.timetable import Timetable
from clinic.review.numbers.model import Report
from clinic.review.numbers.period import Period, read_period
from clinic.review.numbers.ports import NumbersStore
from clinic.review.numbers.report import report_of

# A page does not wait longer for turns that nobody has read yet; the next one goes on.
_CATCH_UP_SECONDS = 1.5


@dataclass(frozen=True)
class Counting:
    """A report; `is_complete`: whether all that was said is in it already."""

    report: Report
    is_complete: bool


class NumbersDesk:
    """Counts a period and the one before it."""

    def __init__(
        self,
        store: NumbersStore,
        timetable: Callable[[], Timetable | None],
        title_of: Callable[[str], str | None],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`timetable`: the clinic's, if it has given one; `title_of`: how an intent is called on a button."""
        self._store, self._timetable, self._title_of, self._now = store, timetable, title_of, now

    @property
    def zone(self) -> ZoneInfo:
        """The clinic's time zone; UTC where it has told none."""
        timetable = self._timetable()
        return timetable.zone if timetable else ZoneInfo("UTC")

    @property
    def has_zone(self) -> bool:
        """Whether the clinic has told its time zone."""
        return self._timetable() is not None

    def period(self, days: str = "", first: str = "", last: str = "") -> Period:
        """The period that was chosen; raises `PeriodError`."""
        return read_period(days, first, last, self._now(), self.zone)

    def count(self, period: Period, seconds: float = _CATCH_UP_SECONDS) -> Counting:
        """All numbers of a period; blocks, raises `NumbersUnavailable`."""
        is_complete = self._store.catch_up(seconds)
        now, before = self._store.tally(period.span), self._store.tally(period.former)
        return Counting(report_of(period, now, before, self._named, self._timetable()), is_complete)

    def catch_up(self, seconds: float) -> bool:
        """Read what was said since the last time, for the worker; whether all is read."""
        return self._store.catch_up(seconds)

    def _named(self, kind: str, topic: str) -> str:
        """How staff call a topic: as the button to it, else by its own name in plain letters."""
        found = self._title_of(f"{kind}_{topic}") or self._title_of(topic)
        return found or topic.replace("_", " ").capitalize() or "Something else"
