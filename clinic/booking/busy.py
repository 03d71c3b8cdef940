"""When clinicians are busy with something that is not a visit of ours, as their calendars say; not offered."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from clinic.booking.availability import Cell
from clinic.booking.timetable import CELL

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, order=True)
class BusyTime:
    """A time at which a clinician cannot be booked; both moments are aware, `end` is free again."""

    clinician: str
    start: datetime
    end: datetime


class BusyTimes(Protocol):
    """What is known of busy times. Every method is one transaction and raises `BookingUnavailable`."""

    def replace(self, busy: Iterable[BusyTime], since: datetime, until: datetime) -> None:
        """Keep these, which lie between two moments at least in part, instead of all others that do."""

    def between(self, since: datetime, until: datetime) -> list[BusyTime]:
        """The busy times of which a part lies between two moments, in order."""


class BusyCalendar(Protocol):
    """Where busy times are read: another server."""

    def busy(self, since: datetime, until: datetime) -> list[BusyTime]:
        """Who is busy when, between two moments; our own visits are not counted. Raises `MirrorFailed`."""


def busy_cells(busy: Iterable[BusyTime], since: datetime, until: datetime) -> set[Cell]:
    """The cells that busy times cover between two moments; one that is covered in part counts whole."""
    found: set[Cell] = set()
    for time in busy:
        cell, end = _cell_of(max(time.start, since)), min(time.end, until)
        while cell < end:
            found.add((time.clinician, cell))
            cell += CELL
    return found


def is_busy(busy_times: BusyTimes, cells: Collection[Cell]) -> bool:
    """Whether a clinician is busy in one of these cells."""
    moments = [moment for _, moment in cells]
    since, until = min(moments), max(moments) + CELL
    return not busy_cells(busy_times.between(since, until), since, until).isdisjoint(cells)


def refresh_busy(calendar: BusyCalendar, busy_times: BusyTimes, now: datetime, horizon: timedelta) -> int:
    """Read anew who is busy from now to the horizon, and forget what is over; how many times were read.

    It asks a server and waits for it: never within a booking's transaction. Raises `MirrorFailed` or
    `BookingUnavailable`, and what was known stays.
    """
    until = now + horizon + timedelta(days=1)  # as far as the desk looks
    found = calendar.busy(now, until)
    busy_times.replace(found, _EPOCH, until)
    return len(found)


def _cell_of(moment: datetime) -> datetime:
    """The beginning of the cell in which a moment lies."""
    found = moment.astimezone(UTC)
    return found - (found - _EPOCH) % CELL
