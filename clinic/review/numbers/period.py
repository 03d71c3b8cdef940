"""Which days are looked at, and the days before them that they are compared with; days are the clinic's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

USUAL_DAYS = (7, 30, 90)
MOST_DAYS = 366


class PeriodError(ValueError):
    """These days cannot be looked at; `field` is "from" or "to", the message says to staff what to change."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Span:
    """From a moment to another that is not part of it; both in UTC."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class Period:
    """Whole days of the clinic, both counted, and as many before them.

    A period that ends today ends now, and the one before it at the same time of day: a morning is not compared with
    a whole day.
    """

    first: date
    last: date
    zone: ZoneInfo
    span: Span
    former: Span
    is_open: bool

    @property
    def length(self) -> int:
        """How many days, the last one counted though it may not be over."""
        return (self.last - self.first).days + 1

    @property
    def days(self) -> list[date]:
        """Every day, in order."""
        return [self.first + timedelta(days=n) for n in range(self.length)]

    @property
    def former_first(self) -> date:
        """The first day that is compared with."""
        return self.first - timedelta(days=self.length)


def last_days(days: int, now: datetime, zone: ZoneInfo) -> Period:
    """Today and the days before it, `days` in all."""
    today = now.astimezone(zone).date()
    return between(today - timedelta(days=days - 1), today, now, zone)


def between(first: date, last: date, now: datetime, zone: ZoneInfo) -> Period:
    """From one day to another; raises `PeriodError`. Days that are still to come are not counted."""
    today = now.astimezone(zone).date()
    if first > today:
        raise PeriodError("from", "The first day has not come yet. Choose today or a day before it.")
    if last < first:
        raise PeriodError("to", "The last day is before the first day. Choose the same day or a later one.")
    last = min(last, today)
    length = (last - first).days + 1
    if length > MOST_DAYS:
        raise PeriodError("from", f"These are {length:,} days. Choose {MOST_DAYS} days or fewer.")
    if first.year < 2000:
        raise PeriodError("from", "There is nothing that old. Choose a later first day.")
    is_open = last == today
    since = datetime.combine(first, time.min, zone)
    until = now.astimezone(zone) if is_open else datetime.combine(last + timedelta(days=1), time.min, zone)
    back = timedelta(days=length)  # on the wall clock: the same time of day, whatever summer time does
    return Period(first, last, zone, _span(since, until), _span(since - back, until - back), is_open)


def read_period(days: str, first: str, last: str, now: datetime, zone: ZoneInfo) -> Period:
    """The period that was chosen on a page; raises `PeriodError`. `days`: "7", "30", "90", or else both dates count."""
    if days in {str(usual) for usual in USUAL_DAYS}:
        return last_days(int(days), now, zone)
    if not days and not first and not last:
        return last_days(USUAL_DAYS[1], now, zone)
    return between(_day("from", first), _day("to", last), now, zone)


def _day(field: str, said: str) -> date:
    try:
        return date.fromisoformat(said.strip())
    except ValueError:
        word = "first" if field == "from" else "last"
        raise PeriodError(field, f"Choose the {word} day, as in 2026-03-31.") from None


def _span(since: datetime, until: datetime) -> Span:
    return Span(since.astimezone(UTC), until.astimezone(UTC))
