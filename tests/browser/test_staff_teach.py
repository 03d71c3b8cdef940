"""Teaching in Chromium: keys, checks while typing, and no fault in any mode."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import APIRouter
from playwright.sync_api import Browser, Page, expect

from clinic.staff.model import Role
from tests.browser.conftest import Faults
from tests.browser.test_staff_accounts import faults, look
from tests.serving import address_of, free_listener, served
from tests.unit.review.teaching_room import LONG_ENOUGH, TeachingRoom, teaching_room
from tests.web.staff.signed_in import staff_site
from web.staff.access import Access
from web.staff.pages import StaffPages
from web.staff.teach.routes import teach_routes

PAGES = (
    "/staff/teach", "/staff/teach/new?turn=7", "/staff/teach/new?turn=8", "/staff/teach/new?turn=7&turn=8",
    "/staff/teach/dialogue?turn=1", "/staff/teach/new?turn=99",
)  # fmt: skip
__all__ = ["faults"]  # a fixture of all staff pages


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeachingRoom]:
    with teaching_room(tmp_path_factory.mktemp("teach")) as room:
        thread = room.desk.checks._similar.prepare(room.desk.ground().topics)
        if thread is not None:
            thread.join(LONG_ENOUGH)
        room.inbox.arrives(
            "7", "Hi, I am Greg Miller. Do magnesium pills or low iron make my legs twitch in the movies?"
        )
        room.inbox.arrives("8", "my left calf is swollen and hot")
        room.inbox.says("hello I am Greg Miller so what is rls", "answer", "definition")
        room.inbox.says("Book a visit", "booking", "appointment_name", is_button=True)
        yield room


@pytest.fixture(scope="module")
def open_page(room: TeachingRoom, browser: Browser) -> Iterator[Page]:
    def area(access: Access, pages: StaffPages) -> APIRouter:
        return teach_routes(access, pages, lambda: room.desk, lambda: room.dialogues, "s" * 40)

    listener = free_listener()
    url = address_of(listener)
    with staff_site(area, settings={"PUBLIC_URL": url}) as site, served(site.app, listener):
        editor = site.signed_in(Role.EDITOR)
        context = browser.new_context(reduced_motion="reduce", base_url=url)
        context.set_default_timeout(20_000)
        context.add_cookies([{"name": n, "value": v, "url": url} for n, v in editor.cookies.items()])
        page = context.new_page()
        yield page
        context.close()


def test_no_page_has_a_fault(open_page: Page, faults: Faults) -> None:
    found = {}
    for address in PAGES:
        open_page.goto(address)
        found[address] = look(open_page, faults)
        if open_page.get_by_role("button", name="Save").count():
            open_page.get_by_role("button", name="Save").click()
            open_page.get_by_role("heading", name="Please check").wait_for()
            found[f"{address}, refused"] = look(open_page, faults)
    for kind in ("Another topic", "A new topic", "Danger"):
        open_page.goto("/staff/teach/new?turn=7")
        open_page.get_by_label(kind, exact=True).check()
        found[kind] = look(open_page, faults)
    assert {where: what for where, what in found.items() if what} == {}


def test_a_number_key_chooses_a_topic_but_not_while_typing_and_not_when_turned_off(open_page: Page) -> None:
    open_page.goto("/staff/teach/new?turn=7")
    second = open_page.locator("[data-key='2']")
    open_page.locator("#sentence-1").press("2")
    expect(second).not_to_be_checked()
    open_page.locator("#confirm").focus()
    open_page.keyboard.press("2")
    expect(second).to_be_checked()
    expect(second).to_be_focused()
    open_page.get_by_label("Number keys choose a topic").uncheck()
    open_page.reload()
    open_page.locator("#confirm").focus()
    open_page.keyboard.press("2")
    expect(second).not_to_be_checked()
    open_page.get_by_label("Number keys choose a topic").check()


def test_while_typing_it_is_said_what_is_wrong(open_page: Page) -> None:
    open_page.goto("/staff/teach/new?turn=7")
    open_page.locator("#sentence-1").fill("")
    open_page.locator("#sentence-1").type("my name is Greg Miller", delay=1)
    expect(open_page.locator("#look")).to_contain_text("Something in it is personal")


def test_a_message_is_taught_and_taken_back_by_keyboard(open_page: Page, room: TeachingRoom) -> None:
    open_page.goto("/staff/teach/new?turn=7")
    open_page.locator("#sentence-1").fill("does weak blood worsen rls")
    expect(open_page.locator("#look")).to_contain_text("weak")
    open_page.locator("#confirm").focus()
    open_page.keyboard.press("1")
    open_page.locator("#confirm").focus()
    open_page.keyboard.press("Space")
    with open_page.expect_navigation():
        open_page.keyboard.press("Enter")
    if "/saved" not in open_page.url:  # the warnings of the topic came too late to have been read
        open_page.locator("#confirm").focus()
        with open_page.expect_navigation():
            open_page.keyboard.press("Enter")
    expect(open_page.get_by_role("status")).to_contain_text("Saved to “Changes of")
    assert room.inbox.taught.keys() == {"7"}
    open_page.get_by_role("button", name="Undo").focus()
    with open_page.expect_navigation():
        open_page.keyboard.press("Enter")
    assert room.inbox.taught == {}
    assert Path(open_page.url).name == "inbox"
