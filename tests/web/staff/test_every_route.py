"""Every address under `/staff` of the real application: who may, who may not, and who is nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from clinic.bootstrap.staff import staff_accounts
from clinic.settings import load_settings
from clinic.staff.model import PERMISSIONS, Permission, Role
from tests.web.staff.signed_in import SETTINGS, StaffBrowser, fresh_database, new_account
from web.app import create_app
from web.staff.access import SESSION
from web.staff.csrf import FIELD, Csrf

# What is open to who is not signed in; whoever adds to it says why.
OPEN = {
    ("GET", "/staff"),  # only leads to the inbox
    ("GET", "/staff/static/{name:path}"),  # style sheets and scripts
    ("GET", "/staff/sign-in"),
    ("POST", "/staff/sign-in"),
    ("GET", "/staff/sign-in/code"),
    ("POST", "/staff/sign-in/code"),
    ("POST", "/staff/sign-out"),  # ends what there is
    ("GET", "/staff/join/{token}"),  # who has the link
    ("POST", "/staff/join/{token}"),
}


@dataclass(frozen=True)
class Address:
    method: str
    path: str
    permissions: frozenset[Permission]

    @property
    def example(self) -> str:
        return re.sub(r"\{[^}]*\}", "1", self.path)


def permissions_of(dependant: Dependant) -> Iterator[Permission]:
    for part in dependant.dependencies:
        found = getattr(part.call, "permission", None)
        if found is not None:
            yield found
        yield from permissions_of(part)


def addresses(app: FastAPI) -> list[Address]:
    found = []
    for route in iter_route_contexts(app.routes):
        path = route.path or ""
        if path == "/staff" or path.startswith("/staff/"):
            dependant: Any = getattr(route, "dependant", None)
            permissions = frozenset(permissions_of(dependant)) if dependant is not None else frozenset()
            found += [Address(m, path, permissions) for m in sorted((route.methods or {"?"}) - {"HEAD"})]
    return found


@dataclass
class RealApp:
    app: FastAPI
    browsers: dict[Role, StaffBrowser]
    nobody: StaffBrowser


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealApp]:
    database = fresh_database(Path(tmp_path_factory.mktemp("every-route")))
    settings = load_settings({**SETTINGS, "CLINIC_DB_URL": database})
    app, desks, csrf = create_app(settings), staff_accounts(settings), Csrf(settings)

    def browser() -> StaffBrowser:
        return StaffBrowser(app, base_url=settings.public_url, follow_redirects=False)

    browsers = {}
    for role in Role:
        account = new_account(database, role)
        token = desks.sessions.begin(account.id)
        browsers[role] = browser()
        browsers[role].cookies.set(SESSION, token)
        browsers[role].csrf = csrf.token(token)
    yield RealApp(app, browsers, browser())


def test_the_application_has_staff_pages(real: RealApp) -> None:
    paths = {address.path for address in addresses(real.app)}
    assert {"/staff/people", "/staff/audit", "/staff/profile", "/staff/sign-in"} <= paths


def test_every_address_asks_for_a_permission_or_stands_on_the_list(real: RealApp) -> None:
    without = {(a.method, a.path) for a in addresses(real.app) if not a.permissions}
    assert without == OPEN


def test_nobody_gets_further_than_the_sign_in(real: RealApp) -> None:
    for address in addresses(real.app):
        if not address.permissions:
            continue
        answer = real.nobody.request(address.method, address.example)
        # A form without a session is refused before anybody asks whose it is.
        expected = 303 if address.method == "GET" else 403
        assert answer.status_code == expected, address
        assert "location" not in answer.headers or answer.headers["location"].startswith("/staff/sign-in"), address


@pytest.mark.parametrize("role", Role)
def test_a_role_is_refused_whatever_it_may_not(real: RealApp, role: Role) -> None:
    browser = real.browsers[role]
    refused = [a for a in addresses(real.app) if not a.permissions <= PERMISSIONS[role]]
    assert refused or role is Role.ADMIN
    for address in refused:
        data = {FIELD: browser.csrf} if address.method != "GET" else None
        answer = browser.request(address.method, address.example, data=data)
        assert answer.status_code == 403, address
        assert "Your role does not allow this" in answer.text, address


@pytest.mark.parametrize("role", Role)
def test_every_form_of_every_role_needs_its_token(real: RealApp, role: Role) -> None:
    for address in addresses(real.app):
        if address.method != "GET":
            answer = real.browsers[role].request(address.method, address.example, data={"x": "1"})
            assert answer.status_code == 403, address
            assert "Nothing was changed" in answer.text, address


@pytest.mark.parametrize("path", ["/staff/profile", "/staff/people", "/staff/people/invite", "/staff/audit"])
def test_pages_of_accounts_open_for_who_may(real: RealApp, path: str) -> None:
    assert real.browsers[Role.ADMIN].get(path).status_code == 200


def test_nobody_learns_which_addresses_there_are(real: RealApp) -> None:
    page = real.nobody.get("/staff/nothing-here")
    assert page.status_code == 404
    assert "text/html" in page.headers["content-type"]


def test_errors_elsewhere_stay_as_programs_expect_them(real: RealApp) -> None:
    assert real.nobody.get("/nothing-here").json()["error"]["code"] == "not_found"
    assert real.nobody.post("/webhooks/rest/webhook", json={"sender": "a"}).json()["error"]["code"]
