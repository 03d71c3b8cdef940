"""Pictures of the widget in every state, into `docs/pictures`: light on a screen, dark on a phone.

And of every staff page, into `docs/pictures/staff`; `--staff`: only of these.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, Page
from rich.progress import Progress

from clinic.settings import ROOT
from tools.clinic_site import ClinicSite, served_clinic_site
from tools.stack import running_stack
from tools.staff_pictures import take_staff_pictures
from tools.widget_visitor import Chat, running_browser

FOLDER = ROOT / "docs" / "pictures"
_STATES = 13
_CONTEXTS: dict[str, Any] = {
    "screen": {"viewport": {"width": 1100, "height": 760}, "color_scheme": "light"},
    "phone": {"viewport": {"width": 375, "height": 720}, "color_scheme": "dark"},
}

_STYLE = """<style>
body { margin: 0; font: 1.0625rem/1.6 Georgia, serif; color: #26323a; background: #fbf9f5; }
main { max-width: 40rem; margin: 0 auto 0 4rem; padding: 3rem 1.5rem; }
h1 { font-size: 2.25rem; line-height: 1.2; } a { color: #0b5a7a; }
@media (max-width: 40rem) { main { margin: 0; padding: 1.5rem; } }
</style>"""
_BODY = """<p><a href="#">Home</a> · <a href="#">Our doctors</a> · <a href="#">Visits</a></p>
<h1>Restless legs at night</h1>
<p>Many people cannot keep their legs still in the evening. Read what may be behind it, and what helps.</p>
<p>Our clinic is a demonstration. None of its doctors, hours or numbers are real.</p>"""


def states(chat: Chat, site: ClinicSite, take: Callable[[str], None]) -> None:
    """One conversation through every state; `take` makes the picture of one."""
    page = chat.page
    page.goto(site.url)
    chat.launcher.wait_for()
    take("closed")
    chat.launcher.click()
    page.get_by_role("button", name="I understand").wait_for()
    take("consent")
    chat.agree()
    take("starters")
    chat.say("Can low iron cause restless legs?")
    take("answer")
    page.locator("details.sources").last.scroll_into_view_if_needed()
    take("sources")
    page.get_by_role("button", name="No, this was not helpful").last.click()
    page.get_by_label("Anything to add?").wait_for()
    page.get_by_label("Anything to add?").scroll_into_view_if_needed()
    take("feedback")
    _book(chat, take)
    chat.say("I have crushing chest pain right now")
    take("emergency")
    page.context.set_offline(True)
    chat.write("Are you still there?")
    page.locator("rls-chat-panel .state").wait_for()
    take("offline")
    page.context.set_offline(False)
    page.locator("rls-chat-panel .state").wait_for(state="detached")
    page.get_by_role("button", name="Erase my chat").click()
    take("erase")
    page.get_by_role("button", name="Yes, erase it").click()
    page.get_by_role("heading", name="This chat is erased").wait_for()
    take("erased")


def _book(chat: Chat, take: Callable[[str], None]) -> None:
    chat.say("Book a visit")
    take("form")
    chat.choose("First visit")
    chat.choose("Anyone")
    take("times")
    chat.choose_first_time()
    for words in ("Ann Example", "ann@example.com", "restless legs at night"):
        chat.say(words)
    take("read-back")
    chat.choose("Yes")
    chat.page.locator(".visit").last.scroll_into_view_if_needed()
    take("visit")


def _pictures(browser: Browser, site: ClinicSite, name: str, done: Callable[[], None]) -> None:
    page: Page = browser.new_context(reduced_motion="reduce", **_CONTEXTS[name]).new_page()

    def take(state: str) -> None:
        page.mouse.move(0, 0)
        page.wait_for_timeout(150)  # fonts and scrolling come to rest
        page.screenshot(path=FOLDER / f"{name}-{state}.png")
        done()

    states(Chat(page), site, take)
    page.context.close()


def main() -> None:
    """Make all pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--staff", action="store_true", help="only pictures of the staff pages")
    if not parser.parse_args().staff:
        _take_widget_pictures()
    print(f"{take_staff_pictures()} pictures of staff pages")


def _take_widget_pictures() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        running_stack() as stack,
        served_clinic_site(stack.url) as site,
        running_browser() as browser,
        Progress() as bar,
    ):
        site.head, site.body, site.policy = _STYLE, _BODY, f"{site.policy}; style-src 'unsafe-inline'"
        task = bar.add_task("pictures", total=_STATES * len(_CONTEXTS))
        for name in _CONTEXTS:
            _pictures(browser, site, name, lambda: bar.advance(task))
    print(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
