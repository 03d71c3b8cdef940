"""When an answer is to be read by a clinician again."""

from __future__ import annotations

import calendar
from datetime import date

MONTHS = (3, 6, 12, 24)
USUAL_MONTHS = 12


def months_later(day: date, months: int) -> date:
    """The same day of a later month, its last one where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
