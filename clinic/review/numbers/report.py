"""From what was counted in two spans to figures and tables; nothing is looked up here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from clinic.booking.timetable import Timetable
from clinic.review.numbers.counted import ALARMS, MISSED, Counted, Handled
from clinic.review.numbers.model import QUARTER, Figure, Report, Tally, Task, percentile, share
from clinic.review.numbers.period import Period
from clinic.review.numbers.tables import IN_BOOKS_ONLY, tables_of

TitleOf = Callable[[str, str], str]


def report_of(period: Period, now: Tally, before: Tally, title_of: TitleOf, timetable: Timetable | None) -> Report:
    """All numbers of a period; `title_of`: how staff call a kind and topic of a reply."""
    return Report(_figures(now, before, timetable), tables_of(period, now, before, title_of))


def _figures(now: Tally, before: Tally, timetable: Timetable | None) -> tuple[Figure, ...]:
    warned = f"{now.times(*ALARMS):,} warnings given"
    rated = now.thumbed(True), now.thumbed(True) + now.thumbed(False)
    found = [
        _count("chats", "Chats", now, before, lambda t: sum(t.chats.values())),
        _count("messages", "Messages from visitors", now, before, lambda t: sum(t.messages.values())),
        _count("answered", "Questions answered", now, before, lambda t: t.times(Counted.ANSWERED)),
        Figure("answered_share", "Share answered", "percent", _answered_share(now), _answered_share(before),
               f"{now.times(Counted.ANSWERED):,} of {now.times(Counted.ANSWERED, *MISSED):,} questions"),
        _count("missed", "Questions missed", now, before, lambda t: t.times(*MISSED)),
        _count("refused", "Refused: left to a doctor", now, before, lambda t: t.times(Counted.REFUSED)),
        _count("alarm_chats", "Chats with a danger", now, before, lambda t: t.alarm_chats, warned),
        _count("tasks", "Tasks done in the chat", now, before, tasks_in_chat),
        _count("booked", "Visits booked", now, before, lambda t: t.done.get(Task.BOOKED, 0),
               f"{now.times(Counted.BOOKED):,} of them told in a chat"),
        Figure("helpful_share", "Found helpful", "percent", share(*rated), _helpful_share(before),
               f"{rated[0]:,} of {rated[1]:,} ratings"),
        Figure("median", "Usual answer time", "seconds", _seconds(now, 50), _seconds(before, 50)),
        Figure("slow", "Slow answer time", "seconds", _seconds(now, 95), _seconds(before, 95)),
        _count("unanswered", "Messages without an answer", now, before, unanswered),
    ]  # fmt: skip
    if timetable is not None:
        closed = _while_closed(now, timetable)
        part = share(closed, sum(now.messages.values()))
        of = f"{part:.1f}% of all messages" if part is not None else ""
        found.append(Figure("closed", "Messages while closed", "count", closed, _while_closed(before, timetable), of))
    return tuple(found)


def tasks_in_chat(tally: Tally) -> int:
    """What the assistant got done."""
    told = tally.times(Counted.BOOKED, Counted.MOVED, Counted.CANCELLED)
    return told + sum(tally.done.get(task, 0) for task in IN_BOOKS_ONLY)


def unanswered(tally: Tally) -> int:
    """Messages that got no answer, or none yet."""
    return tally.handled.get(Handled.FAILED, 0) + tally.handled.get(Handled.OPEN, 0)


def _count(
    figure_id: str, title: str, now: Tally, before: Tally, count: Callable[[Tally], int], of: str = ""
) -> Figure:
    return Figure(figure_id, title, "count", count(now), count(before), of)


def _answered_share(tally: Tally) -> float | None:
    answered = tally.times(Counted.ANSWERED)
    return share(answered, answered + tally.times(*MISSED))


def _helpful_share(tally: Tally) -> float | None:
    return share(tally.thumbed(True), tally.thumbed(True) + tally.thumbed(False))


def _seconds(tally: Tally, percent: int) -> float | None:
    found = percentile(tally.answer_ms, percent)
    return None if found is None else found / 1000


def _while_closed(tally: Tally, timetable: Timetable) -> int:
    """Messages in quarters of an hour in which the clinic is not open."""
    zone, is_open = timetable.zone, _OpenQuarters(timetable)
    return sum(times for quarter, times in tally.messages.items() if not is_open(quarter, zone))


class _OpenQuarters:
    """Whether the clinic is open when a quarter begins; each day's hours are looked up once."""

    def __init__(self, timetable: Timetable) -> None:
        self._timetable = timetable
        self._hours: dict[object, list[tuple[datetime, datetime]]] = {}

    def __call__(self, quarter: int, zone: ZoneInfo) -> bool:
        moment = datetime.fromtimestamp(quarter * QUARTER, UTC)
        day = moment.astimezone(zone).date()
        if day not in self._hours:
            self._hours[day] = self._timetable.hours_on(day)
        return any(opens <= moment < closes for opens, closes in self._hours[day])
