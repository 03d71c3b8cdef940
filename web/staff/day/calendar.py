"""A day and a week as tables: a column for each clinician."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from clinic.booking.appointment import Appointment, AppointmentStatus
from clinic.booking.busy import BusyTime
from clinic.booking.front_desk import FrontDesk
from clinic.booking.spoken_times import on_the_clock
from clinic.booking.timetable import Clinician, Timetable
from web.staff.day.words import STATUSES, clinician_name, visit_title

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_USUAL = (8, 17)  # hours shown on a day without any


@dataclass(frozen=True)
class Line:
    """A visit as a table shows it; `starts` and `ends` on the clinic's clock."""

    reference: str
    starts: datetime
    ends: datetime
    title: str
    clinician: str
    patient: str
    status: str
    badge: str
    is_booked: bool

    @property
    def clock(self) -> str:
        """From when to when."""
        return f"{on_the_clock(self.starts.time())} – {on_the_clock(self.ends.time())}"


@dataclass
class Cell:
    """What a clinician has in an hour or on a day; `free_from`: from when on a visit could still be booked here."""

    column: str
    clinician: str
    lines: list[Line] = field(default_factory=list)
    busy: list[str] = field(default_factory=list)
    is_in: bool = True
    free_from: datetime | None = None

    @property
    def is_bare(self) -> bool:
        """Whether there is nothing to read in it."""
        return not self.lines and not self.busy


@dataclass(frozen=True)
class Row:
    """An hour or a day; `address`: the day it leads to."""

    title: str
    cells: list[Cell]
    address: str = ""


@dataclass(frozen=True)
class Sheet:
    """The table, and how many visits are cancelled, which it does not show."""

    columns: list[str]
    rows: list[Row]
    cancelled: int


def line_of(visit: Appointment, table: Timetable) -> Line:
    """A visit in words."""
    status, badge = STATUSES[visit.status]
    starts, ends = (moment.astimezone(table.zone) for moment in (visit.slot.start, visit.slot.end))
    return Line(
        visit.reference, starts, ends, visit_title(table, visit.slot.visit_type),
        clinician_name(table, visit.slot.clinician), visit.patient.name if visit.patient else "", status, badge,
        visit.status is AppointmentStatus.BOOKED,
    )  # fmt: skip


def day_sheet(desk: FrontDesk, day: date) -> Sheet:
    """A row for each hour in which somebody is here or has a visit."""
    table, visits, busy = desk.timetable, desk.visits(day, day), desk.busy(day, day)
    shown = [v for v in visits if v.status is not AppointmentStatus.CANCELLED]
    seers = _seers(table, shown)
    rows = [
        Row(on_the_clock(hour.time()), [_hour_cell(desk, seer, hour, shown, busy) for seer in seers])
        for hour in _hours(table, day, seers, shown)
    ]
    return Sheet([seer.name for seer in seers], rows, len(visits) - len(shown))


def week_sheet(desk: FrontDesk, monday: date) -> Sheet:
    """A row for each day, of the weekend where somebody is here or has a visit."""
    table, sunday = desk.timetable, monday + 6 * _DAY
    visits, busy = desk.visits(monday, sunday), desk.busy(monday, sunday)
    shown = [v for v in visits if v.status is not AppointmentStatus.CANCELLED]
    seers = _seers(table, shown)
    rows = []
    for day in (monday + n * _DAY for n in range(7)):
        cells = [_day_cell(desk, seer, day, shown, busy) for seer in seers]
        if day.weekday() < 5 or any(cell.is_in or not cell.is_bare for cell in cells):
            rows.append(Row(f"{day:%A}, {day:%b} {day.day}", cells, str(day)))
    return Sheet([seer.name for seer in seers], rows, len(visits) - len(shown))


def _seers(table: Timetable, visits: Iterable[Appointment]) -> list[Clinician]:
    """Who is here, and those of before who still have visits."""
    known = {seer.id: seer for seer in table.clinicians}
    others = sorted({visit.slot.clinician for visit in visits} - set(known))
    gone = [Clinician(i, f"{clinician_name(table, i)} (not here any more)", frozenset(), {}) for i in others]
    return [*known.values(), *gone]


def _hours(table: Timetable, day: date, seers: Iterable[Clinician], visits: Iterable[Appointment]) -> list[datetime]:
    spans = [span for seer in seers for span in table.open_on(day, seer)]
    spans += [(visit.slot.start, visit.slot.end) for visit in visits]
    usual = [datetime.combine(day, time(hour), table.zone) for hour in _USUAL]
    first = min((start for start, _ in spans), default=usual[0]).astimezone(table.zone)
    last = max((end for _, end in spans), default=usual[1])
    # Steps in UTC, so that a day with 23 or 25 hours has as many rows.
    hour, found = first.replace(minute=0, second=0).astimezone(UTC), []
    while hour < last:
        found.append(hour.astimezone(table.zone))
        hour += _HOUR
    return found


def _hour_cell(
    desk: FrontDesk, seer: Clinician, hour: datetime, visits: Iterable[Appointment], busy: Iterable[BusyTime]
) -> Cell:
    since, until = hour.astimezone(UTC), hour.astimezone(UTC) + _HOUR
    return _cell(desk, seer, (since, until), hour.date(), visits, busy)


def _day_cell(
    desk: FrontDesk, seer: Clinician, day: date, visits: Iterable[Appointment], busy: Iterable[BusyTime]
) -> Cell:
    zone = desk.timetable.zone
    since, until = (datetime.combine(d, time.min, zone).astimezone(UTC) for d in (day, day + _DAY))
    return _cell(desk, seer, (since, until), day, visits, busy)


def _cell(
    desk: FrontDesk, seer: Clinician, span: tuple[datetime, datetime], day: date,
    visits: Iterable[Appointment], busy: Iterable[BusyTime],
) -> Cell:  # fmt: skip
    table, (since, until) = desk.timetable, span
    mine = [v for v in visits if v.slot.clinician == seer.id and since <= v.slot.start < until]
    open_here = [max(opens, since) for opens, closes in table.open_on(day, seer) if opens < until and closes > since]
    ahead = [start for start in open_here if until > desk.now()]
    blocked = [b for b in busy if b.clinician == seer.id and b.start < until and b.end > since]
    return Cell(
        seer.name, seer.id, [line_of(visit, table) for visit in mine], [_busy(b, table) for b in blocked],
        is_in=bool(open_here), free_from=ahead[0].astimezone(table.zone) if ahead else None,
    )  # fmt: skip


def _busy(found: BusyTime, table: Timetable) -> str:
    starts, ends = (moment.astimezone(table.zone) for moment in (found.start, found.end))
    return f"{on_the_clock(starts.time())} – {on_the_clock(ends.time())}"
