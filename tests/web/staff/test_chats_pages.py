"""The pages of the chats: who waits, one conversation, taking over, writing, handing back."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from html import unescape
from uuid import uuid4

import pytest
from httpx import Response

from clinic.handoff import HandoffUnavailable
from clinic.staff.model import Role
from clinic.turns import TurnState
from tests.staff_stand_ins import BEN
from tests.web.staff.signed_in import StaffBrowser, StaffSite, staff_site
from tests.web.with_staff import StaffSide
from web.staff.chats.routes import chats_routes


class Place:
    """The pages and the desk on one database."""

    side: StaffSide
    site: StaffSite

    def begun(self, text: str = "hello, I am Anita", reply: str = "heard") -> str:
        sender = uuid4().hex
        self.said(sender, text, reply)
        return sender

    def said(self, sender: str, text: str, reply: str = "heard", kind: str = "answer") -> None:
        now = time.time()
        turn, _ = self.side.turns.add(sender, uuid4().hex, text, now, now + 20)
        assert self.side.turns.take(sender, turn.number, now, now + 20)
        replies = [{"text": reply, "buttons": [{"title": "Iron", "payload": "b_1"}], "metadata": {"kind": kind}}]
        self.side.turns.finish(sender, turn.number, TurnState.DONE, replies, {}, now)


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    found = Place()
    with staff_site(lambda access, pages: chats_routes(access, pages, lambda: found.side.desk)) as site:
        found.site, found.side = site, StaffSide(site.url)
        yield found
        found.side.engine.dispose()


@pytest.fixture(scope="module")
def ann(place: Place) -> StaffBrowser:
    return place.site.signed_in(Role.EDITOR, "Ann Example")


def shown(answer: Response, status: int = 200) -> str:
    """The page as it is read."""
    assert answer.status_code == status, answer.text[:500]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def hidden(page: Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, page.text
    return found[1]


def news_address(page: Response, of: str) -> str:
    found = re.search(rf'id="{of}" hx-get="([^"]+)"', page.text)
    assert found, page.text
    return unescape(found[1])


def test_the_list_says_who_waits_first_and_shows_no_name_of_a_visitor(place: Place, ann: StaffBrowser) -> None:
    first, second = place.begun(), place.begun("second")
    place.side.desk.be_here(BEN)
    assert place.side.room.ask(first)
    page = ann.get("/staff/chats")
    text = shown(page)
    assert "hello, I am [name]" in text
    assert "Anita" not in text
    assert "Here for chats: Ben Example" in text
    assert "Waits for a person since" in text
    assert page.text.index(f"chat-{first}") < page.text.index(f"chat-{second}")


def test_being_here_is_said_and_unsaid_by_a_press(place: Place, ann: StaffBrowser) -> None:
    assert ann.submit("/staff/chats/here").status_code == 303
    assert "You are shown as here until" in shown(ann.get("/staff/chats"))
    assert ann.member.id in {one.member for one in place.side.desk.here()}
    ann.submit("/staff/chats/gone")
    assert "You are shown as here" not in shown(ann.get("/staff/chats"))
    assert ann.member.id not in {one.member for one in place.side.desk.here()}


def test_a_conversation_is_read_without_what_tells_who_the_visitor_is(place: Place, ann: StaffBrowser) -> None:
    text = shown(ann.get(f"/staff/chats/{place.begun(reply='Low iron <b>matters</b>.')}"))
    assert "hello, I am [name]" in text
    assert "Low iron <b>matters</b>." in text
    assert "Buttons: Iron" in text
    assert "Take over this chat" in text


def test_a_whole_conversation_with_a_person(place: Place, ann: StaffBrowser) -> None:
    sender = place.begun()
    address = f"/staff/chats/{sender}"
    taken = ann.submit(f"{address}/take")
    assert (taken.status_code, taken.headers["location"]) == (303, address)
    page = ann.get(address)
    assert "You have this chat since" in shown(page)
    assert "Take over this chat" not in page.text
    fields = {"message_id": hidden(page, "message_id"), "text": "Good morning <i>Anita</i>"}
    for _ in range(2):  # a double click
        assert ann.submit(f"{address}/write", fields).status_code == 303
    said = [turn for turn in place.side.turns.history(sender) if turn.by == "person"]
    assert [turn.replies[0]["text"] for turn in said] == ["Good morning <i>Anita</i>"]
    text = shown(ann.get(address))
    assert text.count("Good morning <i>[name]</i>") == 1
    assert ann.submit(f"{address}/hand-back").headers["location"] == "/staff/chats"
    assert "The assistant has this chat." in shown(ann.get(address))
    actions = [(by, action) for by, action, subject, _ in place.side.audit.notes if subject == sender]
    assert actions == [
        (ann.member.id, f"chat.{what}") for what in ("taken_over", "answered", "answered", "handed_back")
    ]
    assert "Good morning" not in str(place.side.audit.notes)


def test_who_is_too_late_hears_who_has_the_chat(place: Place, ann: StaffBrowser) -> None:
    sender = place.begun()
    place.side.desk.take_over(BEN, sender)
    assert "Ben Example has this chat already" in shown(ann.submit(f"/staff/chats/{sender}/take"), 409)
    page = ann.get(f"/staff/chats/{sender}")
    assert "Ben Example has this chat since" in shown(page)
    assert "<textarea" not in page.text
    refused = ann.submit(f"/staff/chats/{sender}/write", message_id=uuid4().hex, text="me too")
    assert "You are not in this chat any more" in shown(refused, 409)
    assert "me too" in refused.text
    assert not [turn for turn in place.side.turns.history(sender) if turn.by == "person"]
    ann.submit(f"/staff/chats/{sender}/hand-back")
    handoff = place.side.store.open_one(sender)
    assert handoff is not None
    assert handoff.is_with(BEN.id)


@pytest.mark.parametrize(("text", "said"), [("  ", "Write something first"), ("take 300 mg", "names a dose"),
                                            ("x" * 2_001, "at most 2000 characters")])  # fmt: skip
def test_what_cannot_be_sent_stays_in_the_field_with_the_reason(
    place: Place, ann: StaffBrowser, text: str, said: str
) -> None:
    sender = place.begun()
    ann.submit(f"/staff/chats/{sender}/take")
    message_id = uuid4().hex
    refused = ann.submit(f"/staff/chats/{sender}/write", message_id=message_id, text=text)
    assert said in shown(refused, 422)
    assert 'aria-invalid="true"' in refused.text
    assert f">\n{text}</textarea>" in refused.text
    assert hidden(refused, "message_id") == message_id
    assert not [turn for turn in place.side.turns.history(sender) if turn.by == "person"]


def test_an_ended_chat_takes_no_word(place: Place, ann: StaffBrowser) -> None:
    sender = place.begun()
    ann.submit(f"/staff/chats/{sender}/take")
    place.side.turns.end(sender, time.time())
    refused = ann.submit(f"/staff/chats/{sender}/write", message_id=uuid4().hex, text="hello?")
    assert "The visitor has ended this chat" in shown(refused, 409)


@pytest.mark.parametrize("address", ["nobody", "nobody/take"])
def test_a_chat_that_is_not_there_is_a_page_that_says_so(ann: StaffBrowser, address: str) -> None:
    answer = ann.submit(f"/staff/chats/{address}") if "/" in address else ann.get(f"/staff/chats/{address}")
    assert "Not found" in shown(answer, 404)


def test_what_is_new_comes_by_asking_and_only_then(place: Place, ann: StaffBrowser) -> None:
    sender = place.begun()
    asking = news_address(ann.get(f"/staff/chats/{sender}"), "live")
    assert ann.get(asking, headers={"X-Poll": "1"}).status_code == 204
    place.said(sender, "and my name is Anita", "Call 911", kind="emergency")
    place.side.turns.note_alarm(sender, "emergency_heart_lungs", time.time())
    news = ann.get(asking, headers={"X-Poll": "1"})
    text = shown(news)
    assert "Visitor: and my name is [name]" in text
    assert "Danger: the assistant has told the visitor" in text
    assert "<html" not in news.text
    assert ann.get(news_address(news, "live")).status_code == 204


def test_somebody_else_s_taking_over_is_news(place: Place, ann: StaffBrowser) -> None:
    sender = place.begun()
    asking = news_address(ann.get(f"/staff/chats/{sender}"), "live")
    place.side.desk.take_over(BEN, sender)
    text = shown(ann.get(asking))
    assert "Ben Example has this chat" in text
    assert "Show this page anew" in text


def test_an_erased_chat_is_news_and_asked_for_no_more(place: Place, ann: StaffBrowser) -> None:
    sender = place.begun()
    asking = news_address(ann.get(f"/staff/chats/{sender}"), "live")
    place.side.turns.erase(sender, time.time())
    news = ann.get(asking)
    assert "The visitor has erased this chat" in shown(news)
    assert "hx-get" not in news.text


def test_the_list_is_sent_anew_only_when_something_is_new(place: Place, ann: StaffBrowser) -> None:
    asking = news_address(ann.get("/staff/chats"), "chats")
    assert ann.get(asking).status_code == 204
    sender = place.begun("something new")
    assert f"chat-{sender}" in ann.get(asking).text


def test_who_may_only_read_sees_chats_and_takes_none(place: Place) -> None:
    reader, sender = place.site.signed_in(Role.READER), place.begun()
    page = reader.get(f"/staff/chats/{sender}")
    assert page.status_code == 200
    assert "<button>Take over" not in page.text
    for what in ("take", "write", "hand-back"):
        assert reader.submit(f"/staff/chats/{sender}/{what}").status_code == 403
    assert reader.submit("/staff/chats/here").status_code == 403
    assert place.side.store.open_one(sender) is None


def test_a_database_that_fails_is_a_page_that_says_so(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = place.site.signed_in(Role.EDITOR)

    def fails(*_: object) -> None:
        raise HandoffUnavailable("OperationalError")

    sender = place.begun()
    for name in ("open_chats", "take"):
        monkeypatch.setattr(place.side.store, name, fails)
    assert "Not available right now" in shown(browser.get("/staff/chats"), 503)
    assert "Not available right now" in shown(browser.submit(f"/staff/chats/{sender}/take"), 503)
