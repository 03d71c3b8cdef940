"""What was counted in a span of time, and how it is shown: figures, and tables from which charts are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Literal

from clinic.review.numbers.counted import Counted, Handled

QUARTER = 900
"""Seconds; every time zone's offset is a whole number of quarters of an hour, so days and hours are sums of them."""


class Task(str, Enum):
    """What a visitor came to have done."""

    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    CALLBACK = "callback"
    QUESTION = "question"
    WAITING = "waiting"


FUNNEL = ("asked", "kind", "time", "contact", "booked")
"""The steps of a booking; whoever reached one has reached those before it."""


@dataclass(frozen=True)
class Tally:
    """What was counted in a span; quarters are whole quarters of an hour since the epoch (UTC).

    `chats`: by the quarter of their first message there. `replies`: by what they count as and their topic.
    `thumbs`: by kind, topic and whether the reply was helpful. `done`: tasks as the clinic's books have them, however
    they were done.
    """

    messages: Mapping[int, int] = field(default_factory=dict)
    chats: Mapping[int, int] = field(default_factory=dict)
    handled: Mapping[Handled, int] = field(default_factory=dict)
    later: Mapping[str, int] = field(default_factory=dict)
    replies: Mapping[tuple[Counted, str], int] = field(default_factory=dict)
    alarm_chats: int = 0
    answer_ms: Mapping[int, int] = field(default_factory=dict)
    thumbs: Mapping[tuple[str, str, bool], int] = field(default_factory=dict)
    funnel: tuple[int, ...] = (0,) * len(FUNNEL)
    done: Mapping[Task, int] = field(default_factory=dict)

    def times(self, *counted: Counted) -> int:
        """How many replies count as one of these."""
        return sum(times for (what, _), times in self.replies.items() if what in counted)

    def by_topic(self, *counted: Counted) -> dict[tuple[Counted, str], int]:
        """The same by topic."""
        return {key: times for key, times in self.replies.items() if key[0] in counted}

    def thumbed(self, helpful: bool) -> int:
        """How many replies were rated so."""
        return sum(times for (_, _, is_up), times in self.thumbs.items() if is_up is helpful)


Unit = Literal["text", "days", "count", "percent", "seconds"]
"""Of "days" the value is a day as in 2026-03-31, or the first and the last one with " to " between them."""
Cell = str | int | float | None


@dataclass(frozen=True)
class Figure:
    """One number, the same of the time before, and of how many it is a part where it is a share."""

    id: str
    title: str
    unit: Unit
    value: int | float | None
    former: int | float | None
    of: str = ""


@dataclass(frozen=True)
class Column:
    """A column's heading and what stands in it."""

    title: str
    unit: Unit = "count"


@dataclass(frozen=True)
class Table:
    """Rows under columns; the first column names the row. `drawn`: the columns that a chart shows, by index.

    `total`: the row that sums the others up, where they are parts of a whole.
    """

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    chart: Literal["line", "bar", "bars"] | None = "bars"
    drawn: tuple[int, ...] = (1, 2)
    total: tuple[Cell, ...] | None = None
    note: str = ""


@dataclass(frozen=True)
class Report:
    """All numbers of a period."""

    figures: tuple[Figure, ...]
    tables: tuple[Table, ...]

    def table(self, table_id: str) -> Table | None:
        """A table by its id."""
        return next((table for table in self.tables if table.id == table_id), None)


def share(part: int, whole: int) -> float | None:
    """A share in percent, to one place; `None` of nothing."""
    return round(100 * part / whole, 1) if whole else None


def percentile(counts: Mapping[int, int], percent: int) -> int | None:
    """The value that so many percent of the counted values do not exceed (nearest rank); `None` of nothing."""
    rank = -(-sum(counts.values()) * percent // 100)
    for value in sorted(counts):
        rank -= counts[value]
        if rank <= 0:
            return value
    return None


def summed(table: Table) -> Table:
    """The table with a last row for the whole; of what is no count it says nothing."""
    sums = (
        sum(int(row[n] or 0) for row in table.rows) if column.unit == "count" else None
        for n, column in enumerate(table.columns)
    )
    return replace(table, total=("All", *tuple(sums)[1:]))
