"""The desks of the staff on one SQL database."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import Engine

from clinic.adapters.passwords import Argon2Passwords
from clinic.adapters.second_factor import TotpFactor
from clinic.adapters.sql.staff_accounts import SqlAccounts
from clinic.adapters.sql.staff_record import SqlRecord
from clinic.adapters.sql.staff_sessions import SqlSessions, SqlTries
from clinic.staff.codes import Codes
from clinic.staff.desks import StaffDesks
from clinic.staff.enrolment import EnrolmentDesk
from clinic.staff.own_account import OwnAccountDesk
from clinic.staff.people import PeopleDesk
from clinic.staff.ports import PasswordHasher
from clinic.staff.session import SessionLimits, Sessions
from clinic.staff.sign_in import SignInDesk


def sql_staff_desks(
    engine: Engine, secret_key: str, issuer: str, limits: SessionLimits, hasher: PasswordHasher | None = None,
    now: Callable[[], float] = time.time,
) -> StaffDesks:  # fmt: skip
    """`issuer`: the clinic's name, as authenticator apps show it. Does not connect yet."""
    record, tries, factor = SqlRecord(engine, now), SqlTries(engine), TotpFactor(secret_key, issuer)
    passwords = hasher or Argon2Passwords()
    accounts = SqlAccounts(engine, record)
    sessions, codes = Sessions(SqlSessions(engine), accounts, limits, now), Codes(accounts, factor)
    return StaffDesks(
        sessions,
        SignInDesk(accounts, sessions, tries, passwords, codes, record, now),
        EnrolmentDesk(accounts, sessions, passwords, factor, codes, now),
        PeopleDesk(accounts, sessions, tries, factor, now),
        OwnAccountDesk(accounts, sessions, tries, passwords, factor, codes, now),
        record,
    )
