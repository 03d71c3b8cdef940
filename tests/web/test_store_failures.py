"""A store that fails in the middle of a turn takes no alarm back, and what is no alarm is an honest error."""

from __future__ import annotations

import sqlite3
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from clinic.adapters.sql.engine import open_engine
from clinic.adapters.sql.turns import SqlTurnStore
from clinic.triage import load_gate
from tests.web.chatting import Tab, code
from web.chat.second_net import SecondNet

ONLY_THE_NET_HEARS = "the whole box of pills is inside me now"
# What each step writes: the note of an alarm, the buttons of its reply, the end of its turn, the beginning of a turn.
NOTE, BUTTONS, END, BEGINNING = (
    "UPDATE OF alarm ON conversation",
    "INSERT ON button",
    "UPDATE OF completed_at ON turn",
    "UPDATE OF leased_turn ON conversation",
)


def refuse(database: str, change: str) -> None:
    """Let the database refuse a change from now on."""
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as connection:
        connection.execute(f"CREATE TRIGGER refused BEFORE {change} BEGIN SELECT RAISE(ABORT, 'refused'); END")


def relent(database: str) -> None:
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"), timeout=10)) as connection:
        connection.execute("DROP TRIGGER refused")


@pytest.fixture
def tab(web: httpx.Client) -> Tab:
    return Tab(web)


@pytest.fixture
def store(database: str) -> Iterator[SqlTurnStore]:
    engine = open_engine(database)
    yield SqlTurnStore(engine)
    engine.dispose()


def kinds(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [reply["metadata"]["kind"] for reply in answer.json()["replies"]]


def test_the_net_hears_what_the_gate_does_not() -> None:
    """Else the tests below would not ask it."""
    gate = load_gate()
    assert gate.assess(ONLY_THE_NET_HEARS).intent is None
    assert SecondNet(gate).alarm_in(ONLY_THE_NET_HEARS) == "emergency_overdose"


@pytest.mark.parametrize("change", [NOTE, BUTTONS, END])
def test_an_alarm_of_rasa_is_shown_without_buttons_where_the_store_fails(
    tab: Tab, rasa: Any, database: str, change: str
) -> None:
    rasa[0].mode = "alarm"
    refuse(database, change)
    answer = tab.send("it looks odd today")
    assert kinds(answer) == ["urgent"]
    assert answer.json()["replies"][0]["buttons"] == []


@pytest.mark.parametrize("change", [BUTTONS, END])
def test_an_answer_that_cannot_be_kept_is_an_error(tab: Tab, database: str, change: str) -> None:
    refuse(database, change)
    assert code(tab.send("does iron help")) == (503, "unavailable")


@pytest.mark.parametrize("change", [BUTTONS, END])
def test_an_answer_that_cannot_be_kept_at_once_is_kept_a_moment_later(tab: Tab, database: str, change: str) -> None:
    refuse(database, change)
    relented = threading.Timer(1.0, relent, [database])
    relented.start()
    assert kinds(tab.send("does iron help")) == ["answer"]
    relented.join()


@pytest.mark.parametrize(
    ("mode", "text", "kind"),
    [("alarm_then_failing", "it looks odd today", "urgent"), ("failing", ONLY_THE_NET_HEARS, "emergency")],
)
def test_rasa_and_the_store_that_fail_both_take_no_alarm_back(
    tab: Tab, rasa: Any, database: str, mode: str, text: str, kind: str
) -> None:
    rasa[0].mode = mode
    refuse(database, END)
    assert kinds(tab.send(text)) == [kind]


def test_danger_is_heard_while_another_message_is_under_way(tab: Tab, store: SqlTurnStore) -> None:
    now = time.time()
    turn, _ = store.add(tab.sender, "message-one", "does iron help", now, now + 60)
    assert store.take(tab.sender, turn.number, now, now + 60)
    assert kinds(tab.send(ONLY_THE_NET_HEARS)) == ["emergency"]
    assert code(tab.send("and coffee")) == (503, "busy")


def test_danger_is_heard_where_a_turn_cannot_be_begun(tab: Tab, database: str) -> None:
    refuse(database, BEGINNING)
    assert kinds(tab.send(ONLY_THE_NET_HEARS)) == ["emergency"]
    assert code(tab.send("does iron help")) == (503, "unavailable")


def test_a_button_s_id_is_no_danger_whatever_its_letters(
    tab: Tab, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SecondNet, "alarm_in", lambda _, text: "emergency_overdose")
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as connection:
        connection.execute("DROP TABLE button")
    assert code(tab.send(f"b_{uuid.uuid4().hex}")) == (503, "unavailable")
