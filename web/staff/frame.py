"""What all staff pages stand in, made from the settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, tzinfo

from clinic.settings import Settings
from clinic.staff.desks import StaffDesks
from clinic.staff.session import SessionLimits
from web.staff.access import Access
from web.staff.cookies import StaffCookies
from web.staff.csrf import Csrf
from web.staff.navigation import Waiting
from web.staff.pages import StaffPages


def staff_frame(
    settings: Settings,
    desks: Callable[[], StaffDesks],
    clinic_name: str,
    zone: Callable[[], tzinfo] = lambda: UTC,
    waiting: Callable[[], Waiting] = Waiting,
) -> tuple[Access, StaffPages]:
    """`zone`: the clinic's; `waiting`: what stands in the bar of every page. All are asked for on use."""
    access = Access(lambda: desks().sessions, StaffCookies.of(settings), Csrf(settings))
    limits = SessionLimits.of(settings.staff)
    return access, StaffPages(access, settings.secret_key, clinic_name, limits, zone, waiting)
