"""The clinic's timetable as its settings file tells it; every mistake in the file is named in the clinic's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
import yaml

from clinic.booking.timetable import CELL, Clinician, OpenInterval, Timetable, VisitType, WeeklyHours

CLINIC = Path("data/clinic/clinic.yml")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_YEARS = range(2026, 2036)
Entry = TypeVar("Entry")


class TimetableError(ValueError):
    """The settings file is not as it must be; the message says what to change."""


@lru_cache(maxsize=2)
def load_timetable(path: Path = CLINIC) -> Timetable | None:
    """The timetable of `booking` in the file, or `None` where the clinic has given none: then staff agree on times."""
    given = load_schedule(path)
    return None if given is None else read_timetable(given, country_of(path))


def load_schedule(path: Path = CLINIC) -> dict[str, Any] | None:
    """The `booking` part of the file as it stands there: the first schedule, until staff save one."""
    found: dict[str, Any] | None = yaml.safe_load(path.read_text("utf-8")).get("booking")
    if not found:
        return None
    return {**found, "closed_days": [str(day) for day in found.get("closed_days") or ()]}  # YAML reads bare dates


def country_of(path: Path = CLINIC) -> str:
    """The country whose public holidays the clinic keeps."""
    return str(yaml.safe_load(path.read_text("utf-8")).get("country", "US"))


def read_timetable(data: Mapping[str, Any], country: str = "US") -> Timetable:
    """A timetable from what stands in the file; raises `TimetableError`."""
    visit_types, former_visit_types = _all(data, "visit_types", _visit_type)
    clinicians, former_clinicians = _all(data, "clinicians", _clinician)
    _each_once("visit type", (v.id for v in (*visit_types, *former_visit_types)))
    _each_once("clinician", (c.id for c in (*clinicians, *former_clinicians)))
    for clinician in clinicians:
        unknown = clinician.visit_types - {v.id for v in visit_types}
        if unknown:
            raise TimetableError(f"{clinician.name} sees a kind of visit that is not listed: {', '.join(unknown)}")
    closed = {date.fromisoformat(str(day)) for day in data.get("closed_days") or ()}
    if data.get("public_holidays"):
        closed |= set(holidays.country_holidays(country, years=_YEARS))
    return Timetable(
        zone=_zone(data["time_zone"]),
        hours=_hours(data["hours"], "the clinic"),
        clinicians=clinicians,
        visit_types=visit_types,
        closed_days=frozenset(closed),
        start_every=_minutes(data["start_every_minutes"], "start_every_minutes"),
        lead=timedelta(hours=data["lead_hours"]),
        horizon=timedelta(days=data["horizon_days"]),
        hold=timedelta(minutes=data["hold_minutes"]),
        remind_before=timedelta(hours=data["remind_hours_before"]),
        # Whoever is gone sees nobody, whatever the entry says.
        former_clinicians=tuple(replace(c, visit_types=frozenset(), hours={}) for c in former_clinicians),
        former_visit_types=former_visit_types,
    )


def _all(
    data: Mapping[str, Any], key: str, read: Callable[[Mapping[str, Any]], Entry]
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """The entries of a list and those of the list of former ones beside it."""
    return tuple(map(read, data[key])), tuple(map(read, data.get(f"former_{key}") or ()))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise TimetableError(f"time_zone: {name!r} is no time zone; write it as America/New_York") from None


def _visit_type(entry: Mapping[str, Any]) -> VisitType:
    length = _minutes(entry["minutes"], entry["title"])
    buffer = _minutes(entry.get("buffer", 0), entry["title"], least=0)
    return VisitType(entry["id"], entry["title"], length, buffer, tuple(entry.get("also") or ()))


def _clinician(entry: Mapping[str, Any]) -> Clinician:
    hours = _hours(entry["hours"], entry["name"]) if entry.get("hours") else None
    calendar = entry.get("calendar")
    if calendar is not None and (not isinstance(calendar, str) or not calendar.strip()):
        raise TimetableError(f"calendar of {entry['name']}: {calendar!r} is no name; write one in quotes, or none")
    return Clinician(entry["id"], entry["name"], frozenset(entry["visit_types"]), hours, calendar)


def _minutes(number: int, whose: str, least: int = 5) -> timedelta:
    length = timedelta(minutes=number)
    if length % CELL or number < least:
        raise TimetableError(f"{whose}: {number} minutes; write a multiple of {CELL.seconds // 60}")
    return length


def _hours(week: Mapping[str, list[str]], whose: str) -> WeeklyHours:
    unknown = set(week) - set(_DAYS)
    if unknown:
        raise TimetableError(f"hours of {whose}: {', '.join(map(str, unknown))} is no day; write {', '.join(_DAYS)}")
    return {_DAYS.index(day): _intervals(day, shifts or [], whose) for day, shifts in week.items()}


def _intervals(day: str, shifts: Iterable[str], whose: str) -> tuple[OpenInterval, ...]:
    found = []
    for shift in shifts:
        try:
            opens, closes = (_wall(wall) for wall in shift.split("-"))
        except ValueError:
            raise TimetableError(
                f"hours of {whose} on {day}: {shift!r} is not like 08:00-12:00, in steps of five minutes"
            ) from None
        found.append(OpenInterval(opens, closes))
    ordered = all(i.opens < i.closes for i in found) and all(a.closes <= b.opens for a, b in pairwise(found))
    if not ordered:
        raise TimetableError(f"hours of {whose} on {day}: each must end after it begins and before the next begins")
    return tuple(found)


def _wall(text: str) -> time:
    found = time.max if text.strip() == "24:00" else time.fromisoformat(text.strip())
    if found != time.max and (found.minute % 5 or found.second):
        raise ValueError("visits begin at whole cells, or two of them could overlap unseen")
    return found


def _each_once(what: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise TimetableError(f"two entries of a {what} are called {one!r}")
        seen.add(one)
