"""Date phrases with a fixed clock: read right or asked about, never silently wrong.

`date_phrases.tsv` was written by somebody who had not seen the reader, a third of it after the reader was finished.
"""

from __future__ import annotations

import csv
from datetime import date, datetime, time
from pathlib import Path

import pytest

from clinic.booking.dates import read_wish
from clinic.booking.errors import NoSuchDay, NoSuchTime, TimeInPast, TimeUnclear
from clinic.booking.wish import Wish
from clinic.intake import FieldError

NOW = datetime(2026, 11, 25, 10, 0)  # a Wednesday
_PARTS = {"morning": (None, time(12)), "afternoon": (time(12), time(17)), "evening": (time(17), None)}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

with (Path(__file__).parent / "date_phrases.tsv").open(encoding="utf-8") as file:
    PHRASES = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def meant(reading: str) -> Wish | None:
    """`2026-12-01..2026-12-06 morning`, `weekdays mon,wed after 15:00`, `any`, `ask`: as the table writes them."""
    if reading == "ask":
        return None
    day, *clock = reading.split()
    first = last = weekdays = None
    if day == "weekdays":
        weekdays, clock = frozenset(_DAYS.index(d) for d in clock[0].split(",")), clock[1:]
    elif day != "any":
        first, last = (date.fromisoformat(d) for d in (day.split("..") * 2)[:2])
    return Wish(first, last, weekdays, *meant_clock(*clock))


def meant_clock(*words: str) -> tuple[time | None, time | None, time | None]:
    """`morning`, `after 15:00`, `13:00-15:00`, `14:30`, or nothing: from, before and at."""
    match words:
        case []:
            return None, None, None
        case [part] if part in _PARTS:
            return *_PARTS[part], None
        case ["after", wall]:
            return time.fromisoformat(wall), None, None
        case ["before", wall]:
            return None, time.fromisoformat(wall), None
        case [span] if "-" in span:
            first, last = (time.fromisoformat(wall) for wall in span.split("-"))
            return first, last, None
        case [wall]:
            return None, None, time.fromisoformat(wall)
    raise AssertionError(words)


def read(phrase: str) -> Wish | None:
    try:
        return read_wish(phrase, NOW)
    except FieldError:
        return None


@pytest.mark.parametrize("row", PHRASES, ids=lambda row: row["phrase"])
def test_a_phrase_is_read_right_or_asked_about(row: dict[str, str]) -> None:
    assert read(row["phrase"]) in (meant(row["reading"]), None)


def test_few_phrases_are_asked_about_that_a_person_would_read() -> None:
    assert len(PHRASES) >= 80
    assert sum(row["written"] == "after" for row in PHRASES) >= len(PHRASES) / 4
    clear = [row for row in PHRASES if row["reading"] != "ask"]
    assert sum(read(row["phrase"]) is None for row in clear) <= 0.05 * len(clear)


@pytest.mark.parametrize(
    ("phrase", "error"),
    [
        ("February 30", NoSuchDay),
        ("the 32nd", NoSuchDay),
        ("13/45", NoSuchDay),
        ("Monday at 25:00", NoSuchTime),
        ("yesterday", TimeInPast),
        ("11/24/2026", TimeInPast),
        ("today at 8am", TimeInPast),
        ("Monday 3", TimeUnclear),
        ("Tuesday December 3", TimeUnclear),
        ("I would like to come", TimeUnclear),
        ("\ud800 \x00", TimeUnclear),
        ("not tomorrow", TimeUnclear),
        ("until Friday", TimeUnclear),
        ("Friday at 4 or after", TimeUnclear),
        ("any day but next Monday", TimeUnclear),
        ("Tuesday is no good, Thursday at 2 is", TimeUnclear),
        ("ten to four tomorrow", TimeUnclear),
        ("in 99999 months", TimeUnclear),
        ("midnight", TimeUnclear),
        ("9" * 400, TimeUnclear),
    ],
)
def test_what_cannot_be_a_time_is_refused_by_its_name(phrase: str, error: type[FieldError]) -> None:
    with pytest.raises(error):
        read_wish(phrase, NOW)
