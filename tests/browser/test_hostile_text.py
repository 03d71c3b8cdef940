"""Words that would be code: wherever they come from, they are shown as they were written, and nothing runs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import NewChat
from tests.browser.records import Record
from tests.browser.watched_pages import WatchedPages
from tests.processes import Processes
from tools.widget_visitor import Chat
from web.chat.text import cleaned

STRINGS = Path(__file__).with_name("xss.txt").read_text("utf-8").splitlines()
REASON = "legs <img src=x onerror=rls(2)> ache [tap](javascript:rls(3)) **at** [night](https://example.org/) {{rls(4)}}"
LONG_WORD = "x" * 5_000
MARKDOWN = re.compile(r"\]\(|\]:|^<(javascript|data):")  # what a link's text may be left of
# Everything that the widget is made of; `style` attributes, `src` and the like are nowhere among it.
ELEMENTS = set("div h2 h3 p button svg path ul ol li a strong br span details summary section dl dt dd s code form "
               "label textarea input".split())  # fmt: skip
ATTRIBUTES = re.compile(
    r"aria-[a-z]+|autocomplete|class|d|data-at|data-kind|dir|disabled|enterkeyhint|focusable|for|href|id|lang|maxlength|open|part"
    r"|placeholder|rel|role|rows|tabindex|target|title|type|viewBox"
)
WATCH = """
  window.ran = [];
  window.rls = (number) => window.ran.push(number);
  for (const name of ["alert", "confirm", "prompt", "open"]) window[name] = () => window.ran.push(name);
"""
TREE = """() => {
  const panel = document.querySelector("rls-chat").shadowRoot.querySelector("rls-chat-panel");
  const all = [...panel.shadowRoot.querySelectorAll("*")];
  return {
    elements: [...new Set(all.map(({ localName }) => localName))],
    attributes: [...new Set(all.flatMap((element) => element.getAttributeNames()))],
    links: all.filter(({ localName }) => localName === "a").map(({ href }) => href),
    downloads: all.filter((element) => element.hasAttribute("download")).length,
  };
}"""


def reply(text: str, **metadata: Any) -> dict[str, Any]:
    return {"text": text, "buttons": [], "metadata": {"kind": "answer", "topic": "iron", "sources": [], **metadata}}


def hostile_reply(words: str) -> dict[str, Any]:
    """One reply with the words in every place that it has."""
    return {
        **reply(
            words,
            sources=[{"title": words, "section": words, "url": url} for url in (words, f"https://example.org/{words}")],
            review={"status": "approved", "on": words},
            call=[{"name": words, "number": words}],
            appointment={
                "reference": words, "status": "booked", "title": words, "clinician": words,
                "start": "2026-12-10T10:30:00-05:00", "end": "2026-12-10T11:00:00-05:00",
                "time_zone": "America/New_York",
            },
            kind="emergency",
        ),
        "buttons": [{"title": words, "payload": words}],
    }  # fmt: skip


def turn(number: int, words: str, replies: list[dict[str, Any]], by: str = "assistant") -> dict[str, Any]:
    return {"id": f"turn {words}", "number": number, "event": number, "text": words, "button": None, "state": "done",
            "by": by, "at": 1.0, "replies": replies, "feedback": {}}  # fmt: skip


def answering(body: Any, status: int = 200) -> Any:
    text = json.dumps(body)
    return lambda route: route.fulfill(status=status, content_type="application/json", body=text)


def no_news(route: Route) -> None:
    route.fulfill(status=200, content_type="text/event-stream", body=": nothing\n\n")


def routed_chat(pages: WatchedPages, stack: Processes, turns: list[dict[str, Any]], **options: Any) -> Chat:
    """A chat that is taken up again, where the server says what the test says; without the page's policy."""
    page = pages.open(bypass_csp=True, **options)
    page.add_init_script(WATCH)
    page.add_init_script("sessionStorage['rls-chat'] = JSON.stringify({ token: 'a token' })")
    page.route("**/chat/events", no_news)
    page.route("**/chat/messages", answering({"turns": turns, "last": len(turns)}))
    page.goto(stack.url)
    chat = Chat(page)
    chat.field.wait_for()
    return chat


def assert_harmless(page: Page) -> None:
    """Nothing ran, nothing is there that the widget is not made of, and no link does anything but open or call."""
    tree = page.evaluate(TREE)
    assert set(tree["elements"]) <= ELEMENTS, set(tree["elements"]) - ELEMENTS
    assert [name for name in tree["attributes"] if not ATTRIBUTES.fullmatch(name)] == []
    assert [link for link in tree["links"] if not link.startswith(("https://", "tel:", "mailto:"))] == []
    assert tree["downloads"] == 0
    for element in page.locator("rls-chat-panel .message").all()[:3]:
        element.hover()
    assert page.evaluate("window.ran") == []


def plain(text: str) -> str:
    """Without white space, and without what cannot be seen, which the server takes out of messages."""
    return re.sub(r"\s+", "", cleaned(text))


def test_there_are_a_hundred_of_them_and_each_is_another() -> None:
    assert len(set(STRINGS)) == len(STRINGS) >= 100


def test_whatever_the_server_says_is_shown_as_written_and_runs_nowhere(pages: WatchedPages, stack: Processes) -> None:
    turns = [turn(number, words, [hostile_reply(words)]) for number, words in enumerate(STRINGS, 1)]
    chat = routed_chat(pages, stack, turns)
    chat.answers.nth(len(STRINGS) - 1).wait_for()
    assert chat.said == [words.strip() for words in STRINGS]
    shown = chat.page.locator("rls-chat-panel .assistant").all_text_contents()
    for words, text in zip(STRINGS, shown, strict=True):
        # Button, source, section, title, clinician, reference, and the text where no link was made of it.
        assert plain(text).count(plain(words)) >= (8 if MARKDOWN.search(words) else 9), words
    assert_harmless(chat.page)


def test_links_that_are_allowed_are_links(pages: WatchedPages, stack: Processes) -> None:
    text = "See [the guide](https://example.org/guide), or call [us](tel:+12025550101)."
    chat = routed_chat(pages, stack, [turn(1, "a question", [reply(text)])])
    links = chat.answers.first.locator("p a")
    hrefs = [link.get_attribute("href") for link in links.all()]
    assert hrefs == ["https://example.org/guide", "tel:+12025550101"]
    assert links.first.get_attribute("rel") == "noopener noreferrer"


def test_events_and_errors_and_later_messages_are_text_too(pages: WatchedPages, stack: Processes) -> None:
    pages.expect("Failed to load resource")
    words = " ".join(STRINGS)
    later = [{**turn(1, words, [hostile_reply(words)], by), "text": None, "id": by} for by in ("person", "notice")]
    events = "".join(f"event: turn\nid: 1\ndata: {json.dumps(found)}\n\n" for found in later)
    chat = routed_chat(pages, stack, [])
    chat.page.route("**/chat/events", lambda route: route.fulfill(
        status=200, content_type="text/event-stream", body=events))  # fmt: skip
    chat.answers.nth(1).wait_for()
    refused = answering({"error": {"code": words, "message": words}}, 422)
    chat.page.route("**/chat/messages", refused)
    chat.page.route("**/chat/session", refused)
    chat.page.route("**/chat/appointments/**", refused)
    chat.write("What is this?")
    unsent = chat.page.locator(".unsent")
    unsent.wait_for()
    assert plain(words) in plain(unsent.inner_text())
    chat.page.get_by_role("button", name="Add to my calendar").last.click()
    chat.page.locator("p.trouble").wait_for()
    assert plain(words) in plain(chat.page.locator("p.trouble").inner_text())
    assert_harmless(chat.page)


def test_the_file_of_the_widgets_own_words_is_text_too(pages: WatchedPages, stack: Processes) -> None:
    page = pages.open(bypass_csp=True)
    page.add_init_script(WATCH)

    def spoilt(route: Route) -> None:
        strings = route.fetch().json()
        keys = list(strings["texts"])
        strings["texts"] = {key: STRINGS[at % len(STRINGS)] for at, key in enumerate(keys)}
        strings |= {"consent": STRINGS, "starters": STRINGS, "dir": STRINGS[16], "lang": STRINGS[16]}
        strings["calls"] = [{"name": words, "number": words} for words in STRINGS]
        answering(strings)(route)

    page.route("**/widget/strings/*", spoilt)
    page.goto(stack.url)
    page.locator("rls-chat-panel [part=primary]").wait_for()
    points = page.locator("rls-chat-panel .screen > ul li").all_text_contents()
    assert points == STRINGS
    assert_harmless(page)
    page.locator("rls-chat-panel [part=primary]").click()
    page.locator("rls-chat-panel .choices").wait_for()
    assert page.locator("rls-chat-panel .choices button").all_text_contents() == STRINGS
    assert_harmless(page)


def test_what_the_visitor_writes_is_shown_as_written_also_after_a_reload(new_chat: NewChat, stack: Processes) -> None:
    half = len(STRINGS) // 2
    messages = ["\n".join(part) for part in (STRINGS[:half], STRINGS[half:])]
    chat = new_chat(stack.url, bypass_csp=True)
    chat.page.add_init_script(WATCH)
    chat.page.reload()
    chat.agree()
    for message in messages:
        chat.say(message)
    assert [plain(text) for text in chat.said] == [plain(message) for message in messages]
    assert_harmless(chat.page)
    chat.page.reload()
    chat.answers.nth(1).wait_for()
    assert [plain(text) for text in chat.said] == [plain(message) for message in messages]
    assert_harmless(chat.page)
    assert [plain(text) for text in Record(stack, chat.page).said] == [plain(message) for message in messages]


def test_a_booking_reads_back_what_was_said_and_takes_no_markup_for_a_name(new_chat: NewChat, stack: Processes) -> None:
    chat = new_chat(stack.url, bypass_csp=True)
    chat.page.add_init_script(WATCH)
    chat.page.reload()
    chat.agree()
    for words in ("Book a visit", "first visit", "anyone", "the second one", "Ann <img src=x onerror=rls(1)>"):
        chat.say(words)
    for words in ("Ann O'Hara-Example", "ann@example.com"):
        chat.say(words)
    read_back = chat.say(REASON).inner_text()
    assert "Ann O'Hara-Example" in read_back
    assert REASON in read_back
    assert_harmless(chat.page)


@pytest.mark.parametrize("width", [320, 1000])
def test_a_word_without_end_breaks_nothing(pages: WatchedPages, stack: Processes, width: int) -> None:
    long_reply = hostile_reply(LONG_WORD)
    long_reply["metadata"] |= {"kind": "answer", "call": []}
    turns = [turn(1, LONG_WORD, [long_reply]), turn(2, "> " * 400 + "deep", [reply("> " * 400 + "deep")]),
             turn(3, "[" * 3_000, [reply("[" * 3_000 + "](" * 1_000)])]  # fmt: skip
    chat = routed_chat(pages, stack, turns, viewport={"width": width, "height": 600})
    chat.answers.nth(2).wait_for()
    assert chat.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    scroll = chat.page.locator("rls-chat-panel .scroll")
    assert scroll.evaluate("(box) => box.scrollWidth - box.clientWidth") <= 0
    chat.field.fill("Is this still a place to write?")
    box = chat.field.bounding_box()
    assert box is not None
    assert box["width"] > 150
    assert box["y"] + box["height"] <= 600


def test_a_long_message_is_sent_whole_and_one_that_is_too_long_comes_back(
    pages: WatchedPages, new_chat: NewChat, stack: Processes
) -> None:
    pages.expect("status of 413")
    chat = new_chat(stack.url, viewport={"width": 320, "height": 640})
    chat.agree()
    long = "y" * 3_900
    chat.say(long)
    assert chat.said == [long]
    assert Record(stack, chat.page).said == [long]
    too_long = "please " * 571 + "help me now"
    chat.write(too_long)
    chat.page.locator("p.trouble").get_by_text("That message is too long").wait_for()
    assert chat.field.input_value() == too_long
    assert chat.said == Record(stack, chat.page).said == [long]
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= 320
    chat.field.fill(too_long[8:])
    chat.field.press("Enter")
    chat.answers.nth(1).wait_for()
    assert Record(stack, chat.page).said == [long, too_long[8:]]


def test_danger_in_a_message_that_is_too_long_is_answered(new_chat: NewChat, stack: Processes) -> None:
    chat = new_chat(stack.url)
    chat.agree()
    chat.say("I have crushing chest pain right now. " + "please " * 600)
    assert chat.page.locator("rls-chat-panel .pinned a[href='tel:911']").is_visible()
