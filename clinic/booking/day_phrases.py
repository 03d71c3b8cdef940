"""Days in words: "next Tuesday", "the week after Thanksgiving", "in two weeks". A week begins on Monday.

Every reader looks at one kind of phrase and says which days it means. What it has read is taken out of the text, so
that `clinic.booking.dates` can see whether anything about time was left unread.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NoReturn

from clinic.booking.calendar_dates import (
    DATES,
    FROM,
    HOLIDAY,
    MONTH,
    SUFFIX,
    THE,
    THROUGH,
    Days,
    Reader,
    month_number,
    one,
    plus_months,
    read_holiday,
)
from clinic.booking.errors import TimeInPast, TimeUnclear

DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAYS, WEEKEND = frozenset(range(5)), frozenset({5, 6})
DAY_STEM = "mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun"
_DAY = f"(?:{DAY_STEM})(?:day)?s?"
_UNITS = "days?|weeks?|months?"


def weekday_number(name: str) -> int:
    """The number of a day's name, 0 for anything that begins as Monday does."""
    return next(i for i, full in enumerate(DAY_NAMES) if full.startswith(name[:3]))


def _next_named(name: str, today: date) -> date:
    """The next day of this name after today."""
    ahead = (weekday_number(name) - today.weekday() - 1) % 7 + 1
    return today + timedelta(days=ahead)


def _monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _week_of(day: date) -> Days:
    monday = _monday_of(day)
    return Days(monday, monday + timedelta(days=6))


def _end_of_month(day: date) -> date:
    return plus_months(day, 1) - timedelta(days=1)


_GONE = r"(?:yesterday|last (?:week|month|night)(?! (?:of|in|before))|(?:\d+|a) (?:day|week|month)s? ago)\b"


def _read_gone(_match: re.Match[str], _today: date) -> NoReturn:
    raise TimeInPast("the day is over")


# Days counted from another day, the anchor: "the Monday after Christmas", "two weeks from Friday", "in ten days".
_ANCHORS = (
    HOLIDAY,
    rf"{THE}{MONTH} \d{{1,2}}{SUFFIX}?\b",
    rf"{THE}\d{{1,2}}{SUFFIX}(?: of {MONTH})?\b",
    r"the \d{1,2}\b(?!:)",
    r"\d+/\d+",
)
_BESIDE_ANCHOR = (
    rf"{THE}(?P<unit>day|week|{_DAY}) (?P<side>after|before|of|beginning|starting|following)(?: on)? "
    rf"(?P<anchor>{'|'.join(_ANCHORS)})"
)
_FROM_ANCHOR = (
    rf"(?P<n>\d{{1,3}}) (?P<unit>{_UNITS}) "
    rf"(?:from (?:now|(?P<anchor>today|tomorrow|(?:this |next )?{_DAY}))|hence|time)\b"
)
_FROM_NOW = rf"in (?P<n>\d{{1,3}}) (?P<unit>{_UNITS})(?:' time)?(?P<anchor>)\b"


def _anchor(words: str, today: date) -> date:
    found, _ = read_days(words, today)
    if len(found) != 1 or found[0].first is None:
        raise TimeUnclear("the day it is counted from is unclear")
    return found[0].first


def _read_beside_anchor(match: re.Match[str], today: date) -> Days:
    """The day, Monday or week before, after or of a holiday or a date."""
    anchor = _anchor(match["anchor"], today)
    unit, side = match["unit"], 1 if match["side"] in ("after", "following") else -1
    if match["side"] in ("of", "beginning", "starting"):
        return _week_of(anchor)
    if unit == "day":
        return one(anchor + timedelta(days=side))
    if unit == "week":
        return _week_of(anchor + timedelta(weeks=side))
    days = (anchor + timedelta(days=side * n) for n in range(1, 8))
    return one(next(day for day in days if day.weekday() == weekday_number(unit)))


def _read_from_anchor(match: re.Match[str], today: date) -> Days:
    """Days, weeks or months from a day; in a month that is too short, its last day."""
    number, unit = int(match["n"]), match["unit"]
    start = _anchor(match["anchor"], today) if match["anchor"] else today
    if unit.startswith("month"):
        month = plus_months(start, number)
        return one(min(month + timedelta(days=start.day - 1), _end_of_month(month)))
    return one(start + timedelta(days=number * (7 if unit.startswith("week") else 1)))


# Weeks and months, and parts of them: "later next week", "the first week of December", "the end of the month".
_WEEK = (
    r"(?P<part>later (?:in )?|late |early |mid[- ]?|(?:the )?(?:end|beginning|start|middle) of )?"
    r"(?:the )?(?P<which>this|next|coming|the) week(?P<after> after next)?\b(?! of)"
)
_WHOLE_WEEK = (0, 6)
_PARTS_OF_WEEK = {
    **dict.fromkeys(("early", "beginning of", "start of"), (0, 2)),
    **dict.fromkeys(("mid", "middle of"), (1, 3)),
    **dict.fromkeys(("later", "later in", "late", "end of"), (3, 6)),
}
_PART_OF_MONTH = "(?:first|second|third|last) week|(?:first|second) half|beginning|start|early|mid|middle|end|late"
# "May" and "march" are other words as well, and months only after "in" or "of".
_MONTH_ALONE = rf"(?!(?:may|mar(?:ch)?)\b){MONTH}|(?<=in |of )(?:may|march)"
_MONTH_OR_PART = (
    rf"(?:(?:in |during )?{THE}(?P<part>{_PART_OF_MONTH})[ -](?:of |in )?{THE})?"
    rf"(?:(?:in |during |sometime )?(?P<month>{_MONTH_ALONE})|(?P<which>this|next|the) month)\b(?! \d)"
)
_WHOLE_MONTH = (0, 30)
_PARTS_OF_MONTH = {
    "first week": (0, 6),
    "second week": (7, 13),
    "third week": (14, 20),
    "first half": (0, 14),
    "second half": (15, 30),
    **dict.fromkeys(("beginning", "start", "early"), (0, 9)),
    **dict.fromkeys(("middle", "mid"), (9, 19)),
}
_LAST_DAYS = {"last week": 7, "end": 10, "late": 10}


def _read_week(match: re.Match[str], today: date) -> Days:
    weeks = 2 if match["after"] else 1 if match["which"] == "next" else 0
    monday = _monday_of(today + timedelta(weeks=weeks))
    part = (match["part"] or "").strip(" -").removeprefix("the ")
    first, last = _PARTS_OF_WEEK[part] if part else _WHOLE_WEEK
    return Days(max(monday + timedelta(days=first), today), monday + timedelta(days=last))


def _read_month(match: re.Match[str], today: date) -> Days:
    month = plus_months(today, _months_ahead(match, today))
    end, part = _end_of_month(month), match["part"]
    if part in _LAST_DAYS:
        return Days(max(end - timedelta(days=_LAST_DAYS[part] - 1), today), end)
    first, last = _PARTS_OF_MONTH.get(part, _WHOLE_MONTH)
    return Days(max(month + timedelta(days=first), today), min(month + timedelta(days=last), end))


def _months_ahead(match: re.Match[str], today: date) -> int:
    if match["month"]:
        return (month_number(match["month"]) - today.month) % 12
    return 1 if match["which"] == "next" else 0


# Days of the week: a coming one, every one, or a span.
_LAST = r"last (?!\w+ (?:in\b|of\b|before\b|\|))"  # not "last Friday in December"
_NAMED = (
    rf"(?P<which>this coming |this |next |coming |{_LAST}|any |every |some |a |on )?(?P<day>{_DAY})\b"
    r"(?P<each>(?= (?:mornings|afternoons|evenings|nights)\b))?"
)
_NAMED_SPAN = rf"{FROM}(?P<day>{_DAY})\s*(?:{THROUGH})\s*(?P<until>{_DAY})\b"


def _read_named(match: re.Match[str], today: date) -> Days:
    name, which = match["day"], (match["which"] or "").strip()
    # "Mondays" are many; "tues" and "thurs" are not.
    if name.endswith("days") or which in ("any", "every", "some", "a") or match["each"] is not None:
        return Days(weekdays=frozenset({weekday_number(name)}))
    if which == "next":
        return one(_monday_of(today + timedelta(weeks=1)) + timedelta(days=weekday_number(name)))
    if which == "last":
        raise TimeInPast("the day is over")
    day = _next_named(name, today)
    return Days(day, day, is_name=which in ("", "on"))


def _read_named_span(match: re.Match[str], _today: date) -> Days:
    first, last = weekday_number(match["day"]), weekday_number(match["until"])
    if first > last:
        raise TimeUnclear("the range ends before it begins")
    return Days(weekdays=frozenset(range(first, last + 1)), is_name=True)


def _read_weekend(match: re.Match[str], today: date) -> Days:
    saturday = _monday_of(today) + timedelta(days=5, weeks=match["which"] == "next")
    return Days(max(saturday, today), saturday + timedelta(days=1))


def _in_days(number: int) -> Reader:
    """A reader of a phrase for one day, so many days ahead."""
    return lambda _match, today: one(today + timedelta(days=number))


def _on_any(weekdays: frozenset[int]) -> Reader:
    """A reader of a phrase for days of the week."""
    return lambda _match, _today: Days(weekdays=weekdays)


# A phrase stands before the shorter ones that are a part of it.
_READERS: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(rf"\b{pattern}", re.IGNORECASE), reader)
    for pattern, reader in (
        (_GONE, _read_gone),
        (_BESIDE_ANCHOR, _read_beside_anchor),
        *DATES,
        (_FROM_ANCHOR, _read_from_anchor),
        (_FROM_NOW, _read_from_anchor),
        (rf"{THE}(?P<holiday>{HOLIDAY})", read_holiday),
        (rf"{THE}day after tomorrow\b", _in_days(2)),
        (r"(?:today|tonight|(?=this (?:morning|afternoon|evening)\b)this)\b", _in_days(0)),
        (r"tomorrow\b", _in_days(1)),
        (_WEEK, _read_week),
        (_MONTH_OR_PART, _read_month),
        (_NAMED_SPAN, _read_named_span),
        (_NAMED, _read_named),
        (r"(?:any |on |during the )?(?:weekdays?|working days?|business days?)\b", _on_any(WEEKDAYS)),
        (r"(?P<which>this|next) weekend\b", _read_weekend),
        (rf"(?:any |on |at |during )?{THE}weekends?\b", _on_any(WEEKEND)),
    )
)


def read_days(text: str, today: date) -> tuple[list[Days], str]:
    """Every phrase of days in a text, and the text without them: each leaves as many `|` as it was long."""
    found: list[tuple[int, Days]] = []
    for pattern, reader in _READERS:
        match = pattern.search(text)
        while match:
            found.append((match.start(), reader(match, today)))
            text = f"{text[: match.start()]}{'|' * len(match[0])}{text[match.end() :]}"
            match = pattern.search(text)
    return [days for _, days in sorted(found, key=lambda at: at[0])], text
