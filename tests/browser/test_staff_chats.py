"""The staff's chats and calls in a browser: accessible in every state, quick with scripts, at 320 px too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from clinic.staff.model import Role
from tests.browser.axe_rules import broken_rules
from tests.serving import Served
from tests.staff_stand_ins import BEN
from tests.web.staff import test_calls_pages as calls
from tests.web.staff import test_chats_pages as chats
from tests.web.staff.signed_in import StaffBrowser, staff_site
from web.staff.access import SESSION
from web.staff.calls.routes import calls_routes
from web.staff.chats.routes import chats_routes

SIZES = [(1280, 800), (320, 640)]


class Clinic:
    """Both areas on a port, and Ann's browser."""

    def __init__(self) -> None:
        self.chats, self.calls = chats.Place(), calls.Place()

    @property
    def ann(self) -> StaffBrowser:
        return self._ann

    def open(self, site: chats.StaffSite) -> None:
        self.chats.site = self.calls.site = site
        self.chats.side = chats.StaffSide(site.url)
        self.calls.open_desk()
        self._ann = site.signed_in(Role.EDITOR, "Ann Example")
        self.calls.colleagues.append(self._ann.member)


@pytest.fixture(scope="module")
def clinic() -> Iterator[Clinic]:
    found = Clinic()
    with staff_site(
        lambda access, pages: chats_routes(access, pages, lambda: found.chats.side.desk),
        lambda access, pages: calls_routes(access, pages, lambda: found.calls.desk, lambda: found.calls.colleagues),
    ) as site:
        found.open(site)
        yield found
        found.chats.side.engine.dispose()


@pytest.fixture(scope="module")
def served(clinic: Clinic) -> Iterator[Served]:
    server = Served(clinic.chats.site.app)
    yield server
    server.stop()


@pytest.fixture
def context(browser: Browser, clinic: Clinic, served: Served) -> Iterator[BrowserContext]:
    found = browser.new_context(base_url=served.url)
    name = clinic.chats.site.access.cookies.name(SESSION)
    found.add_cookies([{"name": name, "value": clinic.ann.cookies[name], "url": served.url}])
    yield found
    found.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    found = context.new_page()
    found.errors = []  # type: ignore[attr-defined]
    found.on("pageerror", lambda error: found.errors.append(str(error)))  # type: ignore[attr-defined]
    found.on("console", lambda said: found.errors.append(said.text) if said.type == "error" else None)  # type: ignore[attr-defined]
    return found


def faults(page: Page, axe: str) -> list[str]:
    """What axe finds, and whether the page is wider than the screen."""
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return broken_rules(page, axe) + ["too wide"] * wide


def in_all_sizes(page: Page, axe: str) -> list[str]:
    found = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        found += faults(page, axe)
    return [*found, *page.errors]  # type: ignore[attr-defined]


def test_every_state_of_a_chat_is_accessible(clinic: Clinic, page: Page, axe: str) -> None:
    assert page.goto("/staff/chats")
    assert in_all_sizes(page, axe) == []
    side, sender = clinic.chats.side, clinic.chats.begun("a long word: " + "restlessness" * 12)
    clinic.chats.said(sender, "my chest hurts", "Call now.", kind="emergency")
    side.turns.note_alarm(sender, "emergency_heart_lungs", 1.0)
    side.desk.be_here(clinic.ann.member)
    assert side.room.ask(sender)
    for address in ("/staff/chats", f"/staff/chats/{sender}"):
        page.goto(address)
        assert in_all_sizes(page, axe) == []
    side.desk.take_over(clinic.ann.member, sender)
    page.reload()
    expect(page.get_by_text("You have this chat since")).to_be_visible()
    assert in_all_sizes(page, axe) == []
    page.get_by_label("Your message to the visitor").fill("take 300 mg")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("This names a dose")).to_be_visible()
    page.errors.clear()  # type: ignore[attr-defined] # the browser says that it was refused
    assert in_all_sizes(page, axe) == []


def test_a_chat_goes_on_without_loading_the_page_anew(clinic: Clinic, page: Page) -> None:
    sender = clinic.chats.begun()
    page.goto(f"/staff/chats/{sender}")
    page.get_by_role("button", name="Take over this chat").click()
    expect(page.get_by_role("status").filter(has_text="You are in this chat now")).to_be_visible()
    page.evaluate("window.isSamePage = true")
    field = page.get_by_label("Your message to the visitor")
    field.fill("Good morning!")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".line-person")).to_contain_text("Good morning!")
    expect(field).to_be_empty()
    expect(field).to_be_focused()
    field.fill("half a sen")
    clinic.chats.said(sender, "thank you")
    expect(page.locator(".line-visitor").last).to_contain_text("thank you", timeout=8_000)
    expect(page.locator("#news")).to_contain_text("Visitor: thank you")
    expect(field).to_have_value("half a sen")
    assert page.evaluate("window.isSamePage")
    assert [turn.replies[0]["text"] for turn in clinic.chats.side.turns.history(sender) if turn.by == "person"] == [
        "Good morning!"
    ]


def test_a_message_that_the_server_did_not_take_stays_in_its_field_and_the_page_goes_on(
    clinic: Clinic, page: Page, axe: str
) -> None:
    sender = clinic.chats.begun()
    clinic.chats.side.desk.take_over(clinic.ann.member, sender)
    page.goto(f"/staff/chats/{sender}")
    page.route("**/write", lambda route: route.fulfill(status=503, content_type="text/html", body="<p>away</p>"))
    field = page.get_by_label("Your message to the visitor")
    field.fill("Good morning!")
    page.get_by_role("button", name="Send").click()
    alert = page.locator("#not-sent")
    expect(alert).not_to_be_empty()
    expect(field).to_have_value("Good morning!")
    page.errors.clear()  # type: ignore[attr-defined] # the browser says that it failed
    assert in_all_sizes(page, axe) == []
    clinic.chats.said(sender, "are you there?")
    expect(page.locator(".line-visitor").last).to_contain_text("are you there?", timeout=8_000)
    expect(field).to_have_value("Good morning!")
    expect(alert).not_to_be_empty()
    page.unroute("**/write")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".line-person")).to_contain_text("Good morning!")
    expect(alert).to_be_empty()


def test_news_that_cannot_be_had_leave_the_page_as_it_is(clinic: Clinic, page: Page) -> None:
    sender = clinic.chats.begun("hello there")
    page.goto(f"/staff/chats/{sender}")
    page.route("**/news?**", lambda route: route.fulfill(status=503, content_type="text/html", body="<p>away</p>"))
    with page.expect_response("**/news?**"):
        pass
    page.unroute("**/news?**")
    expect(page.get_by_text("hello there")).to_be_visible()
    expect(page.locator("#not-sent")).to_be_empty()
    clinic.chats.said(sender, "still here")
    expect(page.locator(".line-visitor").last).to_contain_text("still here", timeout=8_000)


def test_the_newest_line_is_in_view(clinic: Clinic, page: Page) -> None:
    sender = clinic.chats.begun()
    for number in range(20):
        clinic.chats.said(sender, f"message {number}", "a reply of some words")
    page.goto(f"/staff/chats/{sender}")
    expect(page.get_by_text("message 19")).to_be_in_viewport()


def test_who_waits_comes_into_the_list_by_itself(clinic: Clinic, page: Page) -> None:
    page.goto("/staff/chats")
    clinic.chats.side.desk.be_here(BEN)
    sender = clinic.chats.begun("a new one")
    assert clinic.chats.side.room.ask(sender)
    row = page.get_by_role("row").filter(has_text="a new one")
    expect(row).to_contain_text("Waits for a person", timeout=10_000)
    expect(page.locator("#chats-news")).to_contain_text("for a person")


def test_every_state_of_a_call_is_accessible(clinic: Clinic, page: Page, axe: str) -> None:
    mailed, phoned = clinic.calls.asked(), clinic.calls.asked(calls.PHONE, "tuesday morning")
    for address in ("/staff/calls", f"/staff/calls/{mailed}", f"/staff/calls/{phoned}"):
        page.goto(address)
        assert in_all_sizes(page, axe) == []
    page.goto(f"/staff/calls/{mailed}")
    page.get_by_label("Your answer").fill("take 300 mg")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("alert").filter(has_text="Please check")).to_be_visible()
    page.errors.clear()  # type: ignore[attr-defined]
    assert in_all_sizes(page, axe) == []
    page.get_by_label("Your answer").fill("Yes.")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("The mail waits and goes out soon.")).to_be_visible()
    assert in_all_sizes(page, axe) == []
    page.goto("/staff/calls?show=done")
    assert in_all_sizes(page, axe) == []
