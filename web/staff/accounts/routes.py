"""The areas of accounts, in one list."""

from __future__ import annotations

from web.staff.accounts.audit import audit_area
from web.staff.accounts.clinic_account import clinic_account_area
from web.staff.accounts.enrol import enrol_area
from web.staff.accounts.parts import AccountParts
from web.staff.accounts.people import people_area
from web.staff.accounts.profile import profile_area
from web.staff.accounts.sign_in import sign_in_area
from web.staff.routes import Area


def account_areas(parts: AccountParts) -> tuple[Area, ...]:
    """The clinic's own sign-in service only where it has one."""
    areas = (sign_in_area, enrol_area, profile_area, people_area, audit_area)
    own_service = (clinic_account_area(parts, parts.provider),) if parts.provider else ()
    return (*(area(parts) for area in areas), *own_service)
