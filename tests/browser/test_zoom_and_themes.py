"""The widget takes the page's colours, the visitor's wishes and every size, and stays whole."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.conftest import Faults, NewChat
from tests.browser.scenes import MESSAGES, QUESTION, hang
from tests.browser.sizes import cut_off
from tests.processes import Processes
from tools.clinic_site import POLICY, ClinicSite
from tools.widget_visitor import Chat

PHONE = {"width": 320, "height": 640}
THEME = """<style>
rls-chat {
  --rls-accent: rgb(122, 31, 92); --rls-on-accent: rgb(255, 250, 240); --rls-head: rgb(90, 22, 68);
  --rls-on-head: rgb(255, 240, 250); --rls-mine: rgb(240, 225, 235); --rls-card: rgb(255, 253, 250);
  --rls-paper: rgb(250, 245, 240); --rls-ink: rgb(30, 20, 25); --rls-line: rgb(200, 180, 190);
  --rls-font: Georgia, serif; --rls-width: 28em;
}
rls-chat::part(launcher) { border-radius: 7px; }
rls-chat::part(send) { border-radius: 9px; }
rls-chat::part(assistant) { border-left-width: 11px; }
</style>"""
ANIMATIONS = """() => {
  const shadow = document.querySelector("rls-chat").shadowRoot;
  const roots = [document, shadow, shadow.querySelector("rls-chat-panel").shadowRoot];
  const scroll = getComputedStyle(roots[2].querySelector(".scroll")).scrollBehavior;
  return [roots.flatMap((root) => root.getAnimations()).map(({ animationName }) => animationName), scroll];
}"""


def css(element: Locator, name: str) -> str:
    return str(element.evaluate(f"element => getComputedStyle(element).getPropertyValue('{name}')"))


def left(element: Locator) -> float:
    box = element.bounding_box()
    assert box
    return box["x"]


def right(element: Locator) -> float:
    box = element.bounding_box()
    assert box
    return box["x"] + box["width"]


def part(chat: Chat, name: str) -> Locator:
    return chat.page.locator(f"rls-chat [part~={name}]").first


def test_colours_sizes_and_parts_of_the_page_reach_every_corner(new_chat: NewChat, clinic_site: ClinicSite) -> None:
    clinic_site.head, clinic_site.policy = THEME, POLICY + "; style-src 'unsafe-inline'"
    chat = new_chat(color_scheme="light")
    assert css(chat.launcher, "background-color") == "rgb(122, 31, 92)"
    assert css(chat.launcher, "color") == "rgb(255, 250, 240)"
    assert css(chat.launcher, "border-top-left-radius") == "7px"
    chat.open()
    chat.say(QUESTION)
    wanted = {
        ("header", "background-color"): "rgb(90, 22, 68)", ("header", "color"): "rgb(255, 240, 250)",
        ("visitor", "background-color"): "rgb(240, 225, 235)", ("visitor", "color"): "rgb(30, 20, 25)",
        ("assistant", "background-color"): "rgb(255, 253, 250)", ("assistant", "border-left-width"): "11px",
        ("assistant", "border-top-color"): "rgb(200, 180, 190)", ("choice", "color"): "rgb(122, 31, 92)",
        ("send", "background-color"): "rgb(122, 31, 92)", ("send", "border-top-left-radius"): "9px",
        ("input", "font-family"): "Georgia, serif", ("window", "width"): "448px",
    }  # fmt: skip
    assert {(name, style): css(part(chat, name), style) for name, style in wanted} == wanted


@pytest.mark.parametrize(("scheme", "device"), [("dark", "light"), ("light", "dark")])
def test_the_scheme_of_the_tag_goes_before_that_of_the_device(
    new_chat: NewChat, clinic_site: ClinicSite, scheme: str, device: str
) -> None:
    def colours(**options: Any) -> list[str]:
        chat = new_chat(**options)
        chat.open()
        names = ("launcher", "window", "header", "input")
        return [css(part(chat, name), "background-color") for name in names]

    usual = colours(color_scheme=device)
    clinic_site.tag = clinic_site.tag.replace("data-label", f'data-scheme="{scheme}" data-label')
    chosen = colours(color_scheme=device)
    assert all(mine != theirs for mine, theirs in zip(chosen, usual, strict=True))
    clinic_site.tag = clinic_site.tag.replace(f'data-scheme="{scheme}"', "")
    assert chosen == colours(color_scheme=scheme)


def test_a_language_written_from_right_to_left_is_mirrored(
    new_chat: NewChat, clinic_site: ClinicSite, faults: Faults
) -> None:
    clinic_site.tag = clinic_site.tag.replace("data-label", 'data-lang="ar" data-label')
    chat = new_chat(bypass_csp=True, reduced_motion="reduce")

    def mirrored(route: Route) -> None:
        answer = route.fetch(url=route.request.url.replace("/ar.json", "/en.json"))
        route.fulfill(response=answer, json={**answer.json(), "lang": "ar", "dir": "rtl"})

    chat.page.route("**/widget/strings/ar.json", mirrored)
    chat.open()
    assert faults(chat.page) == []
    chat.say(QUESTION)
    visitor, assistant = part(chat, "visitor"), chat.answers.last
    assert left(visitor) < left(chat.page.locator("rls-chat-panel .log")) + 2
    assert right(visitor) < right(assistant)
    assert right(assistant) > right(chat.page.locator("rls-chat-panel .log")) - 2
    assert left(part(chat, "send")) < left(chat.field)
    assert left(part(chat, "close")) < left(chat.page.get_by_role("heading", name="Restless legs assistant"))
    assert css(assistant.locator("p").first, "text-align") == "start"
    assert css(assistant, "direction") == "rtl"
    for size in (PHONE, {"width": 1280, "height": 800}):
        chat.page.set_viewport_size(size)
        assert faults(chat.page) == []


@pytest.mark.parametrize(("wish", "moves"), [("reduce", False), ("no-preference", True)])
def test_nothing_moves_for_those_who_do_not_want_it(new_chat: NewChat, wish: str, moves: bool) -> None:
    chat = new_chat(reduced_motion=wish)
    chat.open()
    chat.page.route(MESSAGES, hang)
    chat.write(QUESTION)
    chat.page.get_by_text("Sending, and waiting for the answer").wait_for()
    names, scrolling = chat.page.evaluate(ANIMATIONS)
    assert ("wait" in names, scrolling == "smooth") == (moves, moves)
    assert moves or names == []


def test_at_the_left_for_those_who_want_it_there(new_chat: NewChat, clinic_site: ClinicSite) -> None:
    clinic_site.tag = clinic_site.tag.replace("data-label", 'data-position="left" data-label')
    chat = new_chat(viewport={"width": 1000, "height": 700})
    assert right(chat.launcher) < 500
    chat.open()
    assert right(part(chat, "window")) < 500


def test_words_without_end_do_not_make_the_page_wider(new_chat: NewChat, stack: Processes) -> None:
    chat = new_chat(stack.url, viewport=PHONE)
    chat.open()
    chat.say("What causes restless legs? " + "x" * 500)
    assert cut_off(chat.page) == []


def test_turning_the_phone_keeps_the_chat_and_what_was_being_written(new_chat: NewChat) -> None:
    chat = new_chat(viewport={"width": 390, "height": 800})
    chat.open()
    chat.say("hello")
    chat.field.fill("and what")
    for size in ({"width": 800, "height": 390}, {"width": 1200, "height": 900}, {"width": 390, "height": 800}):
        chat.page.set_viewport_size(size)
        assert chat.page.evaluate("matchMedia('(max-width: 30em), (max-height: 28em)').matches") == (
            size["width"] != 1200
        )
        expect(chat.field).to_be_in_viewport()
        expect(chat.field).to_be_focused()
        assert chat.field.input_value() == "and what"
        assert chat.said == ["hello"]
        assert cut_off(chat.page) == []


def test_a_long_answer_is_read_from_its_beginning(new_chat: NewChat) -> None:
    chat = new_chat(viewport={"width": 375, "height": 667}, reduced_motion="reduce")
    chat.open()
    for _ in range(2):
        chat.say(QUESTION)
    expect(chat.page.locator("rls-chat-panel .visitor").last).to_be_in_viewport(ratio=1)
    expect(chat.answers.last.locator("p").first).to_be_in_viewport()
