"""Free times: what the timetable allows, less what is taken. Pure; every moment is aware, slots are in UTC."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from clinic.booking.timetable import CELL, Clinician, Timetable, VisitType
from clinic.booking.wish import ANY_TIME, Wish

_GAPS = tuple(timedelta(minutes=minutes) for minutes in (180, 120, 60, 30, 1))
Cell = tuple[str, datetime]


@dataclass(frozen=True, order=True)
class TimeSlot:
    """A time that one clinician can give to one kind of visit (in FHIR: a free `Slot`); `end` is without the buffer."""

    start: datetime
    end: datetime
    clinician: str
    visit_type: str


def to_text(slot: TimeSlot) -> str:
    """A slot as a slot of the conversation holds it."""
    return "|".join((slot.start.isoformat(), slot.end.isoformat(), slot.clinician, slot.visit_type))


def from_text(text: str) -> TimeSlot:
    """What `to_text` wrote."""
    start, end, clinician, visit_type = text.split("|")
    return TimeSlot(datetime.fromisoformat(start), datetime.fromisoformat(end), clinician, visit_type)


def cells(slot: TimeSlot, visit: VisitType) -> list[Cell]:
    """What a visit takes of a clinician's day, its buffer included: the keys of which each can be claimed once."""
    number = -(-visit.taken // CELL)
    return [(slot.clinician, slot.start + i * CELL) for i in range(number)]


def free_slots(
    timetable: Timetable, visit: VisitType, taken: Collection[Cell], now: datetime, wish: Wish = ANY_TIME,
    clinician: str | None = None,
) -> Iterator[TimeSlot]:  # fmt: skip
    """Every free slot in the order of time, from the lead time to the horizon; `clinician`: only hers or his."""
    earliest, latest = now + timetable.lead, now + timetable.horizon
    seers = [c for c in timetable.clinicians if visit.id in c.visit_types and clinician in (None, c.id)]
    for day in _days(earliest, latest, timetable):
        if not wish.allows_day(day):
            continue
        slots = (slot for seer in seers for slot in _starts(timetable, seer, visit, day))
        for slot in sorted(slots):
            is_free = not any(cell in taken for cell in cells(slot, visit))
            if earliest <= slot.start <= latest and is_free and wish.allows(slot.start.astimezone(timetable.zone)):
                yield slot


def is_offered(timetable: Timetable, slot: TimeSlot, now: datetime) -> bool:
    """Whether a slot is one of the timetable's, and neither too soon nor too far off; taken or not."""
    try:
        seer, visit = timetable.clinician(slot.clinician), timetable.visit_type(slot.visit_type)
    except KeyError:
        return False
    day = slot.start.astimezone(timetable.zone).date()
    is_in_time = now + timetable.lead <= slot.start <= now + timetable.horizon
    return is_in_time and visit.id in seer.visit_types and slot in _starts(timetable, seer, visit, day)


def spread(slots: Iterable[TimeSlot], number: int) -> list[TimeSlot]:
    """At most `number` slots, as far apart as there are enough of them: a choice rather than a queue."""
    chosen: list[TimeSlot] = []
    seen: list[TimeSlot] = []
    rest: Iterable[TimeSlot] = slots
    for gap in _GAPS:
        for slot in rest:
            if all(abs(slot.start - other.start) >= gap for other in chosen):
                chosen.append(slot)
                if len(chosen) == number:
                    return sorted(chosen)
            seen.append(slot)
        rest, seen = seen, []
    return sorted(chosen)


def _days(earliest: datetime, latest: datetime, timetable: Timetable) -> Iterator[date]:
    day, last = earliest.astimezone(timetable.zone).date(), latest.astimezone(timetable.zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def _starts(timetable: Timetable, seer: Clinician, visit: VisitType, day: date) -> Iterator[TimeSlot]:
    for opens, closes in timetable.open_on(day, seer):
        start = opens.astimezone(UTC)
        while start + visit.length <= closes:
            yield TimeSlot(start, start + visit.length, seer.id, visit.id)
            start += timetable.start_every
