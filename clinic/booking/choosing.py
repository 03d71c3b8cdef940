"""Finding a time together: which free times are shown next, and what the answer to them means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from clinic.booking.availability import TimeSlot
from clinic.booking.choices import ANYONE
from clinic.booking.desk import BookingDesk
from clinic.booking.errors import ClosedDay, NoSuchTime, TooFarAhead
from clinic.booking.time_answer import JoinWaitingList, MoreTimes, Pick, Search, read_time_answer
from clinic.booking.wish import ANY_TIME, Wish

NUMBER_SHOWN = 4


@dataclass(frozen=True)
class Shown:
    """What has been shown: the last `times`, the `wish` they fit, earlier starts that were `passed_over`.

    `near`: the start that was wanted and cannot be had, in UTC; the closest free ones stand for it.
    """

    times: tuple[TimeSlot, ...] = ()
    wish: Wish = ANY_TIME
    passed_over: tuple[datetime, ...] = ()
    near: datetime | None = None


class Finding(StrEnum):
    """How the times that are shown next came about."""

    FITTING = "fitting"
    NEAREST = "nearest"
    NO_MORE = "no_more"  # all that fit were shown: from the start again
    NOTHING_FITS = "nothing_fits"  # the next free ones instead
    NOTHING_FREE = "nothing_free"


@dataclass(frozen=True)
class TimeChoice:
    """What an answer led to: a `slot`, or what to show next; `clinician`: changed by the answer."""

    shown: Shown
    slot: TimeSlot | None = None
    clinician: str | None = None
    waits: bool = False


def times_to_show(desk: BookingDesk, visit_type: str, clinician: str, shown: Shown) -> tuple[Shown, Finding]:
    """The next times to show, and why these."""
    only = None if clinician == ANYONE else clinician
    if shown.near is not None:
        nearest = desk.nearest_to(visit_type, shown.near, NUMBER_SHOWN, only)
        return replace(shown, times=tuple(nearest)), Finding.NEAREST if nearest else Finding.NOTHING_FREE
    fitting = desk.offers(visit_type, only, shown.wish, NUMBER_SHOWN, but=shown.passed_over)
    if fitting:
        return replace(shown, times=tuple(fitting)), Finding.FITTING
    again = replace(shown, passed_over=())
    found = desk.offers(visit_type, only, shown.wish, NUMBER_SHOWN) if shown.passed_over else []
    if found:
        return replace(again, times=tuple(found)), Finding.NO_MORE
    soonest = tuple(desk.offers(visit_type, only, ANY_TIME, NUMBER_SHOWN))
    return Shown(soonest), Finding.NOTHING_FITS if soonest else Finding.NOTHING_FREE


def choose_time(
    desk: BookingDesk, visit_type: str, clinician: str, shown: Shown, said: str,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> TimeChoice:  # fmt: skip
    """What an answer to the shown times means.

    Raises the field errors of `read_wish`, and `ClosedDay`, `TooFarAhead`, `NoSuchTime` for a day or a time that
    cannot be had at all.
    """
    local = now().astimezone(desk.timetable.zone)
    answer = read_time_answer(said, shown.times, shown.wish, local, desk.timetable.zone)
    match answer:
        case Pick(slot):
            return TimeChoice(shown, slot)
        case MoreTimes() as asked:
            return TimeChoice(_others(shown, asked, desk.timetable.zone))
        case JoinWaitingList():
            return TimeChoice(shown, waits=True)
        case Search(wish, with_anyone):
            return _searched(desk, visit_type, ANYONE if with_anyone else clinician, with_anyone, wish, local)


def _others(shown: Shown, asked: MoreTimes, zone: ZoneInfo) -> Shown:
    """The wish for other times: on one day its earlier or later ones, else those that were not shown yet."""
    earlier, later = asked.earlier, asked.later
    is_one_day = shown.wish.first_day is not None and shown.wish.first_day == shown.wish.last_day
    starts = [slot.start for slot in shown.times]
    clocks = sorted(start.astimezone(zone).time() for start in starts)
    if is_one_day and clocks and earlier:
        return Shown(wish=replace(shown.wish, at=None, from_time=None, before=clocks[0]))
    if is_one_day and clocks and later:
        after = (datetime.combine(date.min, clocks[-1]) + timedelta(minutes=1)).time()
        return Shown(wish=replace(shown.wish, at=None, from_time=after, before=None))
    if asked.other_day and starts:
        after_the_last = max(starts).astimezone(zone).date() + timedelta(days=1)
        return Shown(wish=replace(shown.wish, first_day=after_the_last, last_day=None, at=None))
    if earlier:
        return Shown(wish=replace(shown.wish, first_day=None, last_day=None))
    return replace(shown, passed_over=(*shown.passed_over, *starts), near=None)


def _searched(
    desk: BookingDesk, visit_type: str, clinician: str, is_other: bool, wish: Wish, local: datetime
) -> TimeChoice:
    _refuse_the_impossible(desk, wish, local)
    changed = clinician if is_other else None
    if wish.at is None or wish.first_day is None or wish.first_day != wish.last_day:
        return TimeChoice(Shown(wish=wish), clinician=changed)
    exact = desk.offers(visit_type, None if clinician == ANYONE else clinician, wish, 1)
    if exact:
        return TimeChoice(Shown(wish=wish), exact[0], changed)
    start = datetime.combine(wish.first_day, wish.at, desk.timetable.zone).astimezone(UTC)
    return TimeChoice(Shown(wish=wish, near=start), clinician=changed)


def _refuse_the_impossible(desk: BookingDesk, wish: Wish, local: datetime) -> None:
    """Say so where no time can be had because of the calendar rather than because others were faster."""
    table, day = desk.timetable, wish.first_day
    if day is None:
        return
    if day > (local + table.horizon).date():
        raise TooFarAhead("later than the clinic takes bookings")
    if day != wish.last_day:
        return
    if wish.at is not None:
        wall = datetime.combine(day, wish.at, table.zone)
        if wall.astimezone(UTC).astimezone(table.zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
            raise NoSuchTime("the clocks skip this time")
    if day >= local.date() and not table.hours_on(day):
        raise ClosedDay("the clinic is closed all day")
