"""The schedule as staff save it: a whole document in the form of `booking` in clinic.yml, a version at every save."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Schedule:
    """One version; 0 is what the clinic's file says, which nobody has saved. `by`: a staff member's id."""

    version: int
    document: Document
    by: str | None = None
    at: datetime | None = None


class ScheduleChanged(Exception):
    """Somebody else has saved a schedule meanwhile; `now` is what there is."""

    def __init__(self, now: Schedule) -> None:
        super().__init__(f"version {now.version} was saved meanwhile")
        self.now = now


class ScheduleStore(Protocol):
    """Every schedule that was saved. Each method is one transaction and raises `BookingUnavailable`."""

    def newest_version(self) -> int:
        """The number of the newest version; 0 where none was saved. Asked often, so it must cost little."""

    def newest(self) -> Schedule | None:
        """The newest version; `None` where none was saved."""

    def version(self, number: int) -> Schedule | None:
        """One version."""

    def save(self, document: Document, after: int, by: str, now: datetime) -> Schedule:
        """Keep a document as the version after `after`; raises `ScheduleChanged` where there is one already."""
