"""The hours of a week as they were typed; every mistake is told at its field, in words for staff."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

Fields = Mapping[str, str]
Day = tuple[str, str]

DAYS: tuple[Day, ...] = (
    ("mon", "Monday"), ("tue", "Tuesday"), ("wed", "Wednesday"), ("thu", "Thursday"), ("fri", "Friday"),
    ("sat", "Saturday"), ("sun", "Sunday"),
)  # fmt: skip
MOST_SHIFTS = 4
_TIME = re.compile(r"(\d{1,2})(?::(\d{2})(?::00)?)? ?([ap])?\.?m?\.?", re.ASCII | re.IGNORECASE)


class Mistakes(ValueError):
    """What is wrong, by the name of the field."""

    def __init__(self, by_field: Mapping[str, str]) -> None:
        super().__init__(", ".join(by_field))
        self.by_field = dict(by_field)


def hour_fields() -> list[str]:
    """The names of all fields of a week."""
    return [f"{key}_{number}_{end}" for key, _ in DAYS for number in range(MOST_SHIFTS) for end in ("from", "to")]


def read_hours(fields: Fields) -> dict[str, list[str]]:
    """The hours of a week as the schedule has them: "08:00-12:00", days without any left out."""
    mistakes: dict[str, str] = {}
    week = {key: _shifts(fields, key, name, mistakes) for key, name in DAYS}
    if mistakes:
        raise Mistakes(mistakes)
    return {key: shifts for key, shifts in week.items() if shifts}


def _shifts(fields: Fields, key: str, name: str, mistakes: dict[str, str]) -> list[str]:
    found: list[tuple[int, int, int]] = []
    for number in range(MOST_SHIFTS):
        texts = [fields.get(f"{key}_{number}_{end}", "").strip() for end in ("from", "to")]
        if not any(texts):
            continue
        ends = [_clock(text, is_end) for text, is_end in zip(texts, (False, True), strict=True)]
        for end, text, minutes in zip(("from", "to"), texts, ends, strict=True):
            if minutes is None:
                mistakes[f"{key}_{number}_{end}"] = _clock_mistake(name, text, "begins" if end == "from" else "ends")
        opens, closes = ends
        if opens is None or closes is None:
            continue
        if opens >= closes:
            mistakes[f"{key}_{number}_to"] = f"{name}: {texts[0]} to {texts[1]} ends before it begins."
            continue
        found.append((opens, closes, number))
    found.sort()
    for (_, closes, _), (opens, _, number) in pairwise(found):
        if opens < closes:
            mistakes[f"{key}_{number}_from"] = f"{name}: this time begins before the one before it ends."
    return [f"{_wall(opens)}-{_wall(closes)}" for opens, closes, _ in found]


def _clock(text: str, is_end: bool) -> int | None:
    """Minutes since midnight; midnight as an end is the end of the day."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    found = hour * 60 + minute
    if is_end and found == 0:
        found = 24 * 60
    is_time = minute < 60 and (found < 24 * 60 or (is_end and found == 24 * 60))
    return found if is_time and found % 5 == 0 else None


def _clock_mistake(name: str, text: str, what: str) -> str:
    if not text:
        return f"{name}: say when this time {what}, or leave both fields empty."
    return f"{name}: {text} is no time we can use. Write it like 8:00 or 5:30 pm, in steps of five minutes."


def _wall(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
