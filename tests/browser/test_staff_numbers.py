"""The numbers page in Chromium: charts under the staff pages' own policy, axe, small screens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from clinic.staff.model import Role
from tests.browser.axe_rules import broken_rules
from tests.serving import address_of, free_listener, served
from tests.web.staff.numbers_site import numbers_site
from tests.web.staff.signed_in import StaffBrowser

_DRAWN = """() => [...document.querySelectorAll("canvas")].map((canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return canvas.width > 100 && data.some((value) => value !== 0);
})"""


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StaffBrowser]:
    listener = free_listener()
    url = address_of(listener)
    with (
        numbers_site(tmp_path_factory.mktemp("numbers"), turns=1_500, public_url=url) as site,
        served(site.app, listener),
    ):
        yield site.signed_in(Role.READER)


class Opened:
    """A page that was opened, and all that it complained of."""

    def __init__(self, browser: Browser, reader: StaffBrowser, query: str, **options: Any) -> None:
        self.context = browser.new_context(**options)
        address = str(reader.base_url).rstrip("/")
        self.context.add_cookies([{"name": k, "value": v, "url": address} for k, v in reader.cookies.items()])
        self.complaints: list[str] = []
        self.context.on("console", lambda message: self.complaints.append(message.text))
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.page: Page = self.context.new_page()
        self.page.add_init_script(
            "addEventListener('securitypolicyviolation', (e) => console.warn(e.violatedDirective, e.blockedURI))"
        )
        self.page.goto(f"{address}/staff/numbers{query}")

    def wait_for_charts(self) -> None:
        self.page.wait_for_function(f"({_DRAWN})().every(Boolean) && document.querySelector('canvas')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_charts_are_drawn_and_nothing_is_refused_or_at_fault(
    browser: Browser, reader: StaffBrowser, axe: str, scheme: str, width: int
) -> None:
    opened = Opened(
        browser,
        reader,
        "?days=7",
        color_scheme=scheme,
        viewport={"width": width, "height": 800},
        reduced_motion="reduce",
    )
    opened.wait_for_charts()
    assert opened.page.locator("canvas:visible").count() == 11
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    assert not opened.complaints
    assert broken_rules(opened.page, axe) == []
    opened.context.close()


def test_a_chart_shows_the_numbers_of_its_table_and_leaves_out_the_sum(browser: Browser, reader: StaffBrowser) -> None:
    opened = Opened(browser, reader, "?days=30")
    opened.wait_for_charts()
    for name in ("days", "topics", "funnel", "alarms"):
        place = opened.page.locator(f"[data-table=table-{name}]")
        columns = [int(n) for n in (place.get_attribute("data-drawn") or "").split()]
        told = opened.page.evaluate(
            "(name) => [...document.querySelectorAll(`#table-${name} tbody tr:not(.total)`)]"
            ".map((row) => [...row.cells].map((cell) => Number(cell.dataset.value)))", name,
        )  # fmt: skip
        drawn = place.locator("canvas").evaluate("(c) => Chart.getChart(c).data.datasets.map((set) => [...set.data])")
        assert drawn == [[row[n] for row in told[:12] if name != "days"] or [row[n] for row in told] for n in columns]
    opened.context.close()


def test_a_change_to_dark_draws_the_charts_in_other_colors(browser: Browser, reader: StaffBrowser) -> None:
    opened = Opened(browser, reader, "?days=7", color_scheme="light")
    opened.wait_for_charts()
    ink = "() => Chart.getChart(document.querySelector('canvas')).options.scales.x.ticks.color"
    before = opened.page.evaluate(ink)
    opened.page.emulate_media(color_scheme="dark")
    opened.page.wait_for_function(f"(before) => ({ink})() !== before", arg=before)
    assert not opened.complaints
    opened.context.close()


def test_without_scripts_every_table_can_be_read_and_no_empty_frame_is_left(
    browser: Browser, reader: StaffBrowser
) -> None:
    opened = Opened(browser, reader, "?days=7", java_script_enabled=False)
    assert opened.page.locator("canvas:visible").count() == 0
    assert opened.page.locator("table:visible").count() == opened.page.locator("details[open] table").count() >= 10
    opened.context.close()


def test_a_closed_table_is_opened_by_the_keyboard(browser: Browser, reader: StaffBrowser) -> None:
    opened = Opened(browser, reader, "?days=30")
    table = opened.page.locator("#table-hours")
    assert not table.is_visible()
    opened.page.locator("#hours summary").focus()
    opened.page.keyboard.press("Enter")
    table.wait_for(state="visible")
    opened.context.close()
