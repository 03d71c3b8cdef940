"""The inbox in Chromium: axe, small screens, by keys and without scripts, under the staff pages' own policy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from clinic.staff.model import Role
from tests.browser.axe_rules import broken_rules
from tests.contract.made_up_inbox import reply, sure_of
from tests.serving import address_of, free_listener, served
from tests.web.staff.inbox_site import InboxSite, inbox_site
from tests.web.staff.signed_in import StaffBrowser


@dataclass
class Desk:
    """The pages, served, with somebody who is signed in and a conversation of a made-up visitor."""

    web: InboxSite
    editor: StaffBrowser
    url: str
    sender: str

    @contextmanager
    def opened(self, browser: Browser, path: str, **options: Any) -> Iterator[tuple[Page, list[str]]]:
        """A page and all that it complained of."""
        context = browser.new_context(**options)
        context.add_cookies([{"name": k, "value": v, "url": self.url} for k, v in self.editor.cookies.items()])
        complaints: list[str] = []
        context.on("console", lambda message: complaints.append(message.text))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        page = context.new_page()
        page.add_init_script(
            "addEventListener('securitypolicyviolation', (e) => console.warn(e.violatedDirective, e.blockedURI))"
        )
        page.goto(f"{self.url}{path}")
        yield page, complaints
        context.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    listener = free_listener()
    url = address_of(listener)
    with inbox_site(tmp_path_factory.mktemp("inbox"), url) as web:
        editor = web.site.signed_in(Role.EDITOR, "Nora Demo")
        visitor = _make_up(web)
        (turn, *_) = web.desk.conversation(visitor)
        web.desk.tag(editor.member, [turn.id], "oil", web.desk.now())
        web.desk.assign(editor.member, [turn.id], editor.member.id, web.desk.now())
        web.read_all()
        with served(web.site.app, listener):
            yield Desk(web, editor, url, visitor)


def _make_up(web: InboxSite) -> str:
    parking = ("is there parking at the clinic", "does the clinic have parking", "where can I park at the clinic")
    for question in (*parking, "x" * 200):
        web.visitor().asks_in_vain(question)
    visitor = web.visitor()
    visitor.thinks(visitor.asks_in_vain("My name is Priya Natarajan, does cannabis oil help?"), False, "no help")
    visitor.is_answered("can low iron cause it", sure=0.52)
    visitor.says("how many pills may I take", reply("refusal", "dose"), trace=sure_of(("refusal_dose", 0.99)))
    visitor.says("my chest hurts", reply("emergency", "heart_lungs"), trace={"triage": {"intent": "urgent_clot"}})
    visitor.fills("book a visit", "appointment_name")
    return visitor.sender


def paths(desk: Desk) -> list[str]:
    return [
        "/staff/inbox", "/staff/inbox?show=all&state=all&q=oil", "/staff/inbox?from=yesterday", "/staff/inbox/groups",
        "/staff/inbox?q=nothing+of+the+kind", f"/staff/inbox/conversations/{desk.sender}",
        "/staff/inbox/conversations/nobody",
    ]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_no_rule_is_broken_and_nothing_is_refused_or_too_wide(
    browser: Browser, desk: Desk, axe: str, scheme: str, width: int
) -> None:
    for path in paths(desk):
        size = {"width": width, "height": 800}
        with desk.opened(browser, path, color_scheme=scheme, viewport=size, reduced_motion="reduce") as (page, said):
            page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert [line for line in said if "Failed to load" not in line] == [], path
            assert broken_rules(page, axe) == [], path


def test_keys_go_from_message_to_message_and_choose(browser: Browser, desk: Desk) -> None:
    with desk.opened(browser, "/staff/inbox") as (page, _):
        links, boxes = page.locator("a.message"), page.locator("input[name=turn]")
        links.first.focus()
        for key in ("j", "x", "j", "k", "j"):
            page.keyboard.press(key)
        assert links.nth(2).evaluate("(link) => link === document.activeElement")
        chosen = [boxes.nth(at).is_checked() for at in range(boxes.count())]
        assert chosen == [at == 1 for at in range(boxes.count())]


def test_keys_do_nothing_while_something_is_typed_or_the_list_has_no_focus(browser: Browser, desk: Desk) -> None:
    with desk.opened(browser, "/staff/inbox") as (page, _):
        page.keyboard.press("j")
        page.keyboard.press("x")
        page.locator("#q").focus()
        page.keyboard.type("jxk")
        assert page.locator("#q").input_value() == "jxk"
        assert page.locator("input[name=turn]:checked").count() == 0


def test_all_of_a_page_is_chosen_at_once(browser: Browser, desk: Desk) -> None:
    with desk.opened(browser, "/staff/inbox") as (page, _):
        boxes = page.locator("input[name=turn]")
        page.get_by_role("button", name="Choose all on this page").click()
        assert page.locator("input[name=turn]:checked").count() == boxes.count() > 1


def test_without_scripts_a_message_is_found_marked_and_put_back(browser: Browser, desk: Desk) -> None:
    with desk.opened(browser, "/staff/inbox", java_script_enabled=False) as (page, _):
        page.get_by_label("Words in the message").fill("oil")
        page.get_by_role("button", name="Search").click()
        assert page.locator("a.message").all_inner_texts() == ["My name is [name], does cannabis oil help?"]
        page.locator("input[name=turn]").check()
        page.get_by_role("button", name="Mark chosen as reviewed").click()
        assert page.get_by_role("status").inner_text() == "1 message is marked as reviewed."
        assert page.locator("a.message").count() == 0
        page.get_by_role("link", name="Reviewed", exact=True).click()
        page.locator("a.message").click()
        page.get_by_role("button", name=re.compile("Review again ?, message 1")).click()
        assert "back among those to review" in page.get_by_role("status").inner_text()
