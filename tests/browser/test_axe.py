"""No rule of WCAG 2.2 A and AA is broken, nor any of axe's good practices, in any state and in any mode."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Faults, NewChat
from tests.browser.scenes import SCENES, Scene, an_answer, an_emergency, before_the_chat, erased, no_chat
from tests.browser.sizes import cut_off
from tests.browser.watched_pages import WatchedPages
from tests.processes import Processes
from tools.clinic_site import ClinicSite
from tools.widget_visitor import CHROMIUM, QUIET, Chat

SCREEN, PHONE, ZOOMED, MAGNIFIED = (1280, 800), (320, 640), (640, 400), (320, 256)
PROVOKED = "Failed to load resource"  # in scenes of a bad line
PHONE_HELD_UPRIGHT = (412, 915)
ON_THE_PAGE = (before_the_chat, an_answer, an_emergency, erased, no_chat)
LETTERS = 32  # px, twice what browsers begin with


@dataclass(frozen=True)
class Mode:
    """How a visitor looks at the page."""

    name: str
    size: tuple[int, int] = SCREEN
    media: dict[str, Any] = field(default_factory=dict)

    def look(self, page: Page) -> None:
        page.set_viewport_size({"width": self.size[0], "height": self.size[1]})
        page.emulate_media(**{"color_scheme": "light", "forced_colors": "none", **self.media})


MODES = (
    Mode("dark", media={"color_scheme": "dark"}),
    Mode("forced colours", media={"forced_colors": "active"}),
    Mode("320 pixels wide", PHONE),
    Mode("twice as large", ZOOMED),  # a screen of 1280 by 800 at 200 %
    Mode("four times as large", MAGNIFIED),  # a screen of 1280 by 1024 at 400 %
    Mode("light"),  # last: the scene goes on in it
)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_every_state_has_no_fault_in_any_mode(
    new_chat: NewChat, pages: WatchedPages, faults: Faults, scene: Scene
) -> None:
    pages.expect(PROVOKED)
    chat = new_chat(bypass_csp=True, reduced_motion="reduce")
    found = {}
    for state in scene(chat):
        for mode in MODES:
            mode.look(chat.page)
            if wrong := faults(chat.page):
                found[f"{state}, {mode.name}"] = wrong
    assert found == {}, json.dumps(found, indent=1)


@pytest.mark.parametrize("scene", ON_THE_PAGE, ids=lambda scene: scene.__name__)
def test_the_page_with_nothing_but_the_chat_has_no_fault_in_any_state(
    new_chat: NewChat, pages: WatchedPages, stack: Processes, faults: Faults, scene: Scene
) -> None:
    pages.expect(PROVOKED)
    chat = new_chat(stack.url, bypass_csp=True, reduced_motion="reduce", color_scheme="dark")
    found = {}
    for state in scene(chat):
        for mode in (MODES[3], MODES[0]):
            mode.look(chat.page)
            if wrong := faults(chat.page):
                found[f"{state}, {mode.name}"] = wrong
    assert found == {}, json.dumps(found, indent=1)


def test_every_state_has_no_fault_with_letters_twice_the_usual_size(
    browser: Browser, pages: WatchedPages, clinic_site: ClinicSite, faults: Faults, tmp_path: Path
) -> None:
    (tmp_path / "Default").mkdir()
    preferences = {"webkit": {"webprefs": {"default_font_size": LETTERS}}}
    (tmp_path / "Default/Preferences").write_text(json.dumps(preferences), "utf-8")
    context = browser.browser_type.launch_persistent_context(
        tmp_path, executable_path=CHROMIUM, args=[*QUIET], bypass_csp=True, reduced_motion="reduce",
        viewport={"width": SCREEN[0], "height": SCREEN[1]},
    )  # fmt: skip
    pages.watch(context)
    pages.expect(PROVOKED)
    found = {}
    for scene in SCENES:
        chat = Chat(context.new_page())
        chat.page.goto(clinic_site.url)
        for state in scene(chat):
            letters = chat.launcher.evaluate("button => getComputedStyle(button).fontSize")
            assert letters == f"{LETTERS}px"
            for size, look in ((PHONE_HELD_UPRIGHT, cut_off), (SCREEN, faults)):
                Mode("", size).look(chat.page)
                if wrong := look(chat.page):
                    found[f"{state}, {size}"] = wrong
        chat.page.close()
    assert found == {}, json.dumps(found, indent=1)
