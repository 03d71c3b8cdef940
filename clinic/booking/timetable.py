"""When the clinic can see somebody: opening hours, closed days, clinicians and kinds of visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# A visit takes whole cells of a clinician's day; two visits never share one.
CELL = timedelta(minutes=5)


@dataclass(frozen=True)
class OpenInterval:
    """Opening and closing time on one day, on the clinic's wall clock; `24:00` is `time.max`."""

    opens: time
    closes: time


WeeklyHours = Mapping[int, tuple[OpenInterval, ...]]  # 0 is Monday; a missing day is closed


@dataclass(frozen=True)
class VisitType:
    """A kind of visit: how long the patient is seen, and how long the clinician is taken after that.

    `also`: other words by which patients name it.
    """

    id: str
    title: str
    length: timedelta
    buffer: timedelta = timedelta(0)
    also: tuple[str, ...] = ()

    @property
    def taken(self) -> timedelta:
        """How long the clinician cannot be booked again."""
        return self.length + self.buffer


@dataclass(frozen=True)
class Clinician:
    """Somebody who sees patients; `hours` where they differ from the clinic's, `calendar` on its CalDAV server."""

    id: str
    name: str
    visit_types: frozenset[str]
    hours: WeeklyHours | None = None
    calendar: str | None = None


@dataclass(frozen=True)
class Timetable:
    """All facts from which free times follow.

    `former_…`: what the clinic has no more. They are offered to nobody, but visits that are booked or over have them.
    """

    zone: ZoneInfo
    hours: WeeklyHours
    clinicians: tuple[Clinician, ...]
    visit_types: tuple[VisitType, ...]
    closed_days: frozenset[date] = field(default_factory=frozenset)
    start_every: timedelta = timedelta(minutes=15)
    lead: timedelta = timedelta(hours=4)
    horizon: timedelta = timedelta(days=60)
    hold: timedelta = timedelta(minutes=10)
    remind_before: timedelta = timedelta(hours=24)
    former_clinicians: tuple[Clinician, ...] = ()
    former_visit_types: tuple[VisitType, ...] = ()

    def visit_type(self, visit_type: str) -> VisitType:
        """A kind of visit by its id, also a former one; raises `KeyError`."""
        return {v.id: v for v in (*self.former_visit_types, *self.visit_types)}[visit_type]

    def clinician(self, clinician: str) -> Clinician:
        """A clinician by id, also a former one; raises `KeyError`."""
        return {c.id: c for c in (*self.former_clinicians, *self.clinicians)}[clinician]

    def open_on(self, day: date, clinician: Clinician) -> list[tuple[datetime, datetime]]:
        """When a clinician sees patients on a day, in UTC.

        An hour that the wall clock skips does not exist here; one that it shows twice lasts twice as long.
        """
        return self._on(day, self.hours if clinician.hours is None else clinician.hours)

    def hours_on(self, day: date) -> list[tuple[datetime, datetime]]:
        """When the clinic is open on a day, in UTC."""
        return self._on(day, self.hours)

    def _on(self, day: date, hours: WeeklyHours) -> list[tuple[datetime, datetime]]:
        if day in self.closed_days:
            return []
        found = [(self._moment(day, i.opens), self._moment(day, i.closes)) for i in hours.get(day.weekday(), ())]
        return [(opens, closes) for opens, closes in found if opens < closes]

    def _moment(self, day: date, wall: time) -> datetime:
        if wall == time.max:
            day, wall = day + timedelta(days=1), time.min
        return datetime.combine(day, wall, self.zone).astimezone(UTC)
