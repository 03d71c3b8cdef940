"""Sessions: new at each step, kept hashed, over after a quarter of an hour without a click and after half a day."""

from __future__ import annotations

import pytest
from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import text

from clinic.staff.model import Permission, Role
from clinic.staff.record import COMMAND_LINE
from tests.web.staff.people import (
    CODE,
    PASSWORD,
    SIGN_IN,
    Clock,
    give_password,
    is_in,
    join,
    send,
    sign_in,
    site_on_a_clock,
)
from tests.web.staff.signed_in import StaffBrowser, StaffSite
from web.staff.access import Access
from web.staff.pages import StaffPages


def held(browser: StaffBrowser, name: str = "staff") -> str | None:
    return browser.cookies.get(name)


def hold(browser: StaffBrowser, token: str) -> None:
    """As if the server had given it."""
    browser.cookies.set("staff", token, domain="testserver.local", path="/")


def test_a_session_id_from_before_is_worth_nothing_at_each_step(place: tuple[StaffSite, Clock]) -> None:
    site, clock = place
    person = join(site, clock)
    browser, thief = site.browser(), site.browser()
    planted = "planted-by-somebody-else-0123456789"
    for who in (browser, thief):
        hold(who, planted)
    give_password(browser, person.email, PASSWORD)
    half = held(browser)
    send(browser, CODE, CODE, code=person.code())
    whole = held(browser)
    assert len({planted, half, whole}) == 3
    assert is_in(browser)
    assert not is_in(thief)
    hold(thief, half or "")
    assert not is_in(thief)


def test_who_signs_in_anew_ends_the_session_of_before(place: tuple[StaffSite, Clock]) -> None:
    site, clock = place
    person = join(site, clock)
    browser, copy = site.browser(), site.browser()
    sign_in(browser, person)
    hold(copy, held(browser) or "")
    assert is_in(copy)
    page = browser.get(CODE)  # nobody waits for a code: back to the beginning, which leads on
    assert page.headers["location"] == SIGN_IN
    send(browser, "/staff/profile", SIGN_IN, email=person.email, password=PASSWORD)
    assert not is_in(copy)


def test_the_database_holds_no_session_that_could_be_used(place: tuple[StaffSite, Clock]) -> None:
    site, clock = place
    browser = site.browser()
    sign_in(browser, join(site, clock))
    with site.engine.connect() as connection:
        kept = str(connection.execute(text("SELECT * FROM staff_session")).all())
    assert (held(browser) or "nothing") not in kept


def test_a_session_is_over_after_a_quarter_of_an_hour_without_a_click(place: tuple[StaffSite, Clock]) -> None:
    site, clock = place
    browser = site.browser()
    sign_in(browser, join(site, clock))
    for _ in range(4):
        clock.later(minutes=14)
        assert is_in(browser)
    clock.later(minutes=15)
    asked = browser.get("/staff/profile")
    assert asked.status_code == 303
    assert asked.headers["location"] == "/staff/sign-in?next=/staff/profile&ended=1"
    assert "has ended" in browser.get(asked.headers["location"]).text
    clock.now -= 60 * 5  # and it does not come back
    assert not is_in(browser)


def test_a_session_is_over_after_half_a_day_however_much_is_clicked(place: tuple[StaffSite, Clock]) -> None:
    site, clock = place
    browser = site.browser()
    sign_in(browser, join(site, clock))
    for _ in range(72):
        assert is_in(browser)
        clock.later(minutes=10)
    assert not is_in(browser)


def test_the_clinic_chooses_how_long() -> None:
    with site_on_a_clock(settings={"STAFF_IDLE_MINUTES": "3", "STAFF_SESSION_HOURS": "1"}) as (site, clock):
        browser = site.browser()
        sign_in(browser, join(site, clock))
        clock.later(minutes=2)
        assert 'name="staff-idle-seconds" content="180"' in browser.get("/staff/profile").text
        clock.later(minutes=3)
        assert not is_in(browser)


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(place: tuple[StaffSite, Clock]) -> None:
    site, clock = place
    browser = site.browser()
    sign_in(browser, join(site, clock))
    for _ in range(5):
        clock.later(minutes=2.9)
        assert browser.get("/staff/session", headers={"X-Poll": "1"}).status_code == 204
    clock.later(minutes=1)
    assert browser.get("/staff/session", headers={"X-Poll": "1"}).status_code == 303
    assert not is_in(browser)


def test_a_page_can_ask_to_go_on(place: tuple[StaffSite, Clock]) -> None:
    site, clock = place
    browser = site.browser()
    sign_in(browser, join(site, clock))
    clock.later(minutes=13)
    assert browser.get("/staff/session").status_code == 204
    clock.later(minutes=13)
    assert is_in(browser)


def test_who_is_locked_is_out_at_once_and_a_new_role_holds_at_once(place: tuple[StaffSite, Clock]) -> None:
    site, clock = place
    join(site, clock, Role.ADMIN)
    person = join(site, clock, Role.READER)
    browser = site.browser()
    sign_in(browser, person)
    assert browser.get("/staff/people").status_code == 403
    site.desks.people.change_role(COMMAND_LINE, person.id, "admin")
    assert browser.get("/staff/people").status_code == 200
    site.desks.people.lock(COMMAND_LINE, person.id)
    assert not is_in(browser)


def test_signing_out_everywhere_ends_all_and_nobody_elses(place: tuple[StaffSite, Clock]) -> None:
    site, clock = place
    person, other = join(site, clock), site.browser()
    sign_in(other, join(site, clock, Role.READER))
    browsers = [site.browser() for _ in range(3)]
    for browser in browsers:
        sign_in(browser, person)
    assert send(browsers[0], "/staff/profile", "/staff/profile/sign-out-everywhere").status_code == 303
    assert [is_in(browser) for browser in browsers] == [False] * 3
    assert is_in(other)


def test_cookies_are_for_this_host_alone_and_unseen_by_scripts() -> None:
    with site_on_a_clock(settings={"PUBLIC_URL": "https://chat.example.org"}) as (site, clock):
        person = join(site, clock)
        browser = site.browser()
        cookies = [
            browser.get(SIGN_IN).headers["set-cookie"],
            give_password(browser, person.email, PASSWORD).headers["set-cookie"],
            send(browser, CODE, CODE, code=person.code()).headers["set-cookie"],
        ]
        assert is_in(browser)
        assert held(browser, "__Host-staff")
    for cookie in cookies:
        assert cookie.startswith("__Host-staff")
        flags = {part.strip().lower() for part in cookie.split(";")}
        assert flags >= {"httponly", "secure", "path=/", "samesite=strict"}
        assert "domain" not in cookie.lower()


def test_over_plain_http_the_cookie_has_a_plain_name(place: tuple[StaffSite, Clock]) -> None:
    site, clock = place
    browser = site.browser()
    done = sign_in(browser, join(site, clock))
    cookie = done.headers["set-cookie"].lower()
    assert cookie.startswith("staff=")
    assert "httponly" in cookie
    assert "secure" not in cookie


def test_a_link_from_elsewhere_asks_once_more_so_that_the_cookie_is_sent(place: tuple[StaffSite, Clock]) -> None:
    """Browsers keep strict cookies back when another site's link leads here."""
    site, _ = place
    from_mail = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    page = site.browser().get("/staff/profile", headers=from_mail)
    assert page.status_code == 200
    assert 'http-equiv="refresh"' in page.text
    again = site.browser().get("/staff/profile", headers={**from_mail, "Sec-Fetch-Site": "same-origin"})
    assert again.status_code == 303


def test_htmx_is_told_to_leave_the_page_when_the_session_is_over(place: tuple[StaffSite, Clock]) -> None:
    answer = place[0].browser().get("/staff/profile", headers={"HX-Request": "true"})
    assert answer.headers["hx-redirect"].startswith(SIGN_IN)
    assert answer.text == ""


def test_a_database_that_is_away_is_told_in_words_and_nobody_is_let_in() -> None:
    with site_on_a_clock(database="sqlite:////nowhere/clinic.db") as (site, _):
        browser = site.browser()
        assert browser.get(SIGN_IN).status_code == 200
        browser.cookies.set("staff", "something")
        page = browser.get("/staff/profile")
    assert page.status_code == 503
    assert "database" in page.text


def area_with_a_fault(access: Access, pages: StaffPages) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/staff/fault")
    def fault(request: Request, member=Depends(access.may(Permission.READ))) -> Response:  # noqa: B008
        raise RuntimeError("pa55word of ann@example.org")

    return routes


def test_a_fault_is_told_in_words_and_says_nothing_of_its_cause() -> None:
    with site_on_a_clock(area_with_a_fault) as (site, _):
        browser = site.signed_in()
        quiet = StaffBrowser(site.app, base_url=site.settings.public_url, raise_server_exceptions=False)
        quiet.cookies.update(browser.cookies)
        page = quiet.get("/staff/fault")
    assert page.status_code == 500
    assert "pa55word" not in page.text
    assert "Something went wrong" in page.text


def test_routes_that_lie_elsewhere_are_refused_at_the_start() -> None:
    def elsewhere(access: Access, pages: StaffPages) -> APIRouter:
        routes = APIRouter()
        routes.add_api_route("/inbox", lambda: None)
        return routes

    with pytest.raises(ValueError, match="/staff/"), site_on_a_clock(elsewhere):
        pass
