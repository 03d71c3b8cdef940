"""Every state of the widget, reached as a visitor reaches it: each scene plays a chat and stops at every new state."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from playwright.sync_api import Route

from tools.widget_visitor import Chat

QUESTION = "Can low iron cause restless legs?"
ALARM = "I have crushing chest pain right now"
LATE = 11_000  # ms; after 10 s the widget says that there is no answer yet
MOST_TRIES = 20
NOT_SENT = "This message was not sent."
MESSAGES, SESSION = "**/chat/messages", "**/chat/session"

Scene = Callable[[Chat], Iterator[str]]


def refusal(status: int, message: str) -> Callable[[Route], None]:
    """The server says no."""
    body = json.dumps({"error": {"code": "refused", "message": message}})
    headers = {"Access-Control-Allow-Origin": "*"}
    return lambda route: route.fulfill(status=status, headers=headers, content_type="application/json", body=body)


def hang(_: Route) -> None:
    """No answer ever comes."""


def chosen_time(chat: Chat, visit: str = "First visit") -> None:
    """From the wish to the question for the name."""
    chat.say("Book a visit")
    chat.choose(visit)
    chat.choose("Anyone")
    chat.choose_first_time()


def before_the_chat(chat: Chat) -> Iterator[str]:
    chat.page.locator("rls-chat").wait_for(state="attached")
    if chat.launcher.count():
        yield "closed"
        chat.launcher.click()
    chat.start.wait_for()
    yield "consent"
    chat.page.route(SESSION, refusal(503, ""))
    chat.start.click()
    chat.page.get_by_text("The chat could not start.").first.wait_for()
    yield "consent that could not be sent"
    chat.page.unroute(SESSION)
    chat.agree()
    yield "starters"
    chat.write("restless " * 500)
    chat.page.get_by_text("That message is too long").first.wait_for()
    yield "message that is too long"


def an_answer(chat: Chat) -> Iterator[str]:
    chat.open()
    chat.say(QUESTION).get_by_text("Sources and review").wait_for()
    yield "answer with sources"
    chat.page.get_by_role("button", name="No, this was not helpful").click()
    chat.page.get_by_label("Anything to add?").wait_for()
    yield "word about an answer"
    chat.page.get_by_label("Anything to add?").fill("short, please")
    chat.page.get_by_role("button", name="Send", exact=True).first.click()
    chat.page.get_by_text("Thank you.").first.wait_for()
    yield "thanks"
    chat.choose(chat.answers.last.locator(".choices button").first.inner_text())
    chat.page.locator(".chosen").wait_for()
    yield "chosen button"


def a_visit(chat: Chat) -> Iterator[str]:
    chat.open()
    chat.say("Book a visit")
    yield "form"
    chat.choose("First visit")
    chat.choose("Anyone")
    yield "times"
    chat.choose_first_time()
    for words in ("Ann Example", "ann@example.com", "restless legs at night"):
        chat.say(words)
    yield "read-back"
    chat.choose("Yes")
    chat.page.locator(".visit").wait_for()
    yield "booked visit"
    chat.say("cancel my visit")
    chat.choose("Yes")
    chat.page.get_by_text("Cancelled", exact=True).wait_for()
    yield "cancelled visit"


def an_emergency(chat: Chat) -> Iterator[str]:
    chat.open()
    chat.say(ALARM)
    chat.page.get_by_role("region", name="Call now").wait_for()
    yield "emergency"


def a_bad_line(chat: Chat) -> Iterator[str]:
    chat.page.clock.install()
    chat.open()
    chat.page.context.set_offline(True)
    chat.write("hello")
    chat.page.get_by_text("You are offline.").first.wait_for()
    yield "offline"
    chat.page.context.set_offline(False)
    chat.answers.first.wait_for()
    chat.page.route(MESSAGES, hang)
    chat.write(QUESTION)
    chat.page.clock.fast_forward(LATE)
    chat.page.get_by_text("There is no answer yet.").first.wait_for()
    yield "late"


def not_sent(chat: Chat) -> Iterator[str]:
    chat.open()
    chat.page.route(MESSAGES, refusal(413, "This message is too long."))
    chat.write(QUESTION)
    chat.page.get_by_text(NOT_SENT).first.wait_for()
    yield "not sent, with the reason"
    chat.page.unroute(MESSAGES)
    chat.page.route(MESSAGES, refusal(401, ""))
    chat.write("hello")
    chat.page.get_by_role("heading", name="This chat has ended").wait_for()
    yield "over"


def given_up(chat: Chat) -> Iterator[str]:
    chat.page.clock.install()
    chat.open()
    chat.page.route(MESSAGES, lambda route: route.abort())
    chat.write(QUESTION)
    for _ in range(MOST_TRIES):
        chat.page.get_by_text("The assistant did not answer.").or_(chat.page.get_by_text(NOT_SENT)).first.wait_for()
        if chat.page.get_by_text(NOT_SENT).count():
            break
        chat.page.clock.fast_forward(LATE)
    yield "not sent, and nothing more is tried"


def erased(chat: Chat) -> Iterator[str]:
    chat.open()
    chat.page.get_by_role("button", name="Erase my chat").click()
    yield "asking to erase"
    chat.page.get_by_role("button", name="Yes, erase it").click()
    chat.page.get_by_role("heading", name="This chat is erased").wait_for()
    yield "erased"


def no_chat(chat: Chat) -> Iterator[str]:
    chat.page.route("**/widget/strings/*", lambda route: route.abort())
    chat.page.reload()
    if chat.launcher.count():
        chat.launcher.click()
    chat.page.get_by_text("The chat does not load.").wait_for()
    yield "chat that does not load"


SCENES: tuple[Scene, ...] = (
    before_the_chat, an_answer, a_visit, an_emergency, a_bad_line, not_sent, given_up, erased, no_chat,
)  # fmt: skip
