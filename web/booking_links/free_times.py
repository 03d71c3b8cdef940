"""The free times that somebody can move a visit to, by day, and the one that was chosen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, islice

from clinic.booking.availability import TimeSlot
from clinic.booking.desk import BookingDesk
from clinic.booking.errors import NoSuchDay, TimeNotOffered
from clinic.booking.spoken_times import day_in_full, on_the_clock

_DAYS_SHOWN = 3
_MOST = 3_000  # more than three days of a large clinic
_YEARS = range(2000, 9000)  # beyond them, adding hours to a moment fails


@dataclass(frozen=True)
class Choice:
    """A time as it is chosen: what is sent, what is read, and who it is with where that is somebody else than now."""

    value: str
    clock: str
    other_clinician: str | None


@dataclass(frozen=True)
class Day:
    """A day with free times; `next_day` is the one after it, as a form sends it."""

    title: str
    next_day: str
    choices: list[Choice]


def free_days(desk: BookingDesk, now: TimeSlot, since: date) -> list[Day]:
    """The next days with free times for a visit like `now`, with the same clinician where several are free."""
    begins = datetime.combine(since, time.min, desk.timetable.zone).astimezone(UTC)
    times: dict[datetime, TimeSlot] = {}
    for slot in desk.free(now.visit_type, None, begins, begins + 2 * desk.timetable.horizon, _MOST):
        if slot.start not in times or slot.clinician == now.clinician:
            times[slot.start] = slot
    return list(islice(by_day(desk, now, times.values()), _DAYS_SHOWN))


def by_day(desk: BookingDesk, now: TimeSlot, slots: Iterable[TimeSlot]) -> Iterator[Day]:
    """Times grouped by day on the clinic's wall clock; the visit's own is none of them."""
    zone = desk.timetable.zone
    others = sorted(slot for slot in slots if slot != now)
    for day, found in groupby(others, key=lambda slot: slot.start.astimezone(zone).date()):
        times = list(found)
        title = f"{day_in_full(day)} ({times[0].start.astimezone(zone).tzname()})"
        yield Day(title, str(day + timedelta(days=1)), [_choice(desk, now, slot) for slot in times])


def read_choice(text: str, visit_type: str, desk: BookingDesk) -> TimeSlot:
    """The slot of a `Choice.value`; raises `TimeNotOffered`."""
    start, _, clinician = text.partition("|")
    try:
        moment = datetime.fromisoformat(start)
    except ValueError:
        raise TimeNotOffered("no time of ours") from None
    if moment.tzinfo is None or moment.year not in _YEARS:
        raise TimeNotOffered("no time of ours")
    begins = moment.astimezone(UTC)
    return TimeSlot(begins, begins + desk.timetable.visit_type(visit_type).length, clinician, visit_type)


def read_day(text: str, first: date, last: date) -> date:
    """The day from which on times are shown, not before `first` nor long after `last`; raises `NoSuchDay`."""
    try:
        return min(max(date.fromisoformat(text), first), last + timedelta(days=1)) if text else first
    except ValueError:
        raise NoSuchDay("no day of the calendar") from None


def _choice(desk: BookingDesk, now: TimeSlot, slot: TimeSlot) -> Choice:
    local = slot.start.astimezone(desk.timetable.zone)
    other = None if slot.clinician == now.clinician else desk.timetable.clinician(slot.clinician).name
    return Choice(f"{slot.start.isoformat()}|{slot.clinician}", on_the_clock(local.time()), other)
