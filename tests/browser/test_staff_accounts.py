"""Accounts of the staff in Chromium: from the link to the record, by keyboard, without a fault in any mode."""

from __future__ import annotations

from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from clinic.staff.model import Role
from clinic.staff.record import COMMAND_LINE
from tests.browser.axe_rules import broken_rules
from tests.browser.conftest import Faults
from tests.serving import address_of, free_listener, served
from tests.web.staff.people import PASSWORD
from tests.web.staff.signed_in import StaffSite, staff_site

ADMIN_PAGES = (
    "/staff/people", "/staff/people/invite", "/staff/audit", "/staff/audit?until=9999-12-31", "/staff/audit/check",
    "/staff/profile", "/staff/profile/password", "/staff/profile/app", "/staff/profile/recovery-codes",
    "/staff/nowhere",
)  # fmt: skip
MODES = (
    ((1280, 800), {"color_scheme": "light", "forced_colors": "none"}),
    ((320, 640), {"color_scheme": "dark", "forced_colors": "none"}),
    ((320, 640), {"color_scheme": "light", "forced_colors": "active"}),
)


@pytest.fixture(scope="module")
def site() -> Iterator[StaffSite]:
    listener = free_listener()
    with staff_site(settings={"PUBLIC_URL": address_of(listener)}) as found, served(found.app, listener):
        yield found


@pytest.fixture
def context(browser: Browser, site: StaffSite) -> Iterator[BrowserContext]:
    found = browser.new_context(reduced_motion="reduce", base_url=site.settings.public_url)
    found.set_default_timeout(10_000)
    yield found
    found.close()


@pytest.fixture
def faults(axe: str) -> Faults:
    """What axe finds on a page."""
    return lambda page: broken_rules(page, axe)


@pytest.fixture
def complaints(context: BrowserContext) -> Iterator[list[str]]:
    """What the page's own policy refused, and errors of its scripts."""
    heard: list[str] = []
    context.on("console", lambda message: heard.append(message.text) if "status of 4" not in message.text else None)
    context.on("weberror", lambda error: heard.append(str(error.error)))
    yield heard
    assert heard == []


def as_admin(context: BrowserContext, site: StaffSite) -> Page:
    admin = site.signed_in(Role.ADMIN)
    address = site.settings.public_url
    context.add_cookies([{"name": n, "value": v, "url": address} for n, v in admin.cookies.items()])
    return context.new_page()


def look(page: Page, faults: Faults) -> list[str]:
    found = []
    for (width, height), media in MODES:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(**media)  # type: ignore[arg-type]
        found += [f"{width} {media}: {fault}" for fault in faults(page)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{width}: scrolls sideways")
    return found


def test_from_the_link_to_the_pages_and_back_in_by_keyboard(
    context: BrowserContext, site: StaffSite, faults: Faults, complaints: list[str]
) -> None:
    token = site.desks.people.invite(COMMAND_LINE, "rose@example.org", "Rose Tremont", "editor").token
    page = context.new_page()
    found = {}
    page.goto(f"/staff/join/{token}")
    found["join"] = look(page, faults)
    app = pyotp.TOTP(page.locator("dd.mono").inner_text().replace(" ", ""))
    page.get_by_label("Password", exact=True).focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Tab")
    page.keyboard.type("something else")
    page.get_by_label("Code from your app").fill(app.now())
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    found["join, refused"] = look(page, faults)
    page.get_by_role("link", name="The two passwords are not the same.").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_label("Code from your app").fill(app.now())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    found["codes"] = look(page, faults)
    code = page.get_by_label("Recovery codes").get_by_role("listitem").first.inner_text()
    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("status")).to_have_text("You are signed out.")
    found["sign-in"] = look(page, faults)
    page.get_by_label("E-mail address").fill("rose@example.org")
    page.get_by_label("Password").fill("wrong lamp river")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    found["sign-in, refused"] = look(page, faults)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    found["code"] = look(page, faults)
    page.get_by_label("Code from your app").fill(code)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Second step")).to_be_hidden()
    page.goto("/staff/profile")
    expect(page.get_by_role("heading", name="Rose Tremont")).to_be_visible()
    assert {state: faults for state, faults in found.items() if faults} == {}


@pytest.mark.parametrize("address", ADMIN_PAGES)
def test_pages_of_an_admin_have_no_fault_in_any_mode(
    context: BrowserContext, site: StaffSite, faults: Faults, complaints: list[str], address: str
) -> None:
    site.record.note("m_1", "inbox.assigned", "a-long-subject-without-a-space-" * 3, {"tags": ["x" * 60]})
    page = as_admin(context, site)
    page.goto(address)
    assert look(page, faults) == []


def test_somebody_is_invited_changed_and_reset_in_the_browser(
    context: BrowserContext, site: StaffSite, faults: Faults, complaints: list[str]
) -> None:
    page = as_admin(context, site)
    page.goto("/staff/people")
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("Name").fill("New Person")
    page.get_by_label("E-mail address").fill("new@example.org")
    page.get_by_label("Role").select_option("reader")
    page.get_by_role("button", name="Make the invitation").click()
    assert "/staff/join/" in page.get_by_label("Link").input_value()
    assert look(page, faults) == []
    page.get_by_role("link", name="Done").click()
    page.get_by_label("Role").select_option("clinician")
    page.get_by_role("button", name="Change the role").click()
    expect(page.get_by_role("status")).to_contain_text("The role is changed")
    assert look(page, faults) == []
    page.get_by_role("button", name="Lock the account").click()
    expect(page.get_by_text("Locked", exact=True)).to_be_visible()


def test_forms_work_without_scripts(browser: Browser, site: StaffSite) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=site.settings.public_url)
    page = as_admin(context, site)
    page.goto("/staff/people/invite")
    page.get_by_label("Name").fill("Second Person")
    page.get_by_label("E-mail address").fill("second@example.org")
    page.get_by_label("Role").select_option("reader")
    page.get_by_role("button", name="Make the invitation").click()
    expect(page.get_by_role("heading", name="Link for Second Person")).to_be_visible()
    context.close()


def test_who_is_about_to_be_signed_out_is_asked_and_can_stay(
    context: BrowserContext, site: StaffSite, faults: Faults, complaints: list[str]
) -> None:
    page = as_admin(context, site)
    page.clock.install()
    page.goto("/staff/profile/password")
    page.get_by_label("New password").first.focus()
    box = page.get_by_role("alertdialog", name="Still there?")
    page.clock.run_for(12 * 60_000)
    expect(box).to_be_hidden()
    page.clock.run_for(70_000)
    expect(box).to_be_visible()
    stay = box.get_by_role("button", name="Stay signed in")
    expect(stay).to_be_focused()
    page.keyboard.press("Enter")
    expect(box).to_be_hidden()
    expect(page.get_by_label("New password").first).to_be_focused()
    page.clock.run_for(12 * 60_000)
    expect(box).to_be_hidden()


def test_the_first_stop_of_the_keyboard_leads_past_the_bar(
    context: BrowserContext, site: StaffSite, complaints: list[str]
) -> None:
    page = as_admin(context, site)
    page.goto("/staff/people")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Invite somebody")).to_be_focused()
