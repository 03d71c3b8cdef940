"""On a clinic's page that allows nothing but the chat, pins its files, or treats them badly."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, Route, expect

from clinic.settings import ROOT
from tests.browser.conftest import NewChat
from tests.browser.watched_pages import WatchedPages
from tests.web.conftest import KEY, running_web
from tools.clinic_site import POLICY, TRUSTED_TYPES, ClinicSite
from tools.migrate import upgrade
from tools.widget_visitor import Chat

WATCH_POLICY = (
    "addEventListener('securitypolicyviolation', (event) => (window.violations ??= []).push(event.blockedURI))"
)
PANEL, STRINGS = "**/widget/panel-*.js*", "**/widget/strings/*"
FAILS = "Failed to load resource|net::ERR|integrity"
HOSTILE_STYLE = """<style>
  html { font-size: 62.5% }
  * { all: unset; font-size: 7px !important; letter-spacing: 1em; color: red; visibility: visible }
  div, p, button, dialog, ul, li, svg, textarea { display: none !important; position: static !important }
  body { display: block; overflow: hidden; height: 40px }
</style>"""
HOSTILE_SCRIPT = """<script>
  for (const name of ["remove", "last", "html"]) Array.prototype[name] = () => { throw new Error("prototype"); };
  Object.prototype.extra = "extra";
  const original = window.fetch;
  window.asked = 0;
  window.fetch = function (...all) { window.asked += 1; return original.apply(this, all); };
  window.html = window.css = window.Panel = window.marked = () => { throw new Error("global"); };
</script>"""


def integrity_of_launcher() -> str:
    names = json.loads((ROOT / "widget" / "dist" / "integrity.json").read_text("utf-8"))
    return str(names["widget.js"])


def pinned(site: ClinicSite, integrity: str) -> None:
    site.tag = (
        f'<script type="module" src="{{chat}}/widget.js" integrity="{integrity}" crossorigin="anonymous"></script>'
    )


def violations(page: Page) -> list[str]:
    found: list[str] = page.evaluate("window.violations ?? []")
    return found


def book(chat: Chat) -> str:
    """Book the first free time; its reference."""
    chat.say("Book a visit")
    chat.choose("First visit")
    chat.choose("Anyone")
    chat.choose_first_time()
    for words in ("Ann Example", "ann@example.com", "restless legs at night"):
        chat.say(words)
    chat.choose("Yes")
    return chat.page.locator("rls-chat-panel .visit code").last.inner_text()


def look(chat: Chat) -> tuple[Any, list[str]]:
    """Where the window stands, how large it is, and how its letters are."""
    style = "(field) => { const s = getComputedStyle(field); return [s.font, s.letterSpacing, s.color] }"
    return chat.page.locator("rls-chat dialog").bounding_box(), chat.field.evaluate(style)


@pytest.mark.parametrize("policy", [POLICY, POLICY + TRUSTED_TYPES], ids=["policy", "trusted-types"])
def test_all_of_the_chat_works_under_the_policy_that_the_guide_lists(
    new_chat: NewChat, clinic_site: ClinicSite, pages: WatchedPages, policy: str
) -> None:
    assert policy.partition("script-src")[0] in (ROOT / "docs/how-to/embed-the-chat.md").read_text("utf-8")
    clinic_site.policy = policy
    page = pages.open()
    page.add_init_script(WATCH_POLICY)
    page.goto(clinic_site.url)
    chat = Chat(page)
    chat.open()
    chat.say("Can low iron cause restless legs?")
    page.get_by_role("button", name="No, this was not helpful").last.click()
    page.get_by_label("Anything to add?").fill("Too long")
    page.locator("rls-chat-panel .word button").click()
    page.get_by_text("Thank you. It is kept for the clinic.").first.wait_for()
    book(chat)
    with page.expect_download() as download:
        page.get_by_role("button", name="Add to my calendar").click()
    assert download.value.suggested_filename == "visit.ics"  # the reference is half of the proof
    (event,) = Calendar.from_ical(Path(download.value.path()).read_bytes()).walk("VEVENT")
    assert str(event["SUMMARY"]).startswith(page.locator("rls-chat-panel .visit .title").inner_text())
    chat.say("I have crushing chest pain right now")
    assert page.locator("rls-chat-panel .pinned a[href='tel:911']").is_visible()
    page.get_by_role("button", name="Erase my chat").click()
    page.get_by_role("button", name="Yes, erase it").click()
    page.get_by_role("heading", name="This chat is erased").wait_for()
    assert violations(page) == []


def test_the_policy_is_in_force_so_that_the_test_above_can_fail(clinic_site: ClinicSite, pages: WatchedPages) -> None:
    page = pages.open()
    page.add_init_script(WATCH_POLICY)
    pages.expect("Content Security Policy|Content-Security-Policy")
    clinic_site.head = "<style>body { color: red }</style>"
    page.goto(clinic_site.url)
    page.wait_for_function("window.violations?.length")
    assert violations(page) == ["inline"]


def test_the_tag_with_the_hash_that_is_published_runs(new_chat: NewChat, clinic_site: ClinicSite) -> None:
    pinned(clinic_site, integrity_of_launcher())
    chat = new_chat()
    chat.open()
    assert chat.field.is_visible()


def test_with_another_hash_nothing_runs(new_chat: NewChat, clinic_site: ClinicSite, pages: WatchedPages) -> None:
    pages.expect("integrity")
    pinned(clinic_site, f"sha384-{'A' * 64}")
    chat = new_chat()
    chat.page.wait_for_load_state("networkidle")
    assert chat.page.evaluate("customElements.get('rls-chat') === undefined")
    assert chat.page.locator("rls-chat").count() == 0


def one_byte_more(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text() + " ")


def refused(route: Route) -> None:
    route.abort("connectionrefused")


def broken(route: Route) -> None:
    route.fulfill(status=500, headers={"Access-Control-Allow-Origin": "*"})


@pytest.mark.parametrize(
    ("policy", "file", "fault"),
    [
        (POLICY, PANEL, one_byte_more), (POLICY, PANEL, broken), (POLICY + TRUSTED_TYPES, PANEL, refused),
        (POLICY, STRINGS, refused), (POLICY, STRINGS, broken),
    ],
    ids=["panel tampered with", "panel 500", "no panel, trusted types", "no strings", "strings 500"],
)  # fmt: skip
def test_what_does_not_load_is_said_and_pressing_again_works_once_it_does(
    new_chat: NewChat, clinic_site: ClinicSite, pages: WatchedPages, policy: str, file: str, fault: Any
) -> None:
    pages.expect(FAILS)
    clinic_site.policy = policy
    chat = new_chat()
    chat.page.route(file, fault)
    chat.launcher.click()
    said = chat.page.locator("rls-chat [role=alert]").get_by_text("In an emergency")
    said.wait_for()
    assert chat.launcher.is_visible()
    assert chat.page.evaluate("customElements.get('rls-chat-panel') === undefined") is (file == PANEL)
    chat.page.unroute(file)
    chat.open()
    expect(said).to_be_hidden()
    assert chat.field.is_visible()


@dataclass
class InProduction:
    """`web` as in production, for one site."""

    url: str
    site: ClinicSite


@pytest.fixture
def in_production(tmp_path: Path, clinic_site: ClinicSite, monkeypatch: pytest.MonkeyPatch) -> Iterator[InProduction]:
    monkeypatch.setattr("web.app.refuse_what_is_not_ready", lambda *_: None)
    database = f"sqlite:///{tmp_path}/clinic.db"
    upgrade(database)
    environment = {
        "APP_ENV": "production", "SECRET_KEY": "s" * 40, "CLINIC_DB_URL": database, "API_KEYS": "",
        "API_KEY_HASHES": f"test:{hashlib.sha256(KEY.encode()).hexdigest()}",
        "SITE_ORIGINS": clinic_site.url.rstrip("/"), "RASA_URL": "http://127.0.0.1:9",
    }  # fmt: skip
    with running_web(environment) as web:
        yield InProduction(str(web.base_url).rstrip("/"), clinic_site)


def test_a_listed_site_may_frame_and_embed_the_chat_and_another_may_not(
    in_production: InProduction, pages: WatchedPages
) -> None:
    pages.hosts += (in_production.url, "http://localhost:")
    pages.expect("frame-ancestors|Failed to load resource|CORS policy|ERR_FAILED")
    site = in_production.site
    site.chat = in_production.url
    site.policy += "; frame-src {chat}"
    site.tag += '<iframe src="{chat}/" title="Chat"></iframe>'
    page = pages.open()
    page.goto(site.url)
    page.frame_locator("iframe").get_by_role("button", name="I understand").wait_for()
    chat = Chat(page)
    chat.launcher.click()
    page.locator("rls-chat").get_by_role("button", name="I understand").first.click()
    chat.field.wait_for()
    page.goto(site.url.replace("127.0.0.1", "localhost"))
    page.wait_for_load_state("networkidle")
    assert page.frame_locator("iframe").locator("rls-chat").count() == 0
    chat.launcher.click()
    page.locator("rls-chat").get_by_role("button", name="I understand").click()
    page.get_by_text("The chat could not start.").first.wait_for()
    assert chat.field.count() == 0


def test_a_page_that_meddles_with_styles_and_prototypes_does_not_break_it(
    new_chat: NewChat, clinic_site: ClinicSite
) -> None:
    clinic_site.policy = (
        "default-src 'none'; style-src 'unsafe-inline'; script-src {chat} 'unsafe-inline'; connect-src {chat}"
    )
    usual = new_chat(viewport={"width": 1000, "height": 800})
    usual.open()
    clinic_site.head = HOSTILE_STYLE + HOSTILE_SCRIPT
    chat = new_chat(viewport={"width": 1000, "height": 800})
    chat.open()
    chat.say("Can low iron cause restless legs?")
    assert chat.page.evaluate("window.asked") > 2
    assert look(chat) == look(usual)
