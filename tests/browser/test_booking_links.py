"""The pages behind the links in mails, in a real browser: by clicks, by keys alone, and on a narrow phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from clinic.booking.appointment import AppointmentStatus
from tests.browser.watched_pages import WatchedPages
from tests.web.booking_pages import EMAIL, BookingSite, served_booking_site

FOCUSED = "document.activeElement.innerText || document.activeElement.name || document.activeElement.id"


@pytest.fixture
def site() -> Iterator[BookingSite]:
    with served_booking_site() as found:
        yield found


@pytest.fixture
def page(site: BookingSite, browser: Browser) -> Iterator[Page]:
    watched = WatchedPages(browser, (site.url,))
    watched.expect("status of 4")  # a wrong contact, an old link: pages in words, with the status that is true
    yield watched.open(viewport={"width": 400, "height": 800})
    watched.close()


def heading(page: Page, text: str) -> None:
    page.get_by_role("heading", name=text, exact=True).wait_for()


def prove(page: Page, link: str, contact: str = EMAIL) -> None:
    page.goto(link)
    page.get_by_label("Phone number or e-mail address").fill(contact)
    page.get_by_role("button", name="Show my visit").click()


def test_a_visit_is_moved_by_clicks_and_a_reload_moves_it_no_further(site: BookingSite, page: Page) -> None:
    visit = site.booked()
    prove(page, site.visit_link(visit))
    page.get_by_role("button", name="Choose another time").click()
    page.get_by_label("Show times from this day on").fill("2026-12-09")
    page.get_by_role("button", name="Show times").click()
    day = page.get_by_role("group", name="Thursday, December 10, 2026")
    day.get_by_role("radio", name="10:30 AM").check()
    page.get_by_role("button", name="Take this time").click()
    heading(page, "Your visit has a new time")
    page.reload()
    heading(page, "Your visit has a new time")
    assert page.get_by_text("Thursday, December 10, 2026 at 10:30 AM EST").is_visible()
    moved = site.book.find(visit.reference)
    assert moved is not None
    assert (moved.slot.start.isoformat(), moved.sequence) == ("2026-12-10T15:30:00+00:00", 1)
    assert EMAIL not in page.url


def test_a_visit_is_cancelled_by_clicks_and_a_reload_is_no_error(site: BookingSite, page: Page) -> None:
    visit = site.booked()
    prove(page, site.visit_link(visit))
    page.get_by_role("button", name="Cancel this visit").click()
    heading(page, "Cancel this visit?")
    page.get_by_role("button", name="Yes, cancel it").dblclick()
    heading(page, "Your visit is cancelled")
    page.reload()
    heading(page, "Your visit is cancelled")
    found = site.book.find(visit.reference)
    assert found is not None
    assert found.status is AppointmentStatus.CANCELLED


def test_a_wrong_contact_takes_the_focus_to_why_and_the_page_says_so_in_its_title(
    site: BookingSite, page: Page
) -> None:
    prove(page, site.visit_link(site.booked()), "bob@example.org")
    page.get_by_role("alert").wait_for()
    assert page.title().startswith("Error:")
    assert "no coming visit" in page.evaluate("document.activeElement.innerText")
    field = page.get_by_label("Phone number or e-mail address")
    described = field.get_attribute("aria-describedby") or ""
    assert all(page.locator(f"#{name}").count() == 1 for name in described.split())


def test_keys_alone_reach_everything_in_the_order_it_is_read(site: BookingSite, page: Page) -> None:
    page.goto(site.visit_link(site.booked()))

    def tab() -> str:
        page.keyboard.press("Tab")
        return str(page.evaluate(FOCUSED))

    assert [tab(), tab()] == ["contact", "Show my visit"]
    page.keyboard.press("Shift+Tab")
    page.keyboard.type(EMAIL)
    page.keyboard.press("Enter")
    heading(page, "Your visit")
    assert [tab(), tab()] == ["Choose another time", "Cancel this visit"]
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    heading(page, "Choose another time")
    order = list(dict.fromkeys(tab() for _ in range(12)))
    reached = [stop for stop in order if stop in {"day", "Show times", "time", "Take this time", "Later days"}]
    assert reached == ["day", "Show times", "time", "Take this time", "Later days"]
    assert page.evaluate("getComputedStyle(document.querySelector(':focus-visible')).outlineStyle") != "none"


def test_nothing_scrolls_sideways_at_320_pixels(site: BookingSite, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})

    def fits() -> bool:
        return bool(page.evaluate("document.documentElement.scrollWidth <= 320"))

    entry = site.waits()
    prove(page, site.visit_link(site.booked()), "x" * 300)
    assert fits()
    prove(page, site.visit_link(site.booked(site.slot(14))))
    for button in ("Choose another time", "Back to my visit", "Cancel this visit"):
        assert fits()
        page.get_by_role("button", name=button).click()
    heading(page, "Cancel this visit?")
    assert fits()
    for link in (site.leave_link(entry), f"{site.url}/offers/none"):
        page.goto(link)
        assert fits()


def test_every_page_has_one_heading_a_language_and_a_name_for_each_field(site: BookingSite, page: Page) -> None:
    prove(page, site.visit_link(site.booked()))
    page.get_by_role("button", name="Choose another time").click()
    heading(page, "Choose another time")
    assert page.locator("h1").count() == 1
    assert page.locator("html").get_attribute("lang") == "en"
    unnamed = "[...document.querySelectorAll('input:not([type=hidden])')].filter(field => !field.labels.length).length"
    assert page.evaluate(unnamed) == 0
    assert page.get_by_role("radio").count() > 10
    assert page.get_by_role("group", name="December").count() == 2


def test_an_offer_is_taken_by_one_click_and_stays_taken(site: BookingSite, page: Page) -> None:
    site.waits()
    (link,) = site.offer_links()
    page.goto(link)
    heading(page, "A time is free")
    page.get_by_role("button", name="Take this time").dblclick()
    heading(page, "This time is yours")
    page.reload()
    heading(page, "This time is yours")
    assert page.url == link
