"""Days and times as the assistant says them, so that nobody takes one for another."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from clinic.booking.wish import ANY_TIME, Wish

_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def in_full(moment: datetime) -> str:
    """A time nobody can take for another: "Tuesday, December 1, 2026 at 2:30 PM EST"."""
    return f"{day_in_full(moment.date())} at {on_the_clock(moment.time())} {moment.tzname()}"


def in_short(moment: datetime) -> str:
    """A time as a button shows it: "Tue, Dec 1, 2:30 PM"; the zone is said above the buttons."""
    return f"{moment:%a}, {moment:%b} {moment.day}, {on_the_clock(moment.time())}"


def day_in_full(day: date) -> str:
    """A day with its weekday and year: "Tuesday, December 1, 2026"."""
    return f"{day:%A}, {day:%B} {day.day}, {day.year}"


def on_the_clock(wall: time) -> str:
    """A time of day: "2:30 PM"; noon and midnight are said as such, which "12 PM" leaves open."""
    if wall in (time(0), time(12)):
        return "midnight" if wall == time(0) else "12:00 noon"
    return f"{wall:%I:%M %p}".lstrip("0")


def zone_in_words(moment: datetime) -> str:
    """The clinic's zone with its abbreviation at that time: "EST (America/New_York)"."""
    zone = moment.tzinfo
    name = zone.key.replace("_", " ") if isinstance(zone, ZoneInfo) else str(zone)
    return f"{moment.tzname()} ({name})"


def wish_in_words(wish: Wish) -> str:
    """What was understood of a wish: "Monday, November 30, 2026, before 12:00 noon"; "any time" where all will do."""
    if wish == ANY_TIME:
        return "any time"
    return ", ".join(part for part in (_days(wish), _clock(wish)) if part)


def _days(wish: Wish) -> str:
    first, last, names = wish.first_day, wish.last_day, _names(wish.weekdays)
    if first is None and last is None:
        return f"on a {names}" if names else ""
    if first is not None and first == last:
        return day_in_full(first)
    start = day_in_full(first) if first else "now"
    until = f" to {day_in_full(last)}" if last else " on"
    return f"{start}{until}" + (f", on a {names}" if names else "")


def _names(weekdays: frozenset[int] | None) -> str:
    return " or ".join(_DAY_NAMES[number] for number in sorted(weekdays or ()))


def _clock(wish: Wish) -> str:
    if wish.at is not None:
        return f"at {on_the_clock(wish.at)}"
    parts = []
    if wish.from_time is not None:
        parts.append(f"from {on_the_clock(wish.from_time)}")
    if wish.before is not None:
        parts.append(f"before {on_the_clock(wish.before)}")
    return " and ".join(parts)
