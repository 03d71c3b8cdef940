"""When somebody is busy, read out of an entry of a calendar: recurring, all day, in any zone or in none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from threading import Lock
from zoneinfo import ZoneInfo

import recurring_ical_events  # type: ignore[import-untyped]
from icalendar import Calendar, Component, Event, use_zoneinfo

from clinic.adapters.calendar_file import is_own_uid

Span = tuple[datetime, datetime]

_DAY = timedelta(days=1)
_MOST_AN_HOUR = 12  # nobody's diary: an invitation from outside could keep the reader busy for hours
_ZONES = Lock()


class UnreadableEntry(ValueError):
    """An entry does not say when it is, or says it too often."""


def busy_spans(text: str, since: datetime, until: datetime, zone: ZoneInfo) -> list[Span]:
    """When an entry keeps its owner busy, in UTC; what happens between two moments only, but to its end.

    Not counted: visits of ours, what is cancelled, what its owner marked as free. Days and floating times are
    those of `zone`. Raises `UnreadableEntry`, without a word of the entry.
    """
    try:
        return list(_spans(_read(text), since, until, zone))
    # The libraries raise anything from KeyError to OverflowError. Not chained: they quote the entry.
    except Exception as error:
        raise UnreadableEntry(type(error).__name__) from None


def uids(text: str) -> set[str]:
    """The UIDs of an entry's events; none of one that cannot be read."""
    try:
        return {str(event["uid"]) for event in _read(text).walk("VEVENT") if "uid" in event}
    except ValueError:
        return set()


def _read(text: str) -> Component:
    """The entry; a zone that it defines itself holds for it alone, though the library would keep it for the next."""
    with _ZONES:
        use_zoneinfo()  # type: ignore[no-untyped-call]
        return Calendar.from_ical(text)


def _spans(calendar: Component, since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[Span]:
    events = [found for found in calendar.walk("VEVENT") if isinstance(found, Event)]
    if any(is_own_uid(str(event.get("uid", ""))) for event in events):
        return
    if any(_is_too_dense(event) for event in events):
        raise UnreadableEntry("too dense")
    # A day more on both sides: days and floating times are compared in our zone afterwards, exactly.
    around = since.astimezone(zone) - _DAY, until.astimezone(zone) + _DAY
    for event in recurring_ical_events.of(calendar, components=["VEVENT"]).between(*around):
        if str(event.get("transp", "")).upper() == "TRANSPARENT" or str(event.get("status", "")).upper() == "CANCELLED":
            continue
        start, end = _moment(event.start, zone), _moment(event.end, zone)
        if not isinstance(event.start, datetime) and end <= start:  # seen in the wild: a day that ends as it begins
            end = _moment(event.start + _DAY, zone)
        if start < end and start < until and end > since:
            yield start, end


def _moment(wall: date, zone: ZoneInfo) -> datetime:
    if not isinstance(wall, datetime):
        wall = datetime.combine(wall, time.min)
    return (wall if wall.tzinfo else wall.replace(tzinfo=zone)).astimezone(UTC)


def _is_too_dense(event: Event) -> bool:
    rules = event.get("rrule", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        number = len(rule.get("BYMINUTE", "1")) * len(rule.get("BYSECOND", "1"))
        if str(rule["FREQ"][0]).upper() in ("SECONDLY", "MINUTELY") or number > _MOST_AN_HOUR:
            return True
    return False
