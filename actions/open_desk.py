"""The booking desk, for actions that cannot go on without one."""

from __future__ import annotations

from collections.abc import Callable

from clinic.booking.desk import BookingDesk
from clinic.booking.errors import BookingUnavailable

Desk = Callable[[], BookingDesk | None]


def open_desk(desk: Desk) -> BookingDesk:
    """The desk; raises `BookingUnavailable` where the clinic has given no timetable."""
    found = desk()
    if found is None:
        raise BookingUnavailable("the clinic has given no timetable")
    return found
