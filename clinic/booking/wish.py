"""When a patient would like to come: days, days of the week, a part of the day; what a phrase is read into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any


@dataclass(frozen=True)
class Wish:
    """Which times would do, on the clinic's wall clock; what is `None` does not matter.

    `first_day` and `last_day` are both meant; `from_time` is the earliest start, `before` is not reached;
    `at` is one exact start.
    """

    first_day: date | None = None
    last_day: date | None = None
    weekdays: frozenset[int] | None = None
    from_time: time | None = None
    before: time | None = None
    at: time | None = None

    def to_json(self) -> dict[str, Any]:
        """As a slot of the conversation holds it."""
        plain = {name: value.isoformat() for name, value in vars(self).items() if hasattr(value, "isoformat")}
        return plain | ({"weekdays": sorted(self.weekdays)} if self.weekdays is not None else {})

    @classmethod
    def from_json(cls, found: Mapping[str, Any] | None) -> Wish:
        """What `to_json` wrote; any time where there is nothing."""
        found = found or {}
        values: dict[str, Any] = {
            **{name: date.fromisoformat(found[name]) for name in ("first_day", "last_day") if name in found},
            **{name: time.fromisoformat(found[name]) for name in ("from_time", "before", "at") if name in found},
        }
        return cls(weekdays=frozenset(found["weekdays"]) if "weekdays" in found else None, **values)

    def allows_day(self, day: date) -> bool:
        """Whether a day is meant."""
        if self.first_day is not None and day < self.first_day:
            return False
        if self.last_day is not None and day > self.last_day:
            return False
        return self.weekdays is None or day.weekday() in self.weekdays

    def allows(self, start: datetime) -> bool:
        """Whether a start, on the clinic's wall clock, is meant."""
        clock = start.timetz().replace(tzinfo=None)
        if self.at is not None and clock != self.at:
            return False
        if self.from_time is not None and clock < self.from_time:
            return False
        return (self.before is None or clock < self.before) and self.allows_day(start.date())


ANY_TIME = Wish()
