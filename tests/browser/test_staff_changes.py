"""The pages of the sets of changes in Chromium: axe, small screens, the keyboard, no scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from clinic.adapters.git_content import GitContent
from clinic.adapters.sql.change_sets import SqlChangeSets
from clinic.review.changes.desk import ChangeSetDesk
from clinic.review.content.edits import add_example, set_answer
from clinic.staff.model import Role
from tests.browser.axe_rules import broken_rules
from tests.content_repository import content_repository
from tests.serving import address_of, free_listener, served
from tests.web.staff.signed_in import StaffBrowser, staff_site
from web.staff.changes.routes import changes_routes


@dataclass
class Place:
    """Somebody signed in, a set with changes of several sorts, and its address."""

    editor: StaffBrowser
    url: str
    set_id: str

    def opened(self, browser: Browser, path: str, **options: Any) -> tuple[BrowserContext, Page]:
        context = browser.new_context(**options)
        context.add_cookies([{"name": k, "value": v, "url": self.url} for k, v in self.editor.cookies.items()])
        page = context.new_page()
        page.goto(f"{self.url}{path}")
        return context, page


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    listener = free_listener()
    url = address_of(listener)
    repository = content_repository(tmp_path_factory.mktemp("content"))
    desks: list[ChangeSetDesk] = []

    with staff_site(
        lambda access, pages: changes_routes(access, pages, lambda: desks[0], dict, "s" * 40),
        settings={"PUBLIC_URL": url},
    ) as site:
        desks.append(
            ChangeSetDesk(SqlChangeSets(site.engine), GitContent(repository, repository / "var/changes"), site.record)
        )
        editor = site.signed_in(Role.EDITOR, "Nora Lind")
        found = _a_set(desks[0], editor)
        with served(site.app, listener):
            yield Place(editor, url, found)


def _a_set(desk: ChangeSetDesk, editor: StaffBrowser) -> str:
    made, member = desk.open(editor.member, "Questions about flying"), editor.member
    for n in range(17):
        desk.edit(made.id, member, "One sentence", lambda t, n=n: add_example(t, "iron", f"is it my iron, try {n}"))
    desk.edit(made.id, member, "Shorter", lambda t: set_answer(t, "utter_greet", "Hello. What would you like to know?"))
    desk.comment(made.id, member, "Is this right?\n\nhttps://example.org/" + "very-long-" * 20)
    desk.edit_main(member, "Approved", lambda t: set_answer(t, "utter_iron", "Low iron is a known cause."))
    return made.id


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("path", ["", "?all=1", "/{}", "/{}/abandon"])
def test_nothing_is_at_fault_and_nothing_is_cut_off(
    browser: Browser, place: Place, axe: str, scheme: str, width: int, path: str
) -> None:
    address = f"/staff/changes{path.format(place.set_id)}"
    context, page = place.opened(browser, address, color_scheme=scheme, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert broken_rules(page, axe) == []
    context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_set_is_started_and_abandoned_by_the_keyboard_with_and_without_scripts(
    browser: Browser, place: Place, scripts: bool
) -> None:
    context, page = place.opened(browser, "/staff/changes", java_script_enabled=scripts)
    page.get_by_label("Name").focus()
    page.keyboard.type("Typed by hand")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Typed by hand").wait_for()
    page.get_by_role("link", name="Abandon").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Abandon it").focus()
    page.keyboard.press("Enter")
    page.get_by_role("status").wait_for()
    assert page.get_by_role("link", name="Typed by hand").count() == 0
    context.close()


def test_words_that_changed_are_marked_by_more_than_colour(browser: Browser, place: Place) -> None:
    context, page = place.opened(browser, f"/staff/changes/{place.set_id}")
    lines = "e => getComputedStyle(e).textDecorationLine"
    assert page.locator("del").first.evaluate(lines) == "line-through"
    assert page.locator("ins").count() == 0 or page.locator("ins").first.evaluate(lines) == "underline"
    page.get_by_text("Show all 17").focus()
    page.keyboard.press("Enter")
    page.get_by_text("is it my iron, try 16").wait_for(state="visible")
    context.close()
