"""The chat page in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.processes import Processes

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture
def page(stack: Processes) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": 400, "height": 800})
        page.complaints = []  # type: ignore[attr-defined]
        page.on("console", lambda message: page.complaints.append(message.text))  # type: ignore[attr-defined]
        page.on(
            "request",
            lambda request: (
                request.url.startswith(stack.url)
                or request.url.startswith("data:")
                or page.complaints.append(request.url)
            ),
        )  # type: ignore[attr-defined]
        page.goto(stack.url)
        yield page
        browser.close()


def say(page: Page, text: str) -> None:
    replies = page.locator("#conversation .assistant").count()
    page.get_by_label("Your message").fill(text)
    page.keyboard.press("Enter")
    page.locator("#conversation .assistant").nth(replies).wait_for()


def test_a_question_is_answered_with_buttons_and_sources(page: Page) -> None:
    say(page, "What causes restless legs?")
    answer = page.locator("#conversation .assistant").first
    answer.get_by_text("Sources and review").click()
    assert answer.get_by_text("Not yet reviewed by a clinician.").is_visible()
    button = answer.get_by_role("button").first
    button.click()
    page.locator("#conversation .assistant").nth(1).wait_for()
    assert button.get_attribute("aria-pressed") == "true"
    assert page.complaints == []  # type: ignore[attr-defined]


def test_an_alarm_stays_in_view_with_a_number_to_call(page: Page) -> None:
    say(page, "I have crushing chest pain right now")
    assert page.locator("#alarm a[href='tel:911']").is_visible()
    say(page, "what is restless legs syndrome")
    assert page.locator("#alarm").is_visible()


def test_markup_stays_text(page: Page) -> None:
    say(page, "<img src=x onerror=alert(1)> restless legs?")
    assert page.locator("#conversation img").count() == 0
    assert "<img src=x" in page.locator(".visitor").last.inner_text()


def test_a_reload_keeps_the_conversation_and_erasing_ends_it(page: Page) -> None:
    say(page, "what is restless legs syndrome")
    page.reload()
    page.locator("#conversation .assistant").first.wait_for()
    page.get_by_role("button", name="Erase this chat").click()
    page.get_by_text("This chat is erased.").wait_for()
    page.reload()
    page.get_by_label("Your message").wait_for()
    assert page.locator("#conversation li").count() == 0
    assert page.context.cookies() == []


def test_nothing_scrolls_sideways_at_320_pixels(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    say(page, "What causes restless legs? " + "x" * 500)
    assert page.evaluate("document.documentElement.scrollWidth <= 320")
