"""Staff pages of some areas with the real sessions, and browsers that are signed in as a role.

    with staff_site(inbox_area) as site:                 # inbox_area: (access, pages) -> APIRouter
        editor = site.signed_in(Role.EDITOR)
        page = editor.get("/staff/inbox")
        answer = editor.submit("/staff/inbox/7/assign", to="somebody")     # a POST with the form's token

`site.url` is the database (SQLite, migrated, in a folder of its own); give `database=` for one of yours.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Engine

from clinic.adapters.oidc import OidcProvider
from clinic.adapters.passwords import Argon2Passwords
from clinic.adapters.sql.engine import open_engine
from clinic.adapters.sql.staff_desks import sql_staff_desks
from clinic.adapters.sql.staff_tables import staff_account
from clinic.bootstrap.booking import clinic_zone
from clinic.settings import Settings, load_settings
from clinic.staff.account import Account
from clinic.staff.desks import StaffDesks
from clinic.staff.model import Role, StaffMember
from clinic.staff.ports import PasswordHasher, Record
from clinic.staff.session import SessionLimits, Sessions
from tools.migrate import upgrade
from web.limits import RateLimit
from web.staff.access import SESSION, Access
from web.staff.accounts.clinic_account import BACK
from web.staff.accounts.parts import AccountParts
from web.staff.accounts.routes import account_areas
from web.staff.csrf import FIELD
from web.staff.errors import install_staff_errors
from web.staff.frame import staff_frame
from web.staff.pages import StaffPages
from web.staff.routes import Area, staff_routes

SETTINGS = {"SECRET_KEY": "s" * 40, "PUBLIC_URL": "http://testserver"}


class StaffBrowser(TestClient):
    """Somebody at a browser; redirects are not followed, so that a test sees them."""

    member: StaffMember
    csrf: str

    def submit(self, address: str, fields: Mapping[str, Any] | None = None, **more: Any) -> Response:
        """A form with its token; `fields` for names that are no Python names."""
        return self.post(address, data={FIELD: self.csrf, **(fields or {}), **more})


@dataclass
class StaffSite:
    """The pages, and who is signed in there."""

    app: FastAPI
    settings: Settings
    url: str
    engine: Engine
    access: Access
    pages: StaffPages
    desks: StaffDesks
    _open: list[StaffBrowser] = field(default_factory=list)

    @property
    def sessions(self) -> Sessions:
        return self.desks.sessions

    @property
    def record(self) -> Record:
        return self.desks.record

    def account(self, role: Role = Role.EDITOR, name: str | None = None) -> Account:
        """A new account, enrolled."""
        return new_account(self.url, role, name)

    def signed_in(self, role: Role = Role.EDITOR, name: str | None = None) -> StaffBrowser:
        """A browser of a new account."""
        account = self.account(role, name)
        browser = self.browser()
        token = self.sessions.begin(account.id)
        browser.cookies.set(self.access.cookies.name(SESSION), token)
        browser.member, browser.csrf = account.member, self.access.csrf.token(token)
        return browser

    def browser(self) -> StaffBrowser:
        """Nobody is signed in with it."""
        browser = StaffBrowser(self.app, base_url=self.settings.public_url, follow_redirects=False)
        self._open.append(browser)
        return browser

    def close(self) -> None:
        for browser in self._open:
            browser.close()
        self.engine.dispose()


@contextmanager
def staff_site(
    *areas: Area, database: str | None = None, settings: Mapping[str, str] | None = None,
    now: Callable[[], float] = time.time, hasher: PasswordHasher | None = None,
) -> Iterator[StaffSite]:  # fmt: skip
    """Pages of accounts and of these areas on a database of their own; `now`: the clock of sessions and codes."""
    with tempfile.TemporaryDirectory() as folder:
        url = database or fresh_database(Path(folder))
        site = _site(areas, load_settings({**SETTINGS, "CLINIC_DB_URL": url, **(settings or {})}), now,
                     hasher or QuickHasher())  # fmt: skip
        try:
            yield site
        finally:
            site.close()


def new_account(database: str, role: Role, name: str | None = None) -> Account:
    """Somebody who is enrolled, written straight into a database."""
    key, now = uuid4().hex[:8], time.time()
    account = Account(f"m_{key}", f"{role.value}.{key}@example.org", name or f"Demo {role.value.title()}", role, now,
                      enrolled_at=now)  # fmt: skip
    engine = open_engine(database)
    with engine.begin() as connection:
        connection.execute(staff_account.insert().values({**account.__dict__, "role": role.value}))
    engine.dispose()
    return account


def fresh_database(folder: Path) -> str:
    """An empty SQLite file with the newest schema; migrated once a process, copied after."""
    file = folder / "clinic.db"
    shutil.copyfile(_migrated(), file)
    return f"sqlite:///{file}"


@lru_cache(maxsize=1)
def _migrated() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="staff-schema-"))
    upgrade(f"sqlite:///{folder}/clinic.db")
    return folder / "clinic.db"


def _site(areas: Sequence[Area], settings: Settings, now: Callable[[], float], hasher: PasswordHasher) -> StaffSite:
    engine = open_engine(settings.clinic_db_url)
    limits = SessionLimits.of(settings.staff)
    desks = sql_staff_desks(engine, settings.secret_key, "Demo Vein Clinic", limits, hasher, now)
    access, pages = staff_frame(settings, lambda: desks, "Demo Vein Clinic", lambda: clinic_zone(settings))
    limit = RateLimit()
    provider = OidcProvider(settings.staff.oidc, f"{settings.public_url}{BACK}") if settings.staff.oidc else None
    accounts = account_areas(AccountParts(settings, lambda: desks, limit, provider))
    app = FastAPI()
    app.include_router(staff_routes(access, pages, [*accounts, *areas]))
    install_staff_errors(app, pages)
    return StaffSite(app, settings, settings.clinic_db_url, engine, access, pages, desks)


class QuickHasher(Argon2Passwords):
    """Argon2 with the least it can do: a test signs in often."""

    def __init__(self) -> None:
        super().__init__(Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1))
