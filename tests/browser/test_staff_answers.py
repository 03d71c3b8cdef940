"""The pages of answers in Chromium: checks and preview while typing, the pages' own policy, axe, small screens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from clinic.staff.model import Role
from tests.browser.axe_rules import broken_rules
from tests.serving import address_of, free_listener, served
from tests.unit.review.answers_on_disk import ARTICLE, DOCTOR, IRON, AnswersOnDisk, fresh_text
from tests.web.staff.answers_site import answers_site
from tests.web.staff.signed_in import StaffBrowser

NewPage = Callable[..., Page]
PAGE = "/staff/answers/one/iron"


@dataclass
class Running:
    """The pages on a real port."""

    url: str
    desks: AnswersOnDisk
    signed_in: Callable[[Role], StaffBrowser]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    listener = free_listener()
    url = address_of(listener)
    with answers_site(tmp_path, PUBLIC_URL=url) as found, served(found.site.app, listener):
        yield Running(url, found.desks, found.site.signed_in)


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def new_page(browser: Browser, running: Running, complaints: list[str]) -> Iterator[NewPage]:
    contexts = []

    def opened(path: str, role: Role = Role.EDITOR, **options: object) -> Page:
        context = browser.new_context(reduced_motion="reduce", **options)
        contexts.append(context)
        cookies = running.signed_in(role).cookies
        context.add_cookies([{"name": name, "value": value, "url": running.url} for name, value in cookies.items()])
        context.on("console", lambda message: complaints.append(message.text))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.add_init_script(
            "addEventListener('securitypolicyviolation', (e) => console.warn(e.violatedDirective, e.blockedURI))"
        )
        page = context.new_page()
        page.goto(running.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()


def test_the_checks_and_the_preview_follow_what_is_typed(
    running: Running, new_page: NewPage, complaints: list[str]
) -> None:
    page = new_page(PAGE)
    message = page.frame_locator("iframe.preview").locator(".assistant")
    expect(message).to_contain_text("Low iron is one of the best known causes")
    expect(message.locator("details.sources")).to_contain_text("Not yet reviewed by a clinician")
    page.locator("#text").fill("Take **300 mg** <b>now</b>.\n\n- one\n- two")
    expect(page.locator("#checks mark")).to_contain_text("300 mg")
    expect(message.locator("strong")).to_have_text("300 mg")
    expect(message.locator("ul:not(.choices) > li").first).to_have_text("one")
    expect(message).to_contain_text("<b>now</b>")
    message.get_by_role("button", name="Which blood tests?").click()  # leads nowhere
    expect(message).to_contain_text("300 mg")
    assert running.desks.answers.draft_of(IRON) is None
    assert complaints == []


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/approve"])
def test_the_page_stays_where_it_is_while_the_preview_is_drawn(running: Running, new_page: NewPage, path: str) -> None:
    page = new_page(path, Role.CLINICIAN, viewport={"width": 1280, "height": 400})
    page.frame_locator("iframe.preview").locator(".assistant").wait_for()
    page.wait_for_timeout(300)  # whatever scrolls does it after the reply is there
    assert page.evaluate("scrollY") == 0


def test_a_preview_without_scripts_shows_the_text_that_was_typed(new_page: NewPage) -> None:
    page = new_page(PAGE, java_script_enabled=False)
    page.locator("#text").fill("Words of mine.\n\n- a point")
    page.get_by_role("button", name="Show in the preview").click()
    frame = page.frame_locator("iframe.preview")
    expect(frame.locator("main li")).to_have_text("a point")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator("#checks")).to_contain_text("to put right")
    expect(page.locator("#text")).to_have_value("Words of mine.\n\n- a point")


def test_a_draft_is_written_and_approved_by_keyboard_alone(running: Running, new_page: NewPage) -> None:
    page = new_page(PAGE)
    page.locator("#text").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(fresh_text(running.desks.answer()))
    page.get_by_role("button", name="Save and ask for approval").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("waits for a clinician")
    clinician = new_page(f"{PAGE}/approve", Role.CLINICIAN)
    clinician.locator("#read").focus()
    clinician.keyboard.press("Space")
    clinician.get_by_role("button", name="Approve and let patients read it").focus()
    clinician.keyboard.press("Enter")
    expect(clinician.get_by_role("status").first).to_contain_text("Approved")
    assert running.desks.answer().is_approved


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_no_rule_of_axe_is_broken_and_nothing_is_cut_off(
    running: Running, new_page: NewPage, axe: str, width: int, scheme: str
) -> None:
    desks = running.desks
    desks.article_file.replace(ARTICLE)
    first = desks.draft(fresh_text(desks.answer()) + " Take 300 mg.")
    desks.draft(fresh_text(desks.answer()), seen=first.version)
    desks.drafts.submit(DOCTOR, IRON, 2)
    paths = (
        "/staff/answers", "/staff/answers?need=article", "/staff/answers?need=due", PAGE, f"{PAGE}/approve",
        "/staff/answers/one/emergency_stroke", "/staff/answers/article", "/staff/answers/one/nothing",
    )  # fmt: skip
    page = new_page(paths[0], Role.CLINICIAN, viewport={"width": width, "height": 800}, color_scheme=scheme)
    for path in paths:
        page.goto(running.url + path)
        if page.locator("iframe.preview").count():
            page.frame_locator("iframe.preview").locator(".assistant").wait_for()
        assert broken_rules(page, axe) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_the_page_of_two_texts_breaks_no_rule_of_axe(running: Running, new_page: NewPage, axe: str) -> None:
    page = new_page(PAGE, viewport={"width": 320, "height": 800})
    desks = running.desks
    desks.draft(fresh_text(desks.answer()))
    page.locator("#text").fill("Mine.")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Two texts")
    assert broken_rules(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
