"""On a computer that others use: what is kept where, by whose wish, and how it goes away."""

from __future__ import annotations

import sqlite3

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.browser.conftest import NewChat
from tests.browser.records import KEY, NOTHING, Record, stores, until
from tests.browser.watched_pages import WatchedPages
from tests.processes import Processes
from tools.widget_visitor import Chat

QUESTION = "Can low iron cause restless legs?"
FORBIDDEN = {
    "writing fails": "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }",
    "no storage at all": """for (const name of ["sessionStorage", "localStorage"])
        Object.defineProperty(window, name, { get() { throw new DOMException("no", "SecurityError") } })""",
}


def chats_of(page: Page) -> list[str]:
    """The requests to the chat API from now on."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/chat/" in request.url else None)
    return asked


def keep_on_device(chat: Chat, wanted: bool) -> None:
    chat.page.get_by_label("Keep on this device").set_checked(wanted)


def erase(chat: Chat) -> None:
    chat.page.get_by_role("button", name="Erase my chat").click()
    chat.page.get_by_role("button", name="Yes, erase it").click()
    chat.page.get_by_role("heading", name="This chat is erased").wait_for()


def in_new_tab(chat: Chat) -> Chat:
    """The same page in a tab that was not opened by this one."""
    page = chat.page.context.new_page()
    page.goto(chat.page.url)
    return Chat(page)


def tracked(stack: Processes, sender: str) -> int:
    """Rasa's events of a conversation."""
    with sqlite3.connect(stack.environment["TRACKER_DB_URL"].removeprefix("sqlite:///"), timeout=10) as database:
        (table,) = (
            name
            for (name,) in database.execute(
                "SELECT name FROM sqlite_master WHERE name LIKE '%event%' AND type = 'table'"
            )
        )
        (sender_column,) = (row[1] for row in database.execute(f"PRAGMA table_info({table})") if "sender" in row[1])
        found: int = database.execute(f"SELECT count(*) FROM {table} WHERE {sender_column} = ?", (sender,)).fetchone()[
            0
        ]
        return found


def test_nothing_is_asked_or_kept_before_the_visitor_agrees(new_chat: NewChat, pages: WatchedPages) -> None:
    chat = new_chat()
    asked = chats_of(chat.page)
    chat.launcher.click()
    start = chat.page.get_by_role("button", name="I understand")
    start.wait_for()
    chat.page.wait_for_load_state("networkidle")
    assert (asked, stores(chat.page)) == ([], NOTHING)
    assert chat.page.locator("rls-chat-panel :is(textarea, input)").count() == 0
    start.click()
    chat.field.wait_for()
    assert asked[0].endswith("/chat/session")


def test_a_chat_is_kept_in_its_tab_and_nowhere_else(new_chat: NewChat, stack: Processes) -> None:
    chat = new_chat(stack.url)
    chat.agree()
    chat.say(QUESTION)
    chat.field.fill("half a thought")
    assert stores(chat.page) == {**NOTHING, "tab": [KEY]}
    other = in_new_tab(chat)
    other.page.get_by_role("button", name="I understand").wait_for()
    assert other.messages.count() == 0
    chat.page.reload()
    chat.answers.first.wait_for()
    assert chat.said == [QUESTION]
    assert chat.field.input_value() == "half a thought"


def test_who_wants_it_on_the_device_finds_it_in_a_new_tab_and_can_change_their_mind(
    new_chat: NewChat, stack: Processes
) -> None:
    chat = new_chat(stack.url)
    chat.agree()
    chat.say(QUESTION)
    keep_on_device(chat, True)
    assert stores(chat.page) == {**NOTHING, "device": [KEY]}
    later = in_new_tab(chat)
    chat.page.close()
    later.answers.first.wait_for()
    assert later.said == [QUESTION]
    later.say("And what helps at night?")
    keep_on_device(later, False)
    assert stores(later.page) == {**NOTHING, "tab": [KEY]}
    nobody = in_new_tab(later)
    nobody.page.get_by_role("button", name="I understand").wait_for()
    later.page.reload()
    later.answers.nth(1).wait_for()


@pytest.mark.parametrize("is_kept", [False, True], ids=["in the tab", "on the device"])
def test_what_is_erased_is_nowhere_any_more(new_chat: NewChat, stack: Processes, is_kept: bool) -> None:
    chat = new_chat(stack.url)
    chat.agree()
    chat.say(QUESTION)
    chat.page.get_by_role("button", name="Yes, this was helpful").click()
    chat.field.fill("half a thought")
    keep_on_device(chat, is_kept)
    record = Record(stack, chat.page)
    assert record.rows > 3
    assert tracked(stack, record.sender) > 0
    erase(chat)
    assert stores(chat.page) == NOTHING
    assert record.rows == 0
    assert tracked(stack, record.sender) == 0
    assert chat.messages.count() == 0
    chat.page.get_by_role("button", name="Start a new chat").click()
    chat.agree()
    assert chat.field.input_value() == ""
    assert chat.messages.count() == 0
    assert Record(stack, chat.page).sender != record.sender


def test_an_answer_that_was_under_way_is_neither_said_nor_kept_after_erasing(
    new_chat: NewChat, stack: Processes
) -> None:
    chat = new_chat(stack.url)
    chat.agree()
    record = Record(stack, chat.page)
    held: list[tuple[Route, APIResponse]] = []
    chat.page.route("**/chat/messages", lambda route: held.append((route, route.fetch())))
    chat.write(QUESTION)
    until(chat.page, lambda: held)
    erase(chat)
    for route, answer in held:
        with chat.page.expect_response("**/chat/messages"):
            route.fulfill(response=answer)
    chat.page.evaluate("new Promise((go) => setTimeout(go, 100))")  # until it was read
    assert "Assistant" not in (chat.page.locator("rls-chat-panel #polite").text_content() or "")
    assert stores(chat.page) == NOTHING
    assert record.rows == 0


def test_a_tab_whose_chat_was_erased_in_another_one_shows_nothing_of_it(new_chat: NewChat, stack: Processes) -> None:
    chat = new_chat(stack.url)
    chat.agree()
    chat.say(QUESTION)
    keep_on_device(chat, True)
    other = in_new_tab(chat)
    other.answers.first.wait_for()
    erase(other)
    chat.page.get_by_role("heading", name="This chat is erased").wait_for()
    assert chat.field.count() == chat.messages.count() == 0
    assert stores(chat.page) == stores(other.page) == NOTHING


def test_two_chats_in_two_tabs_are_not_mixed_when_one_of_them_is_kept(new_chat: NewChat, stack: Processes) -> None:
    first = new_chat(stack.url)
    first.agree()
    first.say(QUESTION)
    second = in_new_tab(first)
    second.agree()
    second.say("What helps at night?")
    keep_on_device(second, True)
    expect(first.page.get_by_label("Keep on this device")).not_to_be_checked()
    first.field.fill("a thought of the first")
    first.page.reload()
    first.answers.first.wait_for()
    assert (first.said, first.field.input_value()) == ([QUESTION], "a thought of the first")
    erase(first)
    second.page.reload()
    second.answers.first.wait_for()
    assert (second.said, second.field.input_value()) == (["What helps at night?"], "")


@pytest.mark.parametrize("fault", FORBIDDEN)
def test_where_nothing_may_be_kept_one_can_chat_all_the_same(pages: WatchedPages, stack: Processes, fault: str) -> None:
    page = pages.open()
    page.add_init_script(FORBIDDEN[fault])
    page.goto(stack.url)
    chat = Chat(page)
    chat.agree()
    chat.say(QUESTION)
    chat.say("What helps at night?")
    assert chat.said == [QUESTION, "What helps at night?"]
    erase(chat)


@pytest.mark.parametrize("spoilt", ["null", "7", "{", '{"unsent": 7}', '{"token": "forged", "draft": {}}', '["x"]'])
def test_what_another_script_has_spoilt_does_not_keep_the_chat_from_starting(
    pages: WatchedPages, stack: Processes, spoilt: str
) -> None:
    pages.expect("Failed to load resource")
    page = pages.open()
    page.goto(stack.url)
    page.evaluate(f"(text) => localStorage.setItem('{KEY}', text)", spoilt)
    page.reload()
    chat = Chat(page)
    renew = page.get_by_role("button", name="Start a new chat")
    renew.or_(page.get_by_role("button", name="I understand")).wait_for()
    if renew.count():
        renew.click()
    chat.agree()
    chat.say(QUESTION)


def test_nothing_is_left_to_be_read_aloud_after_erasing(new_chat: NewChat, stack: Processes) -> None:
    chat = new_chat(stack.url)
    chat.agree()
    chat.say("I have crushing chest pain right now")
    erase(chat)
    assert "chest" not in chat.page.locator("rls-chat-panel .panel").inner_html()


def test_a_kept_chat_is_forgotten_when_its_session_is_over(new_chat: NewChat, stack: Processes) -> None:
    chat = new_chat(stack.url)
    chat.agree()
    keep_on_device(chat, True)
    chat.field.fill("a thought that was never sent")
    chat.page.evaluate(
        """() => {
          const kept = JSON.parse(localStorage.getItem("rls-chat"));
          localStorage.setItem("rls-chat", JSON.stringify({ ...kept, until: Date.now() / 1000 - 1 }));
        }"""
    )
    chat.page.reload()
    chat.start.wait_for()
    assert stores(chat.page) == NOTHING
