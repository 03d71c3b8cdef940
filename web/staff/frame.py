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
from web.staff.pages import StaffPages


def staff_frame(
    settings: Settings,
    desks: Callable[[], StaffDesks],
    clinic_name: str,
    zone: tzinfo = UTC,
    emergencies: Callable[[], int] = lambda: 0,
) -> tuple[Access, StaffPages]:
    """`zone`: the clinic's; `emergencies`: how many nobody has acknowledged. It and the desks are asked for on use."""
    access = Access(lambda: desks().sessions, StaffCookies.of(settings), Csrf(settings))
    limits = SessionLimits.of(settings.staff)
    return access, StaffPages(access, settings.secret_key, clinic_name, limits, zone, emergencies)
