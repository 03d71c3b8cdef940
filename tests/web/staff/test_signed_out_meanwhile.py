"""Who was signed out while a page was open comes back to that page, and gets back what they typed."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import APIRouter, Depends, Request, Response

from clinic.staff.model import Permission
from tests.web.staff.page_reading import words
from tests.web.staff.people import Clock, Person, form_token, join, sign_in, site_on_a_clock
from tests.web.staff.signed_in import StaffBrowser
from web.staff.access import Access
from web.staff.csrf import FIELD
from web.staff.pages import StaffPages

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/staff/letters/7?part=2"}
WORDS = "Please call Mrs <b>Lark</b> back"


def letters(access: Access, pages: StaffPages) -> APIRouter:
    """A page with a part that asks for news, and a form."""
    routes = APIRouter(include_in_schema=False)
    Reader = Depends(access.may(Permission.READ))  # noqa: N806

    @routes.get("/staff/letters/{number}")
    @routes.get("/staff/letters/{number}/news")
    @routes.post("/staff/letters/{number}/write")
    def letter(request: Request, number: str, member=Reader) -> Response:
        return Response("taken")

    return routes


@pytest.fixture
def browser() -> Iterator[StaffBrowser]:
    """The session of this one was over a minute ago."""
    with site_on_a_clock(letters) as (site, clock):
        yield signed_out(site.browser(), join(site, clock), clock)


def signed_out(found: StaffBrowser, person: Person, clock: Clock) -> StaffBrowser:
    sign_in(found, person)
    found.csrf = form_token(found.get("/staff/profile"))
    assert found.submit("/staff/letters/7/write", text=WORDS).text == "taken"
    clock.later(minutes=16)
    return found


def way_back(address: str) -> str:
    parts = urlsplit(address)
    assert parts.path == "/staff/sign-in"
    asked = parse_qs(parts.query)
    assert asked["ended"] == ["1"]
    return asked["next"][0]


def test_a_part_that_asks_for_news_leads_back_to_its_whole_page(browser: StaffBrowser) -> None:
    answer = browser.get("/staff/letters/7/news?version=3", headers={**HTMX, "X-Poll": "1"})
    assert way_back(answer.headers["hx-redirect"]) == "/staff/letters/7?part=2"


def test_a_form_without_words_leads_back_to_the_page_it_stands_on(browser: StaffBrowser) -> None:
    by_htmx = browser.post("/staff/letters/7/write", data={FIELD: browser.csrf, "mark": "1"}, headers=HTMX)
    assert way_back(by_htmx.headers["hx-redirect"]) == "/staff/letters/7?part=2"
    plain = browser.post(
        "/staff/letters/7/write", data={FIELD: browser.csrf}, headers={"Referer": "http://testserver/staff/letters/7"}
    )
    assert plain.status_code == 303
    assert way_back(plain.headers["location"]) == "/staff/letters/7"


@pytest.mark.parametrize(
    ("page", "back"),
    [
        ("/staff/letters/7/write", "/staff/letters/7"),  # a page shown again stands where its form goes
        ("/staff/nothing/here", "/staff"),
        ("/elsewhere", "/staff"),
        ("/staffroom", "/staff"),
        ("/staff/sign-in/code", "/staff"),
    ],
)
def test_the_way_back_is_always_a_staff_page(browser: StaffBrowser, page: str, back: str) -> None:
    answer = browser.get("/staff/letters/7/news", headers={**HTMX, "HX-Current-URL": f"http://testserver{page}"})
    assert way_back(answer.headers["hx-redirect"]) == back


def test_what_was_typed_is_given_back_beside_the_way_to_sign_in(browser: StaffBrowser) -> None:
    fields = {FIELD: browser.csrf, "text": WORDS, "more": "one\ntwo"}
    page = browser.post("/staff/letters/7/write", data=fields, headers={"Referer": "http://testserver/staff/letters/7"})
    assert page.status_code == 409
    assert WORDS in words(page)
    assert "<b>Lark" not in page.text
    assert "one two" in " ".join(words(page).split())
    assert browser.csrf not in words(page)
    assert 'href="/staff/sign-in?next=/staff/letters/7&amp;ended=1"' in page.text


def test_in_a_page_that_htmx_changes_it_takes_the_pages_place(browser: StaffBrowser) -> None:
    page = browser.post("/staff/letters/7/write", data={FIELD: browser.csrf, "text": WORDS}, headers=HTMX)
    assert page.headers["hx-retarget"] == page.headers["hx-reselect"] == "#main"
    assert 'id="main"' in page.text
    assert WORDS in words(page)


def test_passwords_are_never_given_back(browser: StaffBrowser) -> None:
    secret = "lamp river copper nine"
    fields = {"old": secret, "password": secret, "again": secret, "code": "123 456"}
    for token in (browser.csrf, "too old"):
        page = browser.post("/staff/profile/password", data={FIELD: token, **fields})
        assert secret not in page.text
        assert "123 456" not in page.text


def test_a_page_of_another_sign_in_gives_back_what_was_typed_into_it(browser: StaffBrowser) -> None:
    page = browser.post("/staff/letters/7/write", data={FIELD: "too old", "text": WORDS})
    assert page.status_code == 403
    assert WORDS in words(page)


def test_another_sites_words_are_not_shown(browser: StaffBrowser) -> None:
    page = browser.post(
        "/staff/letters/7/write", data={FIELD: browser.csrf, "text": WORDS}, headers={"Origin": "https://example.org"}
    )
    assert page.status_code == 403
    assert "Lark" not in page.text
