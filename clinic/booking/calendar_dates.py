"""Dates of the calendar, in words or digits: "Dec 14-18", "12/3", "the 15th", "Thanksgiving".

By US customs: the month stands before the day. A date without its year is its next occurrence, today included.
"""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from clinic.booking.errors import NoSuchDay, TimeUnclear

MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_LONGEST_RANGE = timedelta(days=92)


@dataclass(frozen=True)
class Days:
    """Which days a phrase means: a range with both ends, days of the week, or both; `is_name`: a bare "Tuesday"."""

    first: date | None = None
    last: date | None = None
    weekdays: frozenset[int] | None = None
    is_name: bool = False

    def dates(self) -> list[date]:
        """Every day of the range; none if there is no range."""
        if self.first is None or self.last is None:
            return []
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


Reader = Callable[[re.Match[str], date], Days]


def one(day: date) -> Days:
    """A single day."""
    return Days(day, day)


def plus_months(day: date, months: int) -> date:
    """The first of the month so many months on."""
    month = day.month - 1 + months
    return date(day.year + month // 12, month % 12 + 1, 1)


def month_number(name: str) -> int:
    """The number of a month's name, 1 for anything that begins as January does."""
    return next(i for i, full in enumerate(MONTH_NAMES, start=1) if full.startswith(name[:3]))


def _ordered(first: date, last: date) -> Days:
    if not first <= last <= first + _LONGEST_RANGE:
        raise TimeUnclear("the range ends before it begins")
    return Days(first, last)


def _existing(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise NoSuchDay("the calendar has no such day") from None


def _in_year(month: int, day: int, year: str | None, today: date) -> date:
    """A date with its year, of two or four digits, or its next occurrence."""
    if year:
        return _existing(int(year) + (2000 if len(year) == 2 else 0), month, day)
    if (month, day) == (2, 29):
        return next(date(y, 2, 29) for y in range(today.year, today.year + 9) if isleap(y) and date(y, 2, 29) >= today)
    found = _existing(today.year, month, day)
    return found if found >= today else _existing(today.year + 1, month, day)


def _next_nth(number: int, today: date) -> date:
    """The next day that has this number in its month."""
    for months in range(3):
        month = plus_months(today, months)
        day = month + timedelta(days=number - 1)
        if day.month == month.month and day >= today:
            return day
    raise NoSuchDay("no month has this day")


def _holiday(name: str, year: int) -> date:
    november = date(year, 11, 1)
    first_thursday = november + timedelta(days=(3 - november.weekday()) % 7)
    holidays = {  # an eve before its day: the first one the name begins with is meant
        "thanksgiving": first_thursday + timedelta(weeks=3),
        "christmas eve": date(year, 12, 24),
        "christmas": date(year, 12, 25),
        "new year eve": date(year, 12, 31),
        "new year": date(year, 1, 1),
    }
    plain = name.replace("'", "").replace("years", "year")
    return next(day for known, day in holidays.items() if plain.startswith(known))


# Building blocks of the patterns. Those with a group are functions of the group's name.
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
HOLIDAY = r"(?:thanksgiving|christmas(?: eve)?|new year'?s?(?: eve| day)?)(?: day)?"
SUFFIX = "(?:st|nd|rd|th)"
THE = "(?:the )?"
FROM = "(?:between |from )?"
THROUGH = "-|–|to|through|thru|until|till"
_TO = rf"\s*(?:{THROUGH}|and)\s*"
_YEAR = r"(?: ?,? (?P<y>\d{4}))?"


def _number(group: str) -> str:
    """A day's number: "14", "14th"."""
    return rf"(?P<{group}>\d{{1,2}}){SUFFIX}?"


def _nth(group: str) -> str:
    """A day's number that is surely one: "14th"."""
    return rf"(?P<{group}>\d{{1,2}}){SUFFIX}"


_ISO = r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})\b"
_DASHED = r"(?P<m>\d{1,2})-(?P<d>\d{1,2})-(?P<y>\d{4})\b"
_SLASHED = r"(?P<m>\d{1,2})/(?P<d>\d{1,2})(?:/(?P<y>\d{4}|\d{2}))?\b(?!/)"
_SLASHED_RANGE = rf"{FROM}(?P<m>\d{{1,2}})/(?P<d>\d{{1,2}}){_TO}(?P<m2>\d{{1,2}})/(?P<e>\d{{1,2}})\b(?!/)"


def _read_digits(match: re.Match[str], today: date) -> Days:
    return one(_in_year(int(match["m"]), int(match["d"]), match["y"], today))


def _read_slashed_range(match: re.Match[str], today: date) -> Days:
    first = _in_year(int(match["m"]), int(match["d"]), None, today)
    return _ordered(first, _in_year(int(match["m2"]), int(match["e"]), None, first))


# A number before ":" is an hour.
_MONTH_DAY = rf"(?P<month>{MONTH}) {THE}{_number('d')}\b(?!:){_YEAR}"
_DAY_OF_MONTH = rf"{THE}{_number('d')} (?:of )?(?P<month>{MONTH})\b{_YEAR}"
_MONTH_DAY_RANGE = (
    rf"{FROM}{THE}(?P<month>{MONTH}) {THE}{_number('d')}{_TO}"
    rf"{THE}(?:(?P<month2>{MONTH}) )?{_number('e')}\b(?!:){_YEAR}"
)


def _read_month_day(match: re.Match[str], today: date) -> Days:
    return one(_in_year(month_number(match["month"]), int(match["d"]), match["y"], today))


def _read_month_day_range(match: re.Match[str], today: date) -> Days:
    month = month_number(match["month"])
    first = _in_year(month, int(match["d"]), match["y"], today)
    until = month_number(match["month2"]) if match["month2"] else month
    return _ordered(first, _in_year(until, int(match["e"]), match["y"], first))


def _read_nth(match: re.Match[str], today: date) -> Days:
    return one(_next_nth(int(match["d"]), today))


def _read_nth_range(match: re.Match[str], today: date) -> Days:
    first = _next_nth(int(match["d"]), today)
    return _ordered(first, _next_nth(int(match["e"]), first))


def read_holiday(match: re.Match[str], today: date) -> Days:
    """The next holiday of the name in the group `holiday`."""
    name = match["holiday"].lower()
    found = _holiday(name, today.year)
    return one(found if found >= today else _holiday(name, today.year + 1))


# A phrase stands before the shorter ones that are a part of it.
DATES: tuple[tuple[str, Reader], ...] = (
    (_ISO, _read_digits),
    (_DASHED, _read_digits),
    (_SLASHED_RANGE, _read_slashed_range),
    (_SLASHED, _read_digits),
    (_MONTH_DAY_RANGE, _read_month_day_range),
    (_MONTH_DAY, _read_month_day),
    (_DAY_OF_MONTH, _read_month_day),
    (rf"{FROM}{THE}{_nth('d')}{_TO}{THE}{_nth('e')}\b", _read_nth_range),
    (rf"{THE}{_nth('d')}\b", _read_nth),
)
