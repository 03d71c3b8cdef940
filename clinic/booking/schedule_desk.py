"""Where staff change the schedule: part by part, never over somebody else's change, never silently over visits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from clinic.booking.appointment import Appointment, AppointmentStatus
from clinic.booking.errors import BookingUnavailable
from clinic.booking.ports import AppointmentBook
from clinic.booking.schedule import Document, Schedule, ScheduleChanged, ScheduleStore
from clinic.booking.schedule_parts import EMPTY, SchedulePart, part_of, with_part
from clinic.booking.timetable import Timetable
from clinic.booking.timetable_file import read_timetable

_TRIES = 5


class PartChanged(Exception):
    """Somebody else has changed this part since the page was shown; `now` is what there is."""

    def __init__(self, now: Schedule) -> None:
        super().__init__(f"the part was changed in version {now.version}")
        self.now = now


class VisitsConcerned(Exception):
    """Visits that are booked would not fit any more; nothing was saved. They stay valid if it is saved all the same."""

    def __init__(self, visits: list[Appointment]) -> None:
        super().__init__(f"{len(visits)} visits do not fit")
        self.visits = visits


class ScheduleDesk:
    """Use cases around the schedule. Raises `BookingUnavailable` where the database does not answer."""

    def __init__(
        self, store: ScheduleStore, book: AppointmentBook, from_file: Callable[[], Document | None], country: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        """`from_file`: the first schedule; `country`: whose public holidays the clinic may keep."""
        self._store, self._book, self._from_file = store, book, from_file
        self._country, self._now = country, now

    def current(self) -> Schedule:
        """What holds now."""
        return self._store.newest() or Schedule(0, self._from_file() or EMPTY)

    def version(self, number: int) -> Schedule:
        """What held as the page was shown; raises `LookupError` for a version that never was."""
        found = self._store.version(number) if number else Schedule(0, self._from_file() or EMPTY)
        if found is None:
            raise LookupError(f"there is no version {number}")
        return found

    def timetable(self, schedule: Schedule) -> Timetable:
        """The timetable of a schedule."""
        return read_timetable(schedule.document, self._country)

    def save(self, part: SchedulePart, value: Any, *, seen: int, by: str, keeps_visits: bool = False) -> Schedule:
        """Let a part say something else from now on; `None` ends a clinician's or a kind of visit's time here.

        `seen`: the version on the page. `keeps_visits`: visits that do not fit any more were looked at, and stay.
        Raises `PartChanged`, `VisitsConcerned`, `TimetableError`, and then nothing is saved.
        """
        before = part_of(self.version(seen).document, part)
        for _ in range(_TRIES):
            current = self.current()
            now_says = part_of(current.document, part)
            if now_says == value:  # also a second click
                return current
            if now_says != before:
                raise PartChanged(current)
            document = with_part(current.document, part, value)
            if not keeps_visits:
                self._refuse_silence(current, document)
            else:
                read_timetable(document, self._country)
            try:
                return self._store.save(document, current.version, by, self._now())
            except ScheduleChanged:
                continue  # perhaps another part: then both hold
        raise BookingUnavailable("the schedule changes all the time")

    def misfits(self) -> list[Appointment]:
        """Coming visits that the schedule would not offer; they are valid all the same."""
        table = self.timetable(self.current())
        return [visit for visit in self._coming(table) if not fits(visit, table)]

    def _refuse_silence(self, current: Schedule, document: Document) -> None:
        before, after = self.timetable(current), read_timetable(document, self._country)
        # What did not fit before was kept knowingly.
        concerned = [v for v in self._coming(before) if fits(v, before) and not fits(v, after)]
        if concerned:
            raise VisitsConcerned(concerned)

    def _coming(self, table: Timetable) -> list[Appointment]:
        now = self._now()
        found = self._book.between(now, now.replace(year=now.year + 5))
        return [visit for visit in found if visit.status is AppointmentStatus.BOOKED]


def fits(visit: Appointment, table: Timetable) -> bool:
    """Whether a visit lies within its clinician's hours, with somebody and of a kind that the clinic has."""
    slot = visit.slot
    seer = next((c for c in table.clinicians if c.id == slot.clinician), None)
    if seer is None or slot.visit_type not in seer.visit_types:
        return False
    day = slot.start.astimezone(table.zone).date()
    return any(opens <= slot.start and slot.end <= closes for opens, closes in table.open_on(day, seer))
