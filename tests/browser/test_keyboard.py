"""Everything can be done by keys alone, in the order it is read, and one always sees where one is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewChat
from tests.browser.scenes import MESSAGES, NOT_SENT, QUESTION, refusal
from tests.browser.watched_pages import WatchedPages
from tests.processes import Processes
from tools.widget_visitor import Chat

SCREEN, PHONE = {"width": 1100, "height": 800}, {"width": 360, "height": 640}
MOST_STOPS = 60
AGREE, FIELD, SEND, CLOSE = "I understand, start the chat", "Your message", "Send", "Close the chat"
LAUNCHER = "Questions about restless legs?"
FOCUSED = """() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  const box = element.getBoundingClientRect(), style = getComputedStyle(element);
  const at = (x, y) => {
    let found = document.elementFromPoint(x, y);
    for (let next; (next = found?.shadowRoot?.elementFromPoint(x, y)) && next !== found;) found = next;
    return found;
  };
  const inWindow = box.top >= -1 && box.left >= -1 && box.bottom <= innerHeight + 1 && box.right <= innerWidth + 1;
  const spots = [...element.getClientRects()].flatMap((line) => {  // a link may go over several lines
    const x = (Math.max(0, line.left) + Math.min(innerWidth, line.right)) / 2;
    const [upper, lower] = [Math.max(0, line.top), Math.min(innerHeight, line.bottom)];
    return [0.1, 0.5, 0.9].map((part) => at(x, upper + (lower - upper) * part));
  });
  const words = element.labels?.[0]?.innerText ?? element.innerText ?? "";
  const label = element === document.body ? "" : element.getAttribute("aria-label") ?? words;
  return {
    name: label.trim().replace(/\\s+/g, " "),
    tag: element.tagName.toLowerCase(),
    inChat: !!element.closest?.("rls-chat") || !!element.getRootNode().host?.closest?.("rls-chat, rls-chat-panel"),
    isSeen: inWindow || box.height > innerHeight / 2,
    isUncovered: spots.length > 0 && spots.every((spot) => spot && (element === spot || element.contains(spot))),
    outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
  };
}"""


class Keys:
    """A visitor without a mouse: what has the focus, and how one gets to something."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def focused(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate(FOCUSED)
        return found

    @property
    def name(self) -> str:
        return str(self.focused["name"])

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def stops(self, key: str = "Tab") -> Iterator[dict[str, Any]]:
        """Every stop on the way, each in view, with nothing above it, and marked."""
        for _ in range(MOST_STOPS):
            self.press(key)
            stop = self.focused
            if stop["inChat"]:
                assert stop["isSeen"], stop
                assert stop["isUncovered"], stop
                assert stop["outline"] >= 2, stop
            yield stop

    def to(self, name: str, key: str = "Tab") -> list[str]:
        """Go on until something of that name has the focus; the names of all stops, it is the last."""
        names = []
        for stop in self.stops(key):
            names.append(stop["name"])
            if name in stop["name"]:
                return names
        raise AssertionError(f"{name} is not reached: {names}")

    def back_to(self, name: str) -> list[str]:
        return self.to(name, "Shift+Tab")

    def say(self, words: str) -> None:
        """Write and send; the focus stays where one writes."""
        if self.name != FIELD:
            self.to(FIELD)
        answers = Chat(self.page).answers
        before = answers.count()
        self.page.keyboard.type(words)
        self.press("Enter")
        answers.nth(before).wait_for(timeout=25_000)
        assert self.name == FIELD

    def choose(self, title: str) -> None:
        """Go back to the newest choice of that name and press it; the focus stays on it."""
        answers = Chat(self.page).answers
        before = answers.count()
        if title not in self.name:
            self.back_to(title)
        self.press("Enter")
        answers.nth(before).wait_for(timeout=25_000)
        assert self.name == f"Chosen: {title}"
        self.to(FIELD)


@pytest.fixture
def keys(new_chat: NewChat) -> Keys:
    return Keys(new_chat(viewport=SCREEN, reduced_motion="reduce").page)


def begin(keys: Keys) -> None:
    assert keys.to(LAUNCHER)[-1] == LAUNCHER
    keys.press("Enter")
    expect(Chat(keys.page).start).to_be_focused()
    keys.press("Enter")
    expect(Chat(keys.page).field).to_be_focused()


def times(page: Page) -> list[str]:
    buttons = page.get_by_role("list", name="Free times").last.get_by_role("button")
    return [text for text in buttons.all_inner_texts() if ":" in text]


def test_a_question_is_asked_and_what_belongs_to_its_answer_is_reached_in_its_order(keys: Keys) -> None:
    begin(keys)
    keys.say(QUESTION)
    answer = Chat(keys.page).answers.last
    choices = answer.get_by_role("list", name="Choices").get_by_role("button").all_inner_texts()
    order = keys.back_to("Conversation")[::-1]
    assert order[0] == "Conversation"
    assert order[1 : 1 + len(choices)] == choices
    assert order[1 + len(choices)] == "Sources and review"
    assert order[-2:] == ["Yes, this was helpful", "No, this was not helpful"]
    links = answer.get_by_role("link").count()
    assert len(order) == 1 + len(choices) + 1 + links + 2
    keys.to("Yes, this was helpful")
    keys.press("Enter")
    keys.to("Anything to add?")
    keys.page.keyboard.type("clear")
    keys.press("Enter")
    answer.get_by_text("Thank you.").wait_for()
    assert keys.focused["inChat"]
    keys.to(FIELD)
    keys.choose(choices[0])
    assert keys.to("Keep on this device") == [SEND, "Start over", "Erase my chat", "Keep on this device"]


def test_a_visit_is_booked_moved_and_cancelled_and_the_chat_is_erased(keys: Keys) -> None:
    begin(keys)
    page = keys.page
    keys.say("Book a visit")
    keys.choose("First visit")
    keys.choose("Anyone")
    free = times(page)
    assert len(free) > 2
    keys.back_to(free[0])
    assert keys.to(free[-1]) == free[1:]
    keys.choose(free[-1])
    for words in ("Ann Example", "ann@example.com", "restless legs at night"):
        keys.say(words)
    keys.choose("Yes")
    keys.back_to("Move this visit")
    page.get_by_role("button", name="Add to my calendar").wait_for()
    keys.choose("Move this visit")
    other = times(page)[1]
    keys.choose(other)
    keys.choose("Yes")
    page.get_by_text("Your visit has a new time").first.wait_for()
    keys.choose("Cancel this visit")
    keys.choose("Yes")
    page.get_by_text("Cancelled", exact=True).wait_for()
    keys.to("Erase my chat")
    keys.press("Enter")
    assert keys.name == "Yes, erase it"
    keys.to("Keep it")
    keys.press("Enter")
    assert keys.name == "Erase my chat"
    keys.press("Enter", "Enter")
    page.get_by_role("heading", name="This chat is erased").wait_for()
    expect(page.get_by_role("button", name="Start a new chat")).to_be_focused()
    keys.press("Enter")
    expect(Chat(page).start).to_be_focused()


def test_escape_closes_and_the_launcher_takes_one_back_to_where_one_was(keys: Keys) -> None:
    begin(keys)
    keys.say("hello")
    keys.page.keyboard.type("what about")
    keys.press("Escape")
    expect(Chat(keys.page).field).to_be_hidden()
    assert keys.name == LAUNCHER
    assert keys.focused["outline"] >= 2
    keys.press("Enter")
    expect(Chat(keys.page).field).to_be_focused()
    assert Chat(keys.page).field.input_value() == "what about"
    assert Chat(keys.page).said == ["hello"]
    keys.back_to(CLOSE)
    keys.press("Enter")
    assert keys.name == LAUNCHER


def test_on_a_screen_the_page_behind_can_be_reached_too(keys: Keys) -> None:
    begin(keys)
    way = keys.to("Visits")
    assert way == [SEND, "Start over", "Erase my chat", "Keep on this device", *way[4:]]
    assert keys.to(CLOSE)[-1] == CLOSE
    expect(Chat(keys.page).field).to_be_visible()


def test_on_a_phone_the_focus_never_leaves_the_chat(new_chat: NewChat) -> None:
    keys = Keys(new_chat(viewport=PHONE, reduced_motion="reduce").page)
    begin(keys)
    keys.say("hello")
    for key in ("Tab", "Shift+Tab"):
        stops = [stop for stop, _ in zip(keys.stops(key), range(30), strict=False)]
        assert [stop for stop in stops if not stop["inChat"] and stop["tag"] != "body"] == []
        assert {CLOSE, "Conversation", FIELD, SEND, "Keep on this device"} <= {stop["name"] for stop in stops}
    keys.press("Escape")
    assert keys.name == LAUNCHER


def test_where_the_focus_is_can_be_seen_on_every_stop(keys: Keys) -> None:
    begin(keys)
    keys.say(QUESTION)
    seen = set()
    for stop in keys.stops():
        if stop["name"] in seen:
            break
        seen.add(stop["name"])
        if not stop["inChat"]:
            continue
        focused = keys.page.screenshot()
        keys.page.evaluate("document.activeElement.shadowRoot.activeElement.shadowRoot.activeElement.blur()")
        assert keys.page.screenshot() != focused, stop
        keys.press("Tab", "Shift+Tab")
        assert keys.name == stop["name"]
    assert len(seen) > 10


def test_what_a_pressed_button_took_away_does_not_take_the_focus_with_it(keys: Keys, pages: WatchedPages) -> None:
    pages.expect("Failed to load resource")
    begin(keys)
    keys.page.route(MESSAGES, refusal(413, "This message is too long."))
    for way_out in ("Try again", "Remove it"):
        if way_out == "Try again":
            keys.page.keyboard.type("hello")
            keys.press("Enter")
        keys.page.get_by_text(NOT_SENT).first.wait_for()
        keys.back_to(way_out)
        keys.press("Enter")
        assert keys.name == "Conversation"
        keys.to(FIELD)
    assert Chat(keys.page).said == []


def test_a_chat_that_could_not_start_leaves_the_focus_on_its_button(
    new_chat: NewChat, stack: Processes, pages: WatchedPages
) -> None:
    pages.expect("Failed to load resource")
    keys = Keys(new_chat(stack.url, viewport=SCREEN).page)
    keys.page.route("**/chat/session", refusal(503, ""))
    keys.to(AGREE)
    keys.press("Enter")
    keys.page.get_by_text("The chat could not start.").first.wait_for()
    assert keys.name == AGREE
    keys.page.unroute("**/chat/session")
    keys.press("Enter")
    expect(Chat(keys.page).field).to_be_focused()
