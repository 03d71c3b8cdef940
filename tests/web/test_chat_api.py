"""The chat API: sessions, messages, what comes later, feedback, the end and the erasing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import httpx
import pytest
from icalendar import Calendar
from sqlalchemy import MetaData, select
from structlog.testing import capture_logs

from clinic.adapters.sql.engine import open_engine
from clinic.adapters.sql.turns import SqlTurnStore
from clinic.bootstrap.booking import booking_desk
from clinic.settings import load_settings
from tests.serving import Served
from tests.web.chatting import Tab, code, old_token
from tests.web.conftest import StandInRasa, running_web
from web.chat.rasa_client import RasaClient, RasaFailed
from web.chat_api.erasures import Erasures

Rasa = tuple[StandInRasa, Served]
OF_A_SESSION = [
    ("GET", "/chat/messages", None),
    ("POST", "/chat/messages", {"id": "a-message", "text": "does iron help"}),
    ("POST", "/chat/messages/a-message/feedback", {"reply": 0, "helpful": True}),
    ("GET", "/chat/events", None),
    ("GET", "/chat/appointments/ABCD1234/calendar", None),
]
DANGER = "I have crushing chest pain and cannot breathe"


@pytest.fixture
def store(database: str) -> Iterator[SqlTurnStore]:
    engine = open_engine(database)
    yield SqlTurnStore(engine)
    engine.dispose()


@pytest.fixture
def tab(web: httpx.Client) -> Tab:
    return Tab(web)


def notice(text: str) -> list[dict[str, Any]]:
    metadata = {"kind": "booking", "topic": "visit_reminder", "sources": [], "review": {"status": "unreviewed"}}
    return [{"text": text, "buttons": [{"title": "Move it", "payload": "/move_visit"}], "metadata": metadata}]


def tables_with(database: str, word: str) -> set[str]:
    """The tables that hold a word in any of their columns."""
    engine, metadata = open_engine(database), MetaData()
    metadata.reflect(engine)
    with engine.begin() as connection:
        holding = {t.name for t in metadata.tables.values() if word in str(connection.execute(select(t)).all())}
    engine.dispose()
    return holding


def test_a_session_begins_with_consent_and_tells_when_it_ends(web: httpx.Client) -> None:
    for body in ({}, {"consent": False}, None):
        refused = web.post("/chat/session", json=body)
        assert code(refused) == (422, "consent_missing")
        assert "booked" not in refused.json()["error"]["message"]
    assert code(web.post("/chat/session", json={"consent": "yes"})) == (422, "bad_request")
    begun = web.post("/chat/session", json={"consent": True}).json()
    assert begun["expires_at"] - time.time() == pytest.approx(24 * 3600, abs=10)


def test_a_conversation_is_kept_and_can_be_read_again(tab: Tab) -> None:
    sent = tab.send("does iron help", "message-one").json()
    assert tab.turns() == [
        {
            "id": "message-one", "number": 1, "event": 1, "text": "does iron help", "button": None, "state": "done",
            "by": "assistant", "at": pytest.approx(time.time(), abs=10), "replies": sent["replies"], "feedback": {},
        }
    ]  # fmt: skip


def test_sessions_see_nothing_of_one_another(web: httpx.Client) -> None:
    ann, bob = Tab(web), Tab(web)
    ann.send("a secret of Ann", "message-one")
    assert bob.turns() == []
    assert code(bob.rate("message-one")) == (404, "not_found")


@pytest.mark.parametrize(("method", "path", "body"), [*OF_A_SESSION, ("DELETE", "/chat/session", None)])
def test_a_token_that_was_changed_is_refused(tab: Tab, web: httpx.Client, method: str, path: str, body: Any) -> None:
    for forged in (tab.headers["Authorization"][:-2] + "xx", "Bearer guess", ""):
        answer = web.request(method, path, json=body, headers={"Authorization": forged})
        assert code(answer) == (401, "session_expired")


def test_a_message_sent_again_gives_the_same_replies_and_is_one_turn(tab: Tab, rasa: Rasa) -> None:
    first, again = (tab.send("does iron help", "message-one").json() for _ in range(2))
    assert again == first
    assert len(rasa[0].turns) == len(tab.turns()) == 1


def test_a_pressed_button_is_marked_after_a_reload(tab: Tab) -> None:
    pressed = tab.send("does iron help").json()["replies"][0]["buttons"][0]["payload"]
    tab.send(pressed)
    assert [(t["text"], t["button"]) for t in tab.turns()] == [("does iron help", None), ("Iron", pressed)]


def test_what_is_not_done_stands_in_the_history_and_is_no_event(tab: Tab, rasa: Rasa, store: SqlTurnStore) -> None:
    rasa[0].mode = "failing"
    tab.send("does iron help", "message-one")
    now = time.time()
    store.add(tab.sender, "message-two", "and coffee", now, now + 20)
    assert [(t["state"], t["event"]) for t in tab.turns()] == [("failed", None), ("waiting", None)]
    assert tab.turns(after=0) == []


def test_what_was_completed_since_an_event_is_told_once(tab: Tab) -> None:
    tab.send("does iron help", "message-one")
    tab.send("and coffee", "message-two")
    answer = tab.call("GET", "/chat/messages", params={"after": 1}).json()
    assert ([t["id"] for t in answer["turns"]], answer["last"]) == (["message-two"], 2)
    assert tab.call("GET", "/chat/messages", params={"after": 2}).json() == {"turns": [], "last": 2}
    assert code(tab.call("GET", "/chat/messages", params={"after": "x"})) == (422, "bad_request")


def test_a_failed_message_that_is_sent_again_is_a_new_event(tab: Tab, rasa: Rasa) -> None:
    rasa[0].mode = "failing"
    assert tab.send("does iron help", "message-one").status_code == 503
    rasa[0].mode = "ok"
    tab.send("and coffee", "message-two")
    with tab.events(after=1) as stream:
        tab.send("does iron help", "message-one")
        event = stream.next()
    assert event is not None
    assert (event.id, event.data["id"], event.data["number"], event.data["state"]) == (2, "message-one", 1, "done")


def test_a_later_message_comes_by_the_stream_and_by_asking_alike(tab: Tab, store: SqlTurnStore) -> None:
    tab.send("does iron help")
    with tab.events(after=1) as stream:
        store.add_later(tab.sender, "reminder-one", notice("See you soon"), "notice", time.time())
        event = stream.next()
    assert event is not None
    assert [event.data] == tab.turns(after=1)
    assert (event.kind, event.id, event.data["text"], event.data["by"]) == ("turn", 2, None, "notice")
    button = event.data["replies"][0]["buttons"][0]["payload"]
    assert tab.send(button).json()["replies"][0]["text"] == "heard /move_visit"


def test_feedback_is_kept_and_may_change(tab: Tab, database: str) -> None:
    tab.send("does iron help", "message-one")
    assert tab.rate("message-one", helpful=True).json() == {"replies": []}
    assert tab.rate("message-one", helpful=False, word="not what I meant").status_code == 200
    assert tab.turns()[0]["feedback"] == {"0": False}
    assert tables_with(database, "not what I meant") == {"feedback"}


def test_feedback_on_what_is_not_there_is_refused(tab: Tab) -> None:
    tab.send("does iron help", "message-one")
    assert code(tab.rate("message-two")) == (404, "not_found")
    assert code(tab.rate("message-one", reply=1)) == (404, "not_found")
    assert code(tab.rate("message-one", reply=-1)) == (422, "bad_request")
    assert code(tab.rate("message-one", word="x" * 501)) == (413, "too_long")
    assert tab.turns()[0]["feedback"] == {}


def test_danger_in_the_word_of_a_feedback_is_answered_and_remembered(tab: Tab, database: str) -> None:
    tab.send("does iron help", "message-one")
    word = f"useless. {DANGER}"
    replies = tab.rate("message-one", helpful=False, word=word).json()["replies"]
    assert [r["metadata"]["kind"] for r in replies] == ["emergency"]
    assert tables_with(database, word) == {"feedback"}
    after = tab.send("what is iron").json()["replies"]
    assert (after[-1]["metadata"]["kind"], after[-1]["metadata"]["topic"]) == ("emergency", "reminder")


def test_danger_in_feedback_is_heard_whatever_it_is_about(tab: Tab, web: httpx.Client) -> None:
    for message_id, word in (("message-unknown", DANGER), ("message-unknown", "so " * 200 + DANGER)):
        replies = tab.rate(message_id, word=word).json()["replies"]
        assert [r["metadata"]["kind"] for r in replies] == ["emergency"]


def test_after_the_end_nothing_can_be_sent_and_the_turns_stay(tab: Tab, database: str) -> None:
    tab.send("about my iron", "message-one")
    with tab.events() as stream:
        assert stream.next() is not None
        for _ in range(2):
            assert tab.call("POST", "/chat/session/end").status_code == 204
        event = stream.next()
        assert event is not None
        assert (event.kind, event.data) == ("gone", {"reason": "ended"})
        assert stream.next() is None
    for method, path, body in OF_A_SESSION:
        assert code(tab.call(method, path, json=body)) == (401, "session_expired")
    assert tables_with(database, "about my iron") == {"turn"}


def test_after_the_end_danger_is_still_answered(tab: Tab) -> None:
    tab.call("POST", "/chat/session/end")
    assert tab.send(DANGER).json()["replies"][0]["metadata"]["kind"] == "emergency"


def test_with_a_token_that_is_only_too_old_danger_is_answered_and_nothing_written(tab: Tab, database: str) -> None:
    tab.headers = {"Authorization": f"Bearer {old_token()}"}
    for answer in (tab.send(DANGER), tab.rate("message-one", word=DANGER)):
        assert [r["metadata"]["kind"] for r in answer.json()["replies"]] == ["emergency"]
    for method, path, body in OF_A_SESSION:
        assert code(tab.call(method, path, json=body)) == (401, "session_expired")
    assert tables_with(database, "chest pain") == set()


def test_an_old_token_with_another_signature_or_scheme_is_no_session_of_ours(tab: Tab) -> None:
    for forged in (f"Bearer {old_token()[:-2]}xx", f"Basic {old_token()}"):
        tab.headers = {"Authorization": forged}
        assert code(tab.send(DANGER)) == (401, "session_expired")


def test_erasing_leaves_nothing_in_any_table(tab: Tab, rasa: Rasa, database: str, store: SqlTurnStore) -> None:
    tab.send("forget me", "message-one")
    tab.send(DANGER)
    tab.rate("message-one", word="nor this")
    store.add_later(tab.sender, "reminder-one", notice("See you soon"), "notice", time.time())
    with tab.events(after=99) as stream:
        assert tab.call("DELETE", "/chat/session").status_code == 204
        event = stream.next()
    assert event is not None
    assert (event.kind, event.id, event.data) == ("gone", None, {"reason": "erased"})
    for word in ("forget me", "nor this", "chest pain", "See you soon", "message-one"):
        assert tables_with(database, word) == set()
    assert tables_with(database, tab.sender) == {"erasure"}
    assert rasa[0].erased == [tab.sender]


def test_an_erased_session_is_no_session_any_more(tab: Tab, database: str) -> None:
    pressed = tab.send("forget me", "message-one").json()["replies"][0]["buttons"][0]["payload"]
    tab.call("DELETE", "/chat/session")
    for method, path, body in [*OF_A_SESSION, ("POST", "/chat/messages", {"id": "a-message", "text": pressed})]:
        assert code(tab.call(method, path, json=body)) == (401, "session_expired")
    for method, path in (("POST", "/chat/session/end"), ("DELETE", "/chat/session")):
        assert tab.call(method, path).status_code == 204
    assert tables_with(database, tab.sender) == {"erasure"}


def test_what_was_ended_can_be_erased(tab: Tab, database: str) -> None:
    tab.send("forget me")
    tab.call("POST", "/chat/session/end")
    assert tab.call("DELETE", "/chat/session").status_code == 204
    assert tables_with(database, "forget me") == set()


def test_a_message_under_way_does_not_bring_an_erased_conversation_back(tab: Tab, rasa: Rasa, database: str) -> None:
    rasa[0].mode = "slow"
    with httpx.Client(base_url=tab.call("GET", "/healthz").url.join("/"), timeout=0.5) as hasty:
        with pytest.raises(httpx.ReadTimeout):
            hasty.post("/chat/messages", json={"id": "message-one", "text": "forget me"}, headers=tab.headers)
        assert tab.call("DELETE", "/chat/session").status_code == 204
        rasa[0].mode = "ok"
        assert code(tab.send("forget me", "message-one")) == (401, "session_expired")
        until = time.monotonic() + 10
        while rasa[0].running and time.monotonic() < until:
            time.sleep(0.05)
    assert tables_with(database, "forget me") == set()
    assert tables_with(database, tab.sender) == {"erasure"}


def test_erasing_does_not_wait_for_rasa(
    tab: Tab, rasa: Rasa, database: str, store: SqlTurnStore, web_environment: dict[str, str]
) -> None:
    tab.send("forget me")
    rasa[0].erases = False
    assert tab.call("DELETE", "/chat/session").status_code == 204
    assert tables_with(database, "forget me") == set()
    client = RasaClient(load_settings(web_environment))

    async def rounds() -> None:
        erasures = Erasures(store, client, settled_after=0)
        with pytest.raises(RasaFailed):
            await erasures.finish_open()
        assert [e.sender for e in store.open_erasures()] == [tab.sender]
        rasa[0].erases = True
        await erasures.finish_open()
        assert store.open_erasures() == []
        await client.close()

    asyncio.run(rounds())
    assert rasa[0].erased == [tab.sender]
    assert code(tab.send("hello again")) == (401, "session_expired")


def test_a_fresh_erasure_is_asked_again_for_what_was_under_way(
    rasa: Rasa, store: SqlTurnStore, web_environment: dict[str, str]
) -> None:
    client = RasaClient(load_settings(web_environment))
    store.erase("a" * 64, time.time() - 59)
    store.erase("b" * 64, time.time() - 61)

    async def round_of_all() -> None:
        await Erasures(store, client).finish_open()
        await client.close()

    asyncio.run(round_of_all())
    assert rasa[0].erased == ["b" * 64, "a" * 64]
    assert [e.sender for e in store.open_erasures()] == ["a" * 64]


def test_one_conversation_that_rasa_keeps_holds_up_no_other(
    rasa: Rasa, store: SqlTurnStore, web_environment: dict[str, str]
) -> None:
    kept, other, forgotten = (letter * 64 for letter in "abc")
    long_ago = time.time() - 40 * 3600
    for sender in (kept, other, forgotten):
        store.erase(sender, long_ago)
    store.settle_erasure(forgotten, long_ago)
    rasa[0].keeps = {kept}
    client = RasaClient(load_settings(web_environment))

    async def round_of_all() -> None:
        with pytest.raises(RasaFailed):
            await Erasures(store, client).finish_open()
        await client.close()

    asyncio.run(round_of_all())
    assert [e.sender for e in store.open_erasures()] == [kept]
    assert not store.is_over(forgotten)


def test_the_rounds_go_on_after_what_nobody_foresaw(store: SqlTurnStore) -> None:
    class Broken:
        def __init__(self) -> None:
            self.asked, self.is_asked_again = 0, asyncio.Event()

        async def erase(self, sender: str) -> None:
            self.asked += 1
            if self.asked > 1:
                self.is_asked_again.set()
            raise ZeroDivisionError(sender)

    store.erase("a" * 64, time.time())

    async def rounds() -> None:
        broken = Broken()
        running = asyncio.create_task(Erasures(store, cast(RasaClient, broken), every=0.01).run())
        await asyncio.wait_for(broken.is_asked_again.wait(), 5)
        running.cancel()

    with capture_logs() as logs:
        asyncio.run(rounds())
    assert {(line["log_level"], line["error"]) for line in logs} == {("error", "ZeroDivisionError")}


def test_what_rasa_missed_is_erased_when_web_starts_again(
    tab: Tab, rasa: Rasa, web_environment: dict[str, str]
) -> None:
    rasa[0].erases = False
    tab.call("DELETE", "/chat/session")
    rasa[0].erases = True
    with running_web(web_environment):
        until = time.monotonic() + 10
        while not rasa[0].erased and time.monotonic() < until:
            time.sleep(0.05)
    assert rasa[0].erased == [tab.sender]


def test_a_booked_visit_is_a_calendar_file_for_its_own_session(
    tab: Tab, web: httpx.Client, web_environment: dict[str, str]
) -> None:
    desk = booking_desk(load_settings(web_environment))
    assert desk is not None
    now = datetime.now(UTC)
    kind = desk.timetable.visit_types[0].id
    slot = desk.free(kind, None, now, now + timedelta(days=60), 1)[0]
    held = desk.hold("k" * 40, tab.sender, slot)
    address = f"/chat/appointments/{held.reference}/calendar"
    assert code(tab.call("GET", address)) == (404, "appointment_not_found")
    desk.book(held.reference, tab.sender, name="Ann Example", contact="ann@example.org", reason="restless legs")
    answer = tab.call("GET", address)
    assert answer.headers["content-type"].startswith("text/calendar")
    event = Calendar.from_ical(answer.content).walk("VEVENT")[0]
    assert event["dtstart"].dt == slot.start
    assert "restless" not in answer.text
    assert code(Tab(web).call("GET", address)) == (404, "appointment_not_found")
    desk.cancel(held.reference, "ann@example.org", tab.sender)
    assert code(tab.call("GET", address)) == (404, "appointment_not_found")


def test_a_flood_is_slowed_down_in_words(tab: Tab) -> None:
    answers = [tab.send("hello") for _ in range(32)]
    assert code(answers[-1]) == (429, "too_many")
    assert "wait" in answers[-1].json()["error"]["message"]


def test_every_address_is_documented_with_its_errors(web: httpx.Client) -> None:
    paths = web.get("/openapi.json").json()["paths"]
    addresses = [(p, m, d) for p, methods in paths.items() if p.startswith("/chat/") for m, d in methods.items()]
    assert len(addresses) == 8
    for _, _, documented in addresses:
        assert documented["summary"]
        assert {"403", "500", "503"} <= documented["responses"].keys()
    assert "text/event-stream" in paths["/chat/events"]["get"]["responses"]["200"]["content"]
