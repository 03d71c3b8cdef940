"""Where the line is cut, slow or refuses: every message once and in order, and the truth on the screen."""

from __future__ import annotations

import json
import signal
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewChat
from tests.browser.faults import MESSAGES, Posts, cut, hang, lost_on_the_way_back, refusal
from tests.browser.records import Record, until
from tests.browser.watched_pages import WatchedPages
from tests.processes import Processes, free_port
from tools.widget_visitor import Chat

QUESTION, NEXT = "Can low iron cause restless legs?", "What helps at night?"
ALARM = "I have crushing chest pain right now"
EVENTS = "**/chat/events"
SECOND = 1_000  # ms
NUMBERS = ["tel:911", "tel:988"]
NO_LINE = "Failed to load resource"


@pytest.fixture
def chat(new_chat: NewChat, stack: Processes, pages: WatchedPages) -> Chat:
    """A chat on the full page, agreed to."""
    pages.expect(NO_LINE)
    found = new_chat(stack.url)
    found.agree()
    return found


@pytest.fixture
def timed(pages: WatchedPages, stack: Processes) -> Chat:
    """A chat whose page has a clock of the test's own."""
    pages.expect(NO_LINE)
    page = pages.open()
    page.clock.install()
    page.goto(stack.url)
    found = Chat(page)
    found.agree()
    return found


def assert_once(chat: Chat, record: Record, *messages: str) -> None:
    """Each message once, in order, answered, here and there, also after a reload."""
    expect(chat.page.locator("rls-chat-panel .state")).to_have_count(0, timeout=30_000)
    assert chat.said == record.said == list(messages)
    assert set(record.states) == {"DONE"}
    answers = chat.answers.all_inner_texts()
    assert len(answers) >= len(messages)
    chat.page.unroute_all()
    chat.page.reload()
    chat.answers.nth(len(answers) - 1).wait_for()
    assert chat.said == list(messages)
    assert chat.answers.count() == len(answers)


def tell(chat: Chat, text: str) -> None:
    chat.page.locator("rls-chat-panel .state").get_by_text(text).first.wait_for()


@pytest.mark.parametrize("events", ["open", "shut"])
@pytest.mark.parametrize("fault", [cut, lost_on_the_way_back])
def test_a_message_whose_line_is_cut_on_the_way_there_or_back_arrives_once(
    chat: Chat, stack: Processes, fault: Any, events: str
) -> None:
    if events == "shut":
        chat.page.route(EVENTS, cut)
        chat.page.reload()
    posts, record = Posts(chat.page, fault), Record(stack, chat.page)
    chat.say(QUESTION)
    chat.say(NEXT)
    assert len(set(posts.ids)) == 2
    assert_once(chat, record, QUESTION, NEXT)


def test_what_is_said_without_a_line_goes_out_in_order_even_where_the_first_try_fails(
    chat: Chat, stack: Processes
) -> None:
    record = Record(stack, chat.page)
    posts = Posts(chat.page, cut)
    chat.page.context.set_offline(True)
    chat.write(QUESTION)
    chat.write(NEXT)
    states = chat.page.locator("rls-chat-panel .state")
    offline = states.get_by_text("You are offline. I will send this as soon as you are back.")
    expect(offline).to_have_count(2)
    assert posts.bodies == []
    chat.page.context.set_offline(False)
    chat.answers.nth(1).wait_for()
    assert_once(chat, record, QUESTION, NEXT)


def test_a_line_that_is_cut_while_the_answer_is_made_loses_nothing(chat: Chat, stack: Processes) -> None:
    record = Record(stack, chat.page)
    stack.signal("rasa", signal.SIGSTOP)
    chat.write(QUESTION)
    until(chat.page, lambda: record.states == ["RUNNING"])
    chat.page.context.set_offline(True)
    tell(chat, "You are offline.")
    stack.signal("rasa", signal.SIGCONT)
    until(chat.page, lambda: record.states == ["DONE"])
    chat.page.context.set_offline(False)
    chat.answers.first.wait_for()
    assert_once(chat, record, QUESTION)


def test_a_reload_while_a_message_waits_shows_it_waiting_and_then_its_answer(chat: Chat, stack: Processes) -> None:
    record = Record(stack, chat.page)
    stack.signal("rasa", signal.SIGSTOP)
    chat.write(QUESTION)
    until(chat.page, lambda: record.states == ["RUNNING"])
    chat.page.reload()
    tell(chat, "Sending, and waiting for the answer")
    assert chat.said == [QUESTION]
    stack.signal("rasa", signal.SIGCONT)
    chat.answers.first.wait_for()
    assert_once(chat, record, QUESTION)


def test_a_form_goes_on_after_a_reload_in_its_middle(chat: Chat, stack: Processes) -> None:
    chat.say("Book a visit")
    chat.choose("First visit")
    chat.page.reload()
    chat.answers.nth(1).wait_for()
    assert chat.page.locator(".chosen").inner_text().split("\n") == ["Chosen:", "First visit"]
    chat.choose("Anyone")
    chat.page.locator("rls-chat-panel .times").wait_for()
    assert Record(stack, chat.page).said == ["Book a visit", "First visit", "Anyone"]


def test_a_laptop_that_slept_shows_what_was_answered_meanwhile(chat: Chat, stack: Processes) -> None:
    record = Record(stack, chat.page)
    device = chat.page.context.new_cdp_session(chat.page)
    stack.signal("rasa", signal.SIGSTOP)
    chat.write(QUESTION)
    until(chat.page, lambda: record.states == ["RUNNING"])
    device.send("Page.setWebLifecycleState", {"state": "frozen"})
    stack.signal("rasa", signal.SIGCONT)
    until(chat.page, lambda: record.states == ["DONE"])
    record.remind("See you tomorrow.")
    device.send("Page.setWebLifecycleState", {"state": "active"})
    chat.page.get_by_text("See you tomorrow.", exact=True).wait_for()
    assert_once(chat, record, QUESTION)


def test_after_an_hour_of_sleep_a_message_is_still_tried(timed: Chat, stack: Processes) -> None:
    record = Record(stack, timed.page)
    posts = Posts(timed.page, for_ever=cut)
    timed.write(QUESTION)
    until(timed.page, lambda: len(posts.ids) > 1, passing=SECOND)
    tried = len(posts.ids)
    timed.page.clock.fast_forward(3_600 * SECOND)
    until(timed.page, lambda: len(posts.ids) > tried, passing=SECOND)
    tell(timed, "The assistant did not answer. I keep trying.")
    posts.heal()
    until(timed.page, lambda: timed.answers.count() == 1, passing=SECOND)
    assert len(set(posts.ids)) == 1
    assert record.said == timed.said == [QUESTION]


def test_two_tabs_of_one_chat_show_the_same(chat: Chat, stack: Processes) -> None:
    record = Record(stack, chat.page)
    chat.say(QUESTION)
    with chat.page.expect_popup() as popup:
        chat.page.evaluate("void window.open(location.href)")
    other = Chat(popup.value)
    other.answers.first.wait_for()
    assert other.said == [QUESTION]
    other.say(NEXT)
    chat.answers.nth(1).wait_for()
    chat.say("Book a visit")
    other.page.get_by_role("button", name="First visit").wait_for()
    expect(chat.page.locator("rls-chat-panel .state")).to_have_count(0)
    assert chat.said == other.said == record.said == [QUESTION, NEXT, "Book a visit"]
    assert chat.answers.all_inner_texts() == other.answers.all_inner_texts()


def test_a_later_message_arrives_within_three_seconds(chat: Chat, stack: Processes) -> None:
    chat.say(QUESTION)
    Record(stack, chat.page).remind("See you tomorrow.")
    chat.page.get_by_text("See you tomorrow.", exact=True).wait_for(timeout=3_000)
    assert chat.page.locator("rls-chat-panel #polite").text_content() == "Assistant: See you tomorrow."


@pytest.mark.parametrize("fault", [cut, refusal(503, "busy", "Busy"), hang], ids=["cut", "503", "silent"])
def test_where_events_do_not_get_through_a_later_message_is_asked_for(
    pages: WatchedPages, stack: Processes, fault: Any
) -> None:
    pages.expect(NO_LINE)
    page = pages.open()
    page.clock.install()
    page.route(EVENTS, fault)
    page.goto(stack.url)
    chat = Chat(page)
    chat.agree()
    chat.say(QUESTION)
    Record(stack, page).remind("See you tomorrow.")
    until(page, lambda: chat.answers.count() == 2, passing=SECOND)
    assert "See you tomorrow." in chat.answers.last.inner_text()
    page.clock.run_for(30 * SECOND)
    assert chat.answers.count() == 2


def test_after_ten_seconds_the_truth_is_told_with_numbers_and_an_alarm_overtakes(timed: Chat, stack: Processes) -> None:
    posts = Posts(timed.page, hang)
    timed.write(QUESTION)
    timed.page.clock.run_for(9 * SECOND)
    tell(timed, "Sending, and waiting for the answer")
    state = timed.page.locator("rls-chat-panel .state")
    assert "no answer yet" not in state.inner_text()
    timed.page.clock.run_for(2 * SECOND)
    tell(timed, "There is no answer yet. Your message is kept, and I keep trying.")
    assert [link.get_attribute("href") for link in state.locator("a").all()] == NUMBERS
    timed.write(ALARM)
    until(timed.page, lambda: timed.answers.count() == 1, passing=100)
    assert timed.answers.first.get_attribute("data-kind") == "emergency"
    assert timed.page.locator("rls-chat-panel .pinned a").first.get_attribute("href") == "tel:911"
    assert timed.said == [QUESTION, ALARM]
    assert len(posts.ids) == 2
    assert state.count() == 1


def test_the_time_that_the_server_asks_for_is_waited(timed: Chat, stack: Processes) -> None:
    record = Record(stack, timed.page)
    busy = refusal(429, "too_many", "Too many messages.", **{"Retry-After": "7"})
    posts = Posts(timed.page, busy, busy)
    timed.write(QUESTION)
    tell(timed, "The assistant did not answer. I keep trying.")
    timed.page.clock.run_for(3 * SECOND)
    timed.write(NEXT)
    until(timed.page, lambda: len(posts.ids) == 2, passing=100)
    timed.page.clock.run_for(3 * SECOND)
    assert [body["text"] for body in posts.bodies] == [QUESTION, NEXT]
    until(timed.page, lambda: timed.answers.count() == 2, passing=SECOND)
    assert posts.ids == posts.ids[:2] * 2
    assert timed.said == record.said == [QUESTION, NEXT]


@pytest.mark.parametrize(
    "fault", [refusal(503, "busy", "The assistant is busy.", **{"Retry-After": "2"}), cut], ids=["503", "cut"]
)
def test_what_could_not_be_sent_for_long_says_so_and_is_sent_once_when_asked(
    timed: Chat, stack: Processes, fault: Any
) -> None:
    record = Record(stack, timed.page)
    posts = Posts(timed.page, for_ever=fault)
    timed.write(QUESTION)
    unsent = timed.page.locator("rls-chat-panel .unsent")
    until(timed.page, unsent.count, passing=5 * SECOND, seconds=30)
    assert "This message was not sent." in unsent.inner_text()
    if fault is cut:
        assert [link.get_attribute("href") for link in unsent.locator("a").all()] == NUMBERS
    tried = len(posts.ids)
    assert 5 < tried < 30
    timed.page.reload()
    unsent.wait_for()
    timed.page.clock.run_for(60 * SECOND)
    assert (unsent.count(), len(posts.ids)) == (1, tried)
    posts.heal()
    timed.page.get_by_role("button", name="Try again").click()
    until(timed.page, lambda: timed.answers.count() == 1, passing=SECOND)
    assert len(set(posts.ids)) == 1
    assert record.said == timed.said == [QUESTION]


def test_a_message_that_was_taken_back_stays_away(timed: Chat, pages: WatchedPages) -> None:
    Posts(timed.page, refusal(422, "bad_request", "This cannot be read."))
    timed.write(QUESTION)
    unsent = timed.page.locator("rls-chat-panel .unsent")
    unsent.wait_for()
    identity = timed.page.evaluate("JSON.parse(sessionStorage['rls-chat']).unsent[0].id")
    failed = {"id": identity, "number": 1, "event": None, "text": QUESTION, "button": None, "state": "failed",
              "by": "assistant", "at": 1.0, "replies": [], "feedback": {}}  # fmt: skip
    timed.page.get_by_role("button", name="Remove it").click()
    timed.page.unroute_all()
    turns = json.dumps({"turns": [failed, {**failed, "id": "of another tab", "text": NEXT}], "last": 0})
    timed.page.route(MESSAGES, lambda route: route.fulfill(content_type="application/json", body=turns))
    timed.page.reload()
    unsent.wait_for()
    assert timed.said == [NEXT]


@pytest.mark.parametrize("way_on", ["Start a new chat", "Try again", "a reload"])
def test_a_chat_that_is_too_old_has_ended_and_what_was_not_sent_is_a_draft_again(
    chat: Chat, stack: Processes, pages: WatchedPages, way_on: str
) -> None:
    chat.say(QUESTION)
    old = Record(stack, chat.page)
    chat.page.context.set_offline(True)
    chat.write(NEXT)
    chat.field.fill("half a thought")
    expired = refusal(401, "session_expired", "This chat has ended.")
    for address in (MESSAGES, EVENTS):
        chat.page.route(address, expired)
    chat.page.context.set_offline(False)
    chat.page.get_by_role("heading", name="This chat has ended").wait_for()
    assert chat.field.count() == 0
    chat.page.unroute_all()
    if way_on == "a reload":
        chat.page.reload()
    else:
        chat.page.get_by_role("button", name=way_on).click()
    chat.agree()
    assert chat.field.input_value() == f"{NEXT}\nhalf a thought"
    assert chat.messages.count() == 0
    chat.field.press("Enter")
    chat.answers.first.wait_for()
    new = Record(stack, chat.page)
    assert (old.said, len(new.said), new.sender != old.sender) == ([QUESTION], 1, True)


def test_the_history_comes_once_there_is_a_line_and_is_not_read_aloud(chat: Chat, stack: Processes) -> None:
    chat.say(QUESTION)
    chat.page.route(f"{MESSAGES}*", cut)
    chat.page.route(EVENTS, cut)
    chat.page.reload()
    chat.field.wait_for()
    chat.page.unroute_all()
    chat.answers.first.wait_for()
    assert chat.said == [QUESTION]
    assert chat.page.locator("rls-chat-panel #polite").text_content() == ""


def test_a_server_that_is_killed_in_mid_turn_and_comes_back_first_without_rasa_answers_in_the_end(
    chat: Chat, stack: Processes
) -> None:
    record = Record(stack, chat.page)
    stack.signal("rasa", signal.SIGSTOP)
    chat.write(QUESTION)
    until(chat.page, lambda: record.states == ["RUNNING"])
    stack.end("web")
    tell(chat, "The assistant did not answer. I keep trying.")
    stack.signal("rasa", signal.SIGCONT)
    record.end_leases()
    rasa = stack.environment["RASA_URL"]
    stack.environment["RASA_URL"] = f"http://127.0.0.1:{free_port()}"
    try:
        stack.start("web")
        until(chat.page, lambda: record.states == ["FAILED"], seconds=60)
        tell(chat, "The assistant did not answer. I keep trying.")
        tell(chat, "There is no answer yet.")
        assert chat.say(ALARM).get_attribute("data-kind") == "emergency"
    finally:
        stack.end("web")
        stack.environment["RASA_URL"] = rasa
        stack.start("web")
    stack.wait_until_ready()
    chat.answers.nth(1).wait_for(timeout=60_000)
    assert_once(chat, record, QUESTION, ALARM)


def test_an_alarm_comes_into_view_although_a_later_message_was_written(chat: Chat) -> None:
    for _ in range(3):
        chat.say(QUESTION)
    said = {"text": "Call 911 now.", "buttons": [], "metadata": {"kind": "emergency", "topic": "heart_lungs"}}
    alarm = {"id": "a", "text": ALARM, "button": None, "state": "done", "by": "assistant", "replies": [said]}
    chat.page.locator("rls-chat-panel").evaluate(
        """(panel, alarm) => {
          panel.conversation.turns.unshift({ ...panel.conversation.turns[0], ...alarm, feedback: {} });
          panel.requestUpdate();
        }""",
        alarm,
    )
    expect(chat.page.get_by_text("Call 911 now.").first).to_be_in_viewport()


def test_starting_over_leaves_what_is_being_written(chat: Chat) -> None:
    chat.field.fill("half a thought")
    before = chat.answers.count()
    chat.page.get_by_role("button", name="Start over").click()
    chat.answers.nth(before).wait_for()
    assert chat.field.input_value() == "half a thought"
