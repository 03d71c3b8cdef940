"""What those hear who do not see: every message once, danger at once, and names for everything."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewChat
from tests.browser.scenes import ALARM, LATE, MESSAGES, NOT_SENT, QUESTION, hang, refusal
from tests.browser.watched_pages import WatchedPages
from tests.processes import Processes
from tools.widget_visitor import Chat

LISTEN = """() => {
  const panel = document.querySelector("rls-chat").shadowRoot.querySelector("rls-chat-panel").shadowRoot;
  window.heard = [];
  for (const region of panel.querySelectorAll("#polite, #urgent")) {
    let last = region.textContent;  // screen readers pass over a region whose words are the same as before
    const listener = new MutationObserver(() => {
      if (region.textContent !== last) heard.push([region.id, (last = region.textContent)]);
    });
    listener.observe(region, { characterData: true, childList: true, subtree: true });
  }
}"""


@pytest.fixture
def chat(new_chat: NewChat, stack: Processes) -> Chat:
    """A chat that has begun, listened to: `window.heard` holds each change of what is said aloud."""
    chat = new_chat(stack.url, reduced_motion="reduce")
    chat.open()
    chat.page.evaluate(LISTEN)
    return chat


def heard(page: Page) -> list[tuple[str, str]]:
    """What was said since the last call: how urgently, and the words."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    found: list[list[str]] = page.evaluate("heard.splice(0)")
    return [(where, words) for where, words in found]


def answers(*texts: str, kind: str = "answer", buttons: int = 0) -> Any:
    """A route that gives these replies to every message."""
    choices = [{"title": f"Choice {number}", "payload": f"/choice{number}"} for number in range(buttons)]
    replies = [{"text": text, "buttons": choices, "metadata": {"kind": kind, "topic": "x"}} for text in texts]

    def fulfill(route: Route) -> None:
        route.fulfill(content_type="application/json", body=json.dumps({"replies": replies}))

    return fulfill


def test_an_answer_is_said_once_with_who_speaks_and_how_many_choices_there_are(chat: Chat) -> None:
    chat.page.route(MESSAGES, answers("Legs.", buttons=3))
    chat.say("hello")
    assert heard(chat.page) == [("polite", "Assistant: Legs. Choices below: 3.")]


def test_the_same_answer_given_twice_is_said_twice(chat: Chat) -> None:
    chat.page.route(MESSAGES, answers("Legs."))
    for _ in range(3):
        chat.say("hello")
        ((where, words),) = heard(chat.page)
        assert (where, words.strip()) == ("polite", "Assistant: Legs.")


def test_several_replies_to_one_message_are_said_as_one(chat: Chat) -> None:
    chat.page.route(MESSAGES, answers("First.", "Second."))
    chat.say("hello")
    assert heard(chat.page) == [("polite", "Assistant: First. Second.")]


def test_danger_interrupts(chat: Chat) -> None:
    chat.say("hello")
    assert [where for where, _ in heard(chat.page)] == ["polite"]
    chat.say(ALARM)
    ((where, words),) = heard(chat.page)
    assert where == "urgent"
    assert "911" in words


def test_nothing_is_said_while_the_visitor_writes(chat: Chat) -> None:
    chat.field.press_sequentially("what is restless")
    chat.field.fill("x" * 3_999)
    assert heard(chat.page) == []


def test_that_a_message_is_too_long_is_said_once_and_not_at_every_key(pages: WatchedPages, chat: Chat) -> None:
    pages.expect("status of 413")
    chat.write("x" * 4_001)
    chat.page.locator("p.trouble").wait_for()
    chat.field.press_sequentially("yyyy")
    assert [where for where, _ in heard(chat.page)] == ["polite"]
    assert chat.page.locator("rls-chat-panel [role=alert]").count() == 1


def test_after_ten_seconds_without_an_answer_it_is_said_once_and_where_help_is(chat: Chat) -> None:
    chat.page.clock.install()
    chat.page.route(MESSAGES, hang)
    chat.write(QUESTION)
    assert heard(chat.page) == []
    for _ in range(3):
        chat.page.clock.fast_forward(LATE)
    ((where, words),) = heard(chat.page)
    assert (where, words.split(".")[0]) == ("polite", "There is no answer yet")
    assert "911" in words
    assert "988" in words


def test_a_message_that_was_not_sent_is_said_with_its_reason(chat: Chat, pages: WatchedPages) -> None:
    pages.expect("status of 413")
    chat.page.route(MESSAGES, refusal(413, "Too much at once."))
    chat.write(QUESTION)
    chat.page.get_by_text(NOT_SENT).first.wait_for()
    assert heard(chat.page) == [("polite", f"{NOT_SENT} Too much at once.")]


def test_that_one_is_offline_and_that_the_chat_is_over_are_said(chat: Chat, pages: WatchedPages) -> None:
    pages.expect("status of 401|net::ERR_INTERNET_DISCONNECTED")
    chat.page.context.set_offline(True)
    chat.write("hello")
    chat.page.get_by_text("You are offline.").first.wait_for()
    ((_, words),) = heard(chat.page)
    assert words.startswith("You are offline.")
    chat.page.route(MESSAGES, refusal(401, ""))
    chat.page.context.set_offline(False)
    chat.page.get_by_role("heading", name="This chat has ended").wait_for()
    assert [words.split(".")[0] for _, words in heard(chat.page)][-1].startswith("This chat has ended")


def test_erasing_is_said(chat: Chat) -> None:
    chat.page.get_by_role("button", name="Erase my chat").click()
    chat.page.get_by_role("button", name="Yes, erase it").click()
    chat.page.get_by_role("heading", name="This chat is erased").wait_for()
    assert heard(chat.page) == [("polite", "This chat is erased")]


def test_what_was_said_before_a_reload_is_not_said_again(chat: Chat) -> None:
    chat.say("hello")
    chat.page.reload()
    chat.page.locator("rls-chat-panel #polite").wait_for(state="attached")
    chat.page.evaluate(LISTEN)
    chat.answers.first.wait_for()
    assert heard(chat.page) == []
    assert chat.page.locator("#polite").text_content() == ""


def test_the_consent_is_read_with_its_button(new_chat: NewChat) -> None:
    chat = new_chat()
    chat.launcher.click()
    chat.start.wait_for()
    expect(chat.start).to_have_accessible_description(re.compile("not a person.*not for emergencies", re.IGNORECASE))
    expect(chat.page.get_by_role("dialog", name="Questions about restless legs?")).to_be_visible()


def test_the_log_is_a_list_in_the_order_in_which_things_were_said(chat: Chat) -> None:
    chat.say("hello")
    chat.say(QUESTION)
    turns = chat.page.get_by_role("group", name="Conversation").locator("> ol > li")
    assert turns.count() == 2
    for turn, words in zip(turns.all(), ("hello", QUESTION), strict=True):
        said = turn.inner_text()
        assert said.index("You:") < said.index(words) < said.index("Assistant:")
    expect(turns.last).to_match_aria_snapshot(
        """
        - text: "You:"
        - paragraph: Can low iron cause restless legs?
        - text: "Assistant:"
        - paragraph
        - list "Choices":
          - listitem:
            - button
        - group:
          - text: Sources and review
        - group "Was this helpful?":
          - button "Yes, this was helpful" [pressed=false]
          - button "No, this was not helpful" [pressed=false]
        """
    )
    chat.page.get_by_role("button", name="Yes, this was helpful").click()
    expect(chat.page.get_by_role("button", name="Yes, this was helpful", pressed=True)).to_be_visible()


def test_times_are_a_list_with_a_name_and_a_chosen_one_says_so(chat: Chat) -> None:
    chat.say("Book a visit")
    chat.choose("First visit")
    chat.choose("Anyone")
    times = chat.page.get_by_role("list", name="Free times")
    first = times.get_by_role("listitem").first.get_by_role("button")
    words = first.inner_text()
    chat.choose_first_time()
    expect(first).to_have_accessible_name(f"Chosen: {words}")
    assert times.get_by_role("button", name="Chosen").count() == 1
    for said in ("Ann Example", "ann@example.com", "restless legs"):
        chat.say(said)
    chat.choose("Yes")
    chat.choose("Cancel this visit")
    agreed = chat.page.get_by_role("button", name="Yes", exact=True)
    expect(agreed).to_have_count(1)  # the first yes was chosen, the second question has no answer yet
    expect(chat.page.get_by_role("button", name="Chosen: Yes")).to_have_count(1)
    visit = chat.page.get_by_role("group", name="Your visit").last
    assert visit.get_by_role("term").all_inner_texts() == ["When", "With", "Reference"]


def test_only_the_button_that_was_pressed_is_chosen_and_not_its_namesakes(chat: Chat) -> None:
    chat.page.route(MESSAGES, answers("Shall I?", buttons=2))
    chat.say("hello")
    chat.say("hello again")
    chat.choose("Choice 1")
    chosen = chat.page.get_by_role("button", name="Chosen: Choice 1")
    expect(chosen).to_have_count(1)
    expect(chat.answers.nth(1).get_by_role("button", name="Chosen: Choice 1")).to_have_count(1)


def test_an_alarm_stays_in_view_with_its_number_until_nobody_is_in_danger(chat: Chat) -> None:
    chat.say(ALARM)
    pinned = chat.page.get_by_role("region", name="Call now")
    assert pinned.locator("a[href='tel:911']").is_visible()
    chat.say(QUESTION)
    chat.page.get_by_role("group", name="Conversation").evaluate("log => log.scrollTo(0, log.scrollHeight)")
    expect(pinned.locator("a[href='tel:911']")).to_be_in_viewport()
    chat.say("nobody is in danger")
    expect(pinned).to_have_count(0)


def test_a_reload_keeps_the_chat_and_erasing_ends_it(chat: Chat) -> None:
    chat.say(QUESTION)
    chat.page.reload()
    chat.answers.first.wait_for()
    assert chat.said == [QUESTION]
    chat.page.get_by_role("button", name="Erase my chat").click()
    chat.page.get_by_role("button", name="Yes, erase it").click()
    chat.page.get_by_role("heading", name="This chat is erased").wait_for()
    chat.page.reload()
    chat.agree()
    assert chat.said == []
