"""Somebody with a password and an app, as a test needs them, on a clock that the test moves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pyotp
from httpx import Response

from clinic.staff.model import Role
from clinic.staff.record import COMMAND_LINE
from tests.web.staff.signed_in import StaffBrowser, StaffSite, staff_site
from web.staff.csrf import FIELD

PASSWORD = "lamp river copper nine"
SIGN_IN = "/staff/sign-in"
CODE = "/staff/sign-in/code"


@dataclass
class Clock:
    """Seconds since the epoch; stands still until it is moved."""

    now: float = 1_795_000_000.0

    def __call__(self) -> float:
        return self.now

    def later(self, minutes: float = 0.0, seconds: float = 0.0) -> None:
        self.now += 60 * minutes + seconds


@dataclass
class Person:
    """Who has an account, with what they know and have."""

    id: str
    email: str
    app: pyotp.TOTP
    clock: Clock
    recovery_codes: list[str] = field(default_factory=list)
    password: str = PASSWORD

    def code(self) -> str:
        """What the app shows, once the former code is over."""
        self.clock.later(seconds=30)
        return self.app.at(int(self.clock.now))


@contextmanager
def site_on_a_clock(*areas: Any, **more: Any) -> Iterator[tuple[StaffSite, Clock]]:
    clock = Clock()
    with staff_site(*areas, now=clock, **more) as site:
        yield site, clock


def form_token(page: Response) -> str:
    found = re.search(rf'name="{FIELD}" value="([0-9a-f]+)"', page.text)
    assert found is not None, page.text
    return found[1]


def send(browser: StaffBrowser, page: Response | str, to: str, **fields: str) -> Response:
    """A form of a page that is open, or of the page at an address."""
    shown = browser.get(page) if isinstance(page, str) else page
    return browser.post(to, data={FIELD: form_token(shown), **fields})


def join(
    site: StaffSite, clock: Clock, role: Role = Role.EDITOR, email: str = "", name: str = "Rose Tremont"
) -> Person:
    """Invited from the command line, and enrolled on the page of the link."""
    address = email or f"{role.value}@example.org"
    invited = site.desks.people.invite(COMMAND_LINE, address, name, role.value)
    person, page = enrol(site.browser(), clock, invited.token, invited.account.id, address)
    assert page.status_code == 200, page.text
    return person


def enrol(browser: StaffBrowser, clock: Clock, token: str, account_id: str, email: str) -> tuple[Person, Response]:
    """Use up a link."""
    link = f"/staff/join/{token}"
    page = browser.get(link)
    secret = re.search(r"<dd class=\"mono\">([A-Z2-7 ]+)</dd>", page.text)
    assert secret is not None, page.text
    person = Person(account_id, email, pyotp.TOTP(secret[1].replace(" ", "")), clock)
    page = send(browser, page, link, password=PASSWORD, again=PASSWORD, code=person.code())
    person.recovery_codes = re.findall(r"<li>([a-z0-9-]{14})</li>", page.text)
    return person, page


def give_password(browser: StaffBrowser, email: str, password: str, back: str = "") -> Response:
    return send(browser, f"{SIGN_IN}?next={back}", SIGN_IN, email=email, password=password, next=back)


def sign_in(browser: StaffBrowser, person: Person, back: str = "/staff/profile") -> Response:
    """Both steps."""
    to_code = give_password(browser, person.email, person.password, back)
    assert to_code.status_code == 303, to_code.text
    return send(browser, to_code.headers["location"], CODE, code=person.code(), next=back)


def is_in(browser: StaffBrowser) -> bool:
    return browser.get("/staff/profile").status_code == 200
