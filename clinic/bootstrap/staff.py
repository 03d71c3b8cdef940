"""Who works here."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from clinic.adapters.sql.staff_desks import sql_staff_desks
from clinic.answers.clinic_facts import load_clinic_facts
from clinic.bootstrap.database import engine_of
from clinic.settings import Settings
from clinic.staff.desks import StaffDesks
from clinic.staff.ports import Record
from clinic.staff.session import SessionLimits

if TYPE_CHECKING:
    from clinic.adapters.oidc import OidcProvider


def staff_accounts(settings: Settings) -> StaffDesks:
    """Who works here: signing in, people, the record; does not connect yet, so `web` starts without the database."""
    limits = SessionLimits.of(settings.staff)
    return _staff_desks(settings.clinic_db_url, settings.secret_key, settings.country, limits)


def audit_log(settings: Settings) -> Record:
    """The record of what staff change."""
    return staff_accounts(settings).record


def clinic_account_provider(settings: Settings, redirect_uri: str) -> OidcProvider | None:
    """The clinic's own sign-in service for staff; `None` without one. Not asked for anything yet."""
    if settings.staff.oidc is None:
        return None
    from clinic.adapters.oidc import OidcProvider  # noqa: PLC0415 - start-up time, for who has one

    return OidcProvider(settings.staff.oidc, redirect_uri)


@lru_cache(maxsize=4)
def _staff_desks(url: str, secret_key: str, country: str | None, limits: SessionLimits) -> StaffDesks:
    clinic_name = load_clinic_facts(country=country).values["clinic_name"]
    return sql_staff_desks(engine_of(url), secret_key, clinic_name, limits)
