"""Busy times in memory: for trying things out and for tests; they pass the same contract tests as the database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from threading import Lock

from clinic.booking.busy import BusyTime


class MemoryBusyTimes:
    """`BusyTimes` in a set, gone with the process."""

    def __init__(self) -> None:
        """Nobody is busy."""
        self._busy: set[BusyTime] = set()
        self._lock = Lock()

    def replace(self, busy: Iterable[BusyTime], since: datetime, until: datetime) -> None:
        """Keep these instead of what lies between two moments; see `BusyTimes`."""
        new = set(busy)
        with self._lock:
            self._busy = {time for time in self._busy if not _lies_between(time, since, until)} | new

    def between(self, since: datetime, until: datetime) -> list[BusyTime]:
        """The busy times of which a part lies between two moments; see `BusyTimes`."""
        with self._lock:
            return sorted(time for time in self._busy if _lies_between(time, since, until))


def _lies_between(time: BusyTime, since: datetime, until: datetime) -> bool:
    return time.start < until and time.end > since
