"""Is the clinic open now, and when does it open or close next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from clinic.booking.timetable import Timetable

_DAYS_AHEAD = 60


@dataclass(frozen=True)
class Opening:
    """Whether the clinic is open, and until or from when, on its wall clock; `None`: not in the next weeks."""

    is_open: bool
    changes_at: datetime | None


def opening(timetable: Timetable, now: datetime) -> Opening:
    """How it is at `now` (aware)."""
    today = now.astimezone(timetable.zone).date()
    for ahead in range(-1, _DAYS_AHEAD):  # yesterday's shift may end after midnight
        for opens, closes in timetable.hours_on(today + timedelta(days=ahead)):
            if opens <= now < closes:
                return Opening(True, closes.astimezone(timetable.zone))
            if now < opens:
                return Opening(False, opens.astimezone(timetable.zone))
    return Opening(False, None)
