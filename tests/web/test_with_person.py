"""While a person has a conversation the assistant is silent, danger is not, and no message is lost or doubled."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast
from uuid import uuid4

import httpx
import pytest

from clinic.handoff import HandoffTimes, NotYours
from clinic.settings import load_settings
from clinic.triage import load_gate
from tests.staff_stand_ins import ANN, BEN
from tests.web.chatting import Tab
from tests.web.conftest import StandInRasa, say
from tests.web.test_store_failures import ONLY_THE_NET_HEARS, refuse
from tests.web.with_staff import StaffSide, web_with_staff
from web.chat.rasa_client import RasaClient
from web.chat.second_net import SecondNet
from web.chat.turns import TurnDesk
from web.chat.with_person import WithPerson
from web.chat.wording import Wording

DANGER = "I have crushing chest pain and cannot breathe"


@pytest.fixture
def side(database: str) -> Iterator[StaffSide]:
    found = StaffSide(database)
    yield found
    found.engine.dispose()


@pytest.fixture
def web(web_environment: dict[str, str], side: StaffSide, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    with web_with_staff(web_environment, side, monkeypatch) as client:
        yield client


@pytest.fixture
def stand_in(rasa: Any) -> StandInRasa:
    found: StandInRasa = rasa[0]
    return found


@pytest.fixture
def tab(web: httpx.Client) -> Tab:
    """A visitor whose chat Ann has."""
    found = Tab(web)
    found.send("does iron help")
    return found


@pytest.fixture
def taken(tab: Tab, side: StaffSide, stand_in: StandInRasa) -> Tab:
    side.desk.take_over(ANN, tab.sender)
    stand_in.turns.clear()
    return tab


def topics(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [reply["metadata"]["topic"] for reply in answer.json()["replies"]]


def kinds(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [reply["metadata"]["kind"] for reply in answer.json()["replies"]]


def later(tab: Tab) -> list[tuple[str, str]]:
    """Who said what without being asked: a topic, or a person's words."""
    found = [(turn["by"], turn["replies"][0]) for turn in tab.turns() if turn["text"] is None]
    return [(by, reply["text"] if by == "person" else reply["metadata"]["topic"]) for by, reply in found]


def wait_until(condition: Callable[[], object], seconds: float = 5) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


@contextmanager
def thinking(stand_in: StandInRasa, sending: threading.Thread) -> Iterator[None]:
    """Rasa has a turn and has not answered it yet."""
    answer, may_answer = stand_in._answer, threading.Event()
    stand_in.turns.clear()

    def late(body: dict[str, Any]) -> Any:
        may_answer.wait(2)
        return answer(body)

    stand_in._answer = late  # type: ignore[method-assign]
    sending.start()
    wait_until(lambda: stand_in.turns)
    try:
        yield
    finally:
        stand_in._answer = answer  # type: ignore[method-assign]
        may_answer.set()


def test_the_visitor_hears_at_once_that_a_person_is_there(taken: Tab) -> None:
    assert later(taken) == [("notice", "person_came")]


def test_the_first_message_is_told_who_has_it_and_the_next_ones_have_no_reply(
    taken: Tab, stand_in: StandInRasa
) -> None:
    assert topics(taken.send("hello?")) == ["person_has_message"]
    assert topics(taken.send("are you there")) == []
    assert stand_in.turns == []
    said = [turn for turn in taken.turns() if turn["text"]]
    assert [(turn["text"], turn["state"], len(turn["replies"])) for turn in said[1:]] == [
        ("hello?", "done", 1), ("are you there", "done", 0),
    ]  # fmt: skip


def test_a_message_sent_again_is_one_and_has_the_same_reply(taken: Tab) -> None:
    first, again = (taken.send("hello?", "message-one") for _ in range(2))
    assert topics(first) == topics(again) == ["person_has_message"]
    assert [topics(taken.send("and", "message-two")) for _ in range(2)] == [[], []]
    assert [turn["id"] for turn in taken.turns() if turn["text"]][1:] == ["message-one", "message-two"]


def test_the_person_s_words_reach_the_visitor_once_and_as_a_person_s(taken: Tab, side: StaffSide) -> None:
    with taken.events(after=2) as stream:
        message_id = uuid4().hex
        for _ in range(2):
            side.desk.write(ANN, taken.sender, message_id, "  Good morning!\r\nHow can I help? ")
        event = stream.next()
    assert event is not None
    assert (event.data["by"], event.data["text"]) == ("person", None)
    (reply,) = event.data["replies"]
    assert (reply["text"], reply["buttons"]) == ("Good morning!\nHow can I help?", [])
    assert reply["metadata"]["kind"] == "handoff"
    assert {"topic", "sources", "review"} <= reply["metadata"].keys()
    assert later(taken)[1:] == [("person", "Good morning!\nHow can I help?")]


def test_handed_back_the_assistant_goes_on(taken: Tab, side: StaffSide, stand_in: StandInRasa) -> None:
    taken.send("hello?")
    side.desk.hand_back(ANN, taken.sender)
    assert later(taken)[-1] == ("notice", "person_left")
    assert kinds(taken.send("does coffee matter")) == ["answer"]
    assert [turn["text"] for turn in stand_in.turns] == ["does coffee matter"]


def test_every_time_that_a_person_comes_the_first_message_is_told(taken: Tab, side: StaffSide) -> None:
    taken.send("hello?")
    side.desk.hand_back(ANN, taken.sender)
    side.desk.take_over(BEN, taken.sender)
    assert topics(taken.send("hello again")) == ["person_has_message"]
    assert [topic for _, topic in later(taken)] == ["person_came", "person_left", "person_came"]


@pytest.mark.parametrize("words", [DANGER, ONLY_THE_NET_HEARS])
def test_danger_is_answered_at_once_and_the_person_sees_it(
    taken: Tab, side: StaffSide, stand_in: StandInRasa, words: str
) -> None:
    taken.send("hello?")
    assert "emergency" in kinds(taken.send(words, "message-danger"))
    assert kinds(taken.send(words, "message-danger"))[0] == "emergency"
    assert stand_in.turns == []
    wait_until(lambda: [turn["state"] for turn in taken.turns() if turn["id"] == "message-danger"] == ["done"])
    chat = side.desk.chat(taken.sender)
    assert chat.alarm is not None
    assert [line.text for line in chat.lines if line.who == "visitor"][-1] == words
    assert any(line.is_danger for line in chat.lines)
    (listed,) = side.desk.chats()
    assert listed.alarm is not None


def test_worried_words_after_an_alarm_are_danger_too(taken: Tab) -> None:
    taken.send(DANGER)
    assert kinds(taken.send("it is getting worse"))[0] == "emergency"


def test_danger_is_answered_where_the_handoff_cannot_be_read(taken: Tab, side: StaffSide) -> None:
    with side.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE handoff")
    assert kinds(taken.send(DANGER))[0] == "emergency"
    assert kinds(taken.send(ONLY_THE_NET_HEARS)) == ["emergency"]
    refused = taken.send("hello?", "message-one")
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "unavailable")


def test_a_message_that_could_not_be_given_to_anybody_can_be_sent_again(
    taken: Tab, side: StaffSide, database: str
) -> None:
    refuse(database, "UPDATE OF first_message_id ON handoff")
    assert taken.send("hello?", "message-one").status_code == 503
    with side.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER refused")
    assert topics(taken.send("hello?", "message-one")) == ["person_has_message"]
    assert [turn["id"] for turn in taken.turns() if turn["text"]][1:] == ["message-one"]


def test_a_button_is_the_person_s_to_read(taken: Tab, stand_in: StandInRasa) -> None:
    button = taken.turns()[0]["replies"][0]["buttons"][0]["payload"]
    assert topics(taken.send(button)) == ["person_has_message"]
    assert taken.turns()[-1]["text"] == "Iron"
    assert stand_in.turns == []


def test_emoji_and_other_languages_are_the_person_s_to_read(taken: Tab) -> None:
    taken.send("hello?")
    assert [topics(taken.send(words)) for words in ("👍", "Мне плохо спится")] == [[], []]


def test_a_turn_under_way_when_a_person_comes_ends_as_it_would(
    tab: Tab, side: StaffSide, stand_in: StandInRasa
) -> None:
    answers: list[httpx.Response] = []
    sending = threading.Thread(target=lambda: answers.append(tab.send("and coffee")))
    with thinking(stand_in, sending):
        side.desk.take_over(ANN, tab.sender)
    sending.join()
    assert kinds(answers[0]) == ["answer"]
    assert topics(tab.send("hello?")) == ["person_has_message"]
    assert len(stand_in.turns) == 1


def test_a_message_that_waits_behind_another_goes_to_who_has_the_chat_when_its_time_comes(
    tab: Tab, side: StaffSide, stand_in: StandInRasa
) -> None:
    answers: dict[str, httpx.Response] = {}
    threads = [threading.Thread(target=lambda t=text: answers.update({t: tab.send(t)})) for text in ("first", "second")]
    with thinking(stand_in, threads[0]):
        threads[1].start()
        wait_until(lambda: len(tab.turns()) == 3)
        side.desk.take_over(ANN, tab.sender)
    for thread in threads:
        thread.join()
    assert kinds(answers["first"]) == ["answer"]
    assert topics(answers["second"]) == ["person_has_message"]
    assert [turn["text"] for turn in stand_in.turns] == ["first"]


def test_a_person_who_says_nothing_for_long_has_left_and_the_assistant_goes_on(taken: Tab, side: StaffSide) -> None:
    taken.send("hello?")
    side.left_long_ago()
    assert kinds(taken.send("is anybody there")) == ["answer"]
    assert later(taken)[-1] == ("notice", "person_left_idle")
    with pytest.raises(NotYours):
        side.desk.write(ANN, taken.sender, uuid4().hex, "sorry, I was away")


def test_the_worker_tells_what_ran_out_and_says_it_once(taken: Tab, side: StaffSide) -> None:
    side.left_long_ago()
    assert [side.room.work_off() for _ in range(2)] == [1, 0]
    assert later(taken) == [("notice", "person_came"), ("notice", "person_left_idle")]


def test_who_waits_is_answered_by_the_assistant_and_told_when_nobody_comes(tab: Tab, side: StaffSide) -> None:
    side.desk.be_here(ANN)
    assert side.room.ask(tab.sender)
    assert kinds(tab.send("meanwhile, does coffee matter")) == ["answer"]
    assert later(tab) == []
    side.left_long_ago(HandoffTimes().wait)
    side.room.work_off()
    assert later(tab) == [("notice", "nobody_came")]
    (notice,) = [turn for turn in tab.turns() if turn["by"] == "notice"]
    assert "The clinic is open now" in notice["replies"][0]["text"]
    assert "{" not in notice["replies"][0]["text"]
    button = notice["replies"][0]["buttons"][0]["payload"]
    assert kinds(tab.send(button)) == ["answer"]


def test_what_could_not_be_told_at_once_is_told_later_and_once(
    tab: Tab, side: StaffSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(side.store, "note_told", killed)
        with pytest.raises(KeyboardInterrupt):
            side.desk.take_over(ANN, tab.sender)
    assert later(tab) == [("notice", "person_came")]
    side.room.work_off()
    assert later(tab) == [("notice", "person_came")]
    assert side.store.untold() == []


def test_an_ended_or_erased_chat_is_nobody_s(taken: Tab, side: StaffSide) -> None:
    taken.call("DELETE", "/chat/session")
    assert side.desk.chats() == []
    with pytest.raises(NotYours):
        side.desk.write(ANN, taken.sender, uuid4().hex, "hello?")
    assert side.room.work_off() == 0


async def test_who_takes_silence_for_a_fault_hears_each_time_that_a_person_has_it(
    taken: Tab, side: StaffSide, web_environment: dict[str, str]
) -> None:
    gate, wording = load_gate(), Wording("US")
    net = SecondNet(gate)
    no_rasa = cast("RasaClient", None)
    with_person = WithPerson(side.room, net, wording)
    desk = TurnDesk(load_settings(web_environment), side.turns, gate, net, no_rasa, wording, with_person)
    for message in ("hello?", "are you there"):
        (reply,) = await desk.answer_aloud(taken.sender, message)
        assert reply["metadata"]["topic"] == "person_has_message"


def test_over_rest_the_message_is_the_person_s_too(web: httpx.Client, side: StaffSide, stand_in: StandInRasa) -> None:
    say(web, "does iron help")
    (chat,) = side.desk.chats()
    side.desk.take_over(ANN, chat.sender)
    (reply,) = say(web, "hello?").json()
    assert (reply["metadata"]["kind"], reply["metadata"]["topic"]) == ("handoff", "person_has_message")
    assert len(stand_in.turns) == 1
