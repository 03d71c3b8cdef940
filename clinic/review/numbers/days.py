"""Days and hours of the clinic's clock, summed up from quarters of an hour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime

from clinic.review.numbers.model import QUARTER, Cell, Column, Table, Tally, summed
from clinic.review.numbers.period import Period

_MOST_DAYS = 31


def days_table(period: Period, now: Tally, before: Tally) -> Table:
    """Day by day; of many days week by week, counted from the first day."""
    step = 1 if period.length <= _MOST_DAYS else 7
    chats, messages = _per_day(now.chats, period, period.first), _per_day(now.messages, period, period.first)
    former = _per_day(before.chats, period, period.former_first), _per_day(before.messages, period, period.former_first)
    rows: list[tuple[Cell, ...]] = []
    for start in range(0, period.length, step):
        days = range(start, min(start + step, period.length))
        name = period.days[days[0]].isoformat()
        name = name if step == 1 else f"{name} to {period.days[days[-1]].isoformat()}"
        rows.append((name, *(sum(counts[day] for day in days) for counts in (chats, former[0], messages, former[1]))))
    title = "Chats day by day" if step == 1 else "Chats week by week"
    columns = (Column("Day" if step == 1 else "Week", "days"), Column("Chats"), Column("Chats before"),
               Column("Messages"), Column("Messages before"))  # fmt: skip
    return summed(Table("days", title, columns, tuple(rows), chart="line"))


def _per_day(counts: Mapping[int, int], period: Period, first: date) -> Counter[int]:
    """Counts by the number of the day since `first`; a day is the clinic's, 23 or 25 hours long where it must be."""
    found: Counter[int] = Counter()
    for quarter, times in counts.items():
        found[(datetime.fromtimestamp(quarter * QUARTER, period.zone).date() - first).days] += times
    return found


def hours_table(period: Period, now: Tally, before: Tally) -> Table:
    """Messages by the hour of the clinic's clock; an hour that the clock shows twice is one row."""
    counts = [_per_hour(tally.messages, period) for tally in (now, before)]
    rows = tuple((f"{hour:02}:00", counts[0][hour], counts[1][hour]) for hour in range(24))
    columns = (Column("Hour", "text"), Column("Messages"), Column("Before"))
    return summed(Table("hours", "Hours of the day", columns, rows, chart="bar"))


def _per_hour(counts: Mapping[int, int], period: Period) -> Counter[int]:
    found: Counter[int] = Counter()
    for quarter, times in counts.items():
        found[datetime.fromtimestamp(quarter * QUARTER, period.zone).hour] += times
    return found
