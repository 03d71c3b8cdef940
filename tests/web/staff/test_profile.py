"""One's own account: each change asks for the password once more and ends sessions elsewhere."""

from __future__ import annotations

import re

import pyotp
import pytest
from httpx import Response

from clinic.staff.model import Role
from tests.web.staff.page_reading import error_of, heading, summary, value_of, words
from tests.web.staff.people import PASSWORD, Clock, Person, give_password, is_in, join, send, sign_in
from tests.web.staff.signed_in import StaffBrowser, StaffSite

NEW = "copper window seven hills"
PASSWORD_PAGE, APP_PAGE, CODES_PAGE = (f"/staff/profile/{name}" for name in ("password", "app", "recovery-codes"))


@pytest.fixture
def person(place: tuple[StaffSite, Clock]) -> Person:
    return join(*place)


@pytest.fixture
def browser(site: StaffSite, person: Person) -> StaffBrowser:
    browser = site.browser()
    sign_in(browser, person)
    return browser


@pytest.fixture
def elsewhere(site: StaffSite, person: Person) -> StaffBrowser:
    browser = site.browser()
    sign_in(browser, person)
    return browser


def new_app(page: Response) -> pyotp.TOTP:
    found = re.search(r"<dd class=\"mono\">([A-Z2-7 ]+)</dd>", page.text)
    assert found is not None
    return pyotp.TOTP(found[1].replace(" ", ""))


def test_a_new_password_holds_and_ends_sessions_elsewhere(
    site: StaffSite, person: Person, browser: StaffBrowser, elsewhere: StaffBrowser
) -> None:
    done = send(browser, PASSWORD_PAGE, PASSWORD_PAGE, old=PASSWORD, password=NEW, again=NEW)
    assert done.status_code == 303
    assert "password is changed" in words(browser.get(done.headers["location"]))
    assert not is_in(elsewhere)
    assert give_password(site.browser(), person.email, PASSWORD).status_code == 401
    person.password = NEW
    assert sign_in(site.browser(), person).status_code == 303


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"old": "wrong", "password": NEW, "again": NEW}, "old"),
        ({"old": PASSWORD, "password": "short", "again": "short"}, "password"),
        ({"old": PASSWORD, "password": NEW, "again": "x"}, "again"),
        ({"old": PASSWORD, "password": PASSWORD, "again": PASSWORD}, "password"),
        ({}, "old"),
    ],
)
def test_a_wrong_field_is_told_and_the_old_password_stays(
    site: StaffSite, person: Person, browser: StaffBrowser, fields: dict[str, str], field: str
) -> None:
    page = send(browser, PASSWORD_PAGE, PASSWORD_PAGE, **fields)
    assert page.status_code == 422
    assert error_of(page, field) == summary(page) != ""
    assert sign_in(site.browser(), person).status_code == 303


def test_who_finds_an_open_screen_cannot_try_passwords_on_it(
    site: StaffSite, person: Person, browser: StaffBrowser
) -> None:
    statuses = [send(browser, CODES_PAGE, CODES_PAGE, old=f"try {i}").status_code for i in range(6)]
    assert statuses == [422] * 5 + [429]
    assert send(browser, CODES_PAGE, CODES_PAGE, old=PASSWORD).status_code == 429


def test_a_new_app_takes_the_place_of_the_old_one(
    site: StaffSite, person: Person, browser: StaffBrowser, elsewhere: StaffBrowser
) -> None:
    page = browser.get(APP_PAGE)
    app = new_app(page)
    person.clock.later(seconds=30)
    code = app.at(int(person.clock.now))
    done = send(browser, page, APP_PAGE, old=PASSWORD, sealed=value_of(page, "sealed"), code=code)
    assert heading(done) == "Your recovery codes"
    assert not is_in(elsewhere)
    assert is_in(browser)
    old_app, person.app = person.app, app
    assert sign_in(site.browser(), person).status_code == 303
    person.app = old_app
    assert sign_in(site.browser(), person).status_code == 401


def test_a_wrong_code_keeps_the_entry_that_was_scanned(browser: StaffBrowser) -> None:
    page = browser.get(APP_PAGE)
    again = send(browser, page, APP_PAGE, old=PASSWORD, sealed=value_of(page, "sealed"), code="000000")
    assert again.status_code == 422
    assert error_of(again, "code")
    assert new_app(again).secret == new_app(page).secret


def test_somebody_elses_entry_or_none_of_ours_is_not_taken(
    site: StaffSite, place: tuple[StaffSite, Clock], browser: StaffBrowser
) -> None:
    other = site.browser()
    sign_in(other, join(*place, Role.READER))
    theirs = other.get(APP_PAGE)
    app = new_app(theirs)
    for sealed in (value_of(theirs, "sealed"), "nonsense", ""):
        code = app.at(int(place[1].now))
        page = send(browser, APP_PAGE, APP_PAGE, old=PASSWORD, sealed=sealed, code=code)
        assert page.status_code == 422
        assert new_app(page).secret != app.secret


def test_new_recovery_codes_void_the_old_ones(site: StaffSite, person: Person, browser: StaffBrowser) -> None:
    page = send(browser, CODES_PAGE, CODES_PAGE, old=PASSWORD)
    codes = re.findall(r"<li>([a-z0-9-]{14})</li>", page.text)
    assert len(set(codes)) == 10
    assert not set(codes) & set(person.recovery_codes)
    assert "10 left" in words(browser.get("/staff/profile"))


def test_no_page_shows_a_password_or_a_secret_that_is_in_use(person: Person, browser: StaffBrowser) -> None:
    for address in ("/staff/profile", PASSWORD_PAGE, APP_PAGE, CODES_PAGE):
        page = browser.get(address)
        assert person.app.secret not in page.text.replace(" ", "")
        assert PASSWORD not in page.text
