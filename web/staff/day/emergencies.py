"""Alarms as lines of a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from clinic.review.inbox.emergencies import Emergency
from web.staff.day.words import LEVELS, category


@dataclass(frozen=True)
class AlarmLine:
    """An alarm in words; times in seconds since the epoch."""

    sender: str
    message_id: str
    level: str
    badge: str
    category: str
    at: float
    words: str | None
    is_emergency: bool
    seen_by: str | None
    seen_at: float | None
    note: str

    @property
    def is_seen(self) -> bool:
        """Whether somebody has acknowledged it."""
        return self.seen_by is not None


def alarm_lines(found: Iterable[Emergency], names: Callable[[str], str]) -> list[AlarmLine]:
    """Lines in the same order."""
    known = cache(names)  # the same few people again and again
    return [_line(one, known) for one in found]


def _line(found: Emergency, names: Callable[[str], str]) -> AlarmLine:
    level, badge = LEVELS[found.level]
    seen = found.seen
    return AlarmLine(
        found.sender, found.message_id, level, badge, category(found.category), found.at, found.words,
        found.level == "emergency",
        names(seen.by) if seen else None, seen.at if seen else None, seen.note if seen else "",
    )  # fmt: skip
