"""Free times to choose from: morning and afternoon, with the clinician where there is a choice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from itertools import groupby

from clinic.booking.availability import TimeSlot, from_text, to_text
from clinic.booking.errors import TimeNotOffered
from clinic.booking.front_desk import FrontDesk
from clinic.booking.spoken_times import day_in_full, on_the_clock
from web.staff.day.words import clinician_name

_NOON = time(12)


@dataclass(frozen=True)
class Choice:
    """A free time: what is sent, and what is read."""

    value: str
    clock: str
    clinician: str


@dataclass(frozen=True)
class Offer:
    """The free times of a day, in parts; `next_day`: the next one with any, where this day has none."""

    day: date
    title: str
    parts: list[tuple[str, list[Choice]]]
    next_day: date | None
    before: date | None
    after: date


def offer_of(desk: FrontDesk, visit_type: str, clinician: str | None, day: date) -> Offer:
    """What can be booked on a day."""
    table, today = desk.timetable, desk.now().date()
    slots = sorted(desk.times(visit_type, clinician, day))
    parts = [
        (name, [_choice(desk, slot) for slot in found]) for name, found in groupby(slots, lambda s: _part(desk, s))
    ]
    before, after = (date.fromordinal(day.toordinal() + step) for step in (-1, 1))
    is_known = any(v.id == visit_type for v in table.visit_types)
    next_day = desk.next_day(visit_type, clinician, day) if is_known and not slots else None
    return Offer(day, day_in_full(day), parts, next_day, before if day > today else None, after)


def read_slot(text: str, desk: FrontDesk) -> TimeSlot:
    """The time of a `Choice.value`; raises `TimeNotOffered` for anything else."""
    try:
        slot = from_text(text)
        desk.timetable.visit_type(slot.visit_type)
    except (ValueError, KeyError):
        raise TimeNotOffered("no time of ours") from None
    if slot.start.tzinfo is None or slot.end.tzinfo is None:
        raise TimeNotOffered("no time of ours")
    return slot


def _part(desk: FrontDesk, slot: TimeSlot) -> str:
    return "Morning" if slot.start.astimezone(desk.timetable.zone).time() < _NOON else "Afternoon"


def _choice(desk: FrontDesk, slot: TimeSlot) -> Choice:
    wall = slot.start.astimezone(desk.timetable.zone).time()
    return Choice(to_text(slot), on_the_clock(wall), clinician_name(desk.timetable, slot.clinician))
