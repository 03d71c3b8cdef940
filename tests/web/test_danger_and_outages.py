"""Danger is answered whatever is broken; everything else is an honest error, in time."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from clinic.triage import load_gate
from tests.web.conftest import say

ALARMS = [
    ("I have crushing chest pain and cannot breathe", "emergency", "911"),
    ("i dont want to be alive anymore", "emergency", "988"),
    ("my left calf is swollen, red and hot since this morning", "urgent", "911"),
]


@pytest.mark.parametrize(("text", "kind", "number"), ALARMS)
@pytest.mark.parametrize("mode", ["ok", "slow", "failing", "empty"])
def test_an_alarm_is_answered_whatever_rasa_does(
    web: httpx.Client, rasa: Any, text: str, kind: str, number: str, mode: str
) -> None:
    rasa[0].mode = mode
    started = time.monotonic()
    reply = say(web, text).json()[0]
    assert reply["metadata"]["kind"] == kind
    assert number in reply["text"]
    assert time.monotonic() - started < 3


def test_an_alarm_needs_no_rasa_process(web: httpx.Client, rasa: Any) -> None:
    rasa[1].stop()
    assert say(web, ALARMS[0][0]).json()[0]["metadata"]["kind"] == "emergency"


def test_an_alarm_needs_no_database(web: httpx.Client, database: str) -> None:
    path = Path(database.removeprefix("sqlite:///"))
    path.write_bytes(b"this is no database")
    for extra in (path.with_name("clinic.db-wal"), path.with_name("clinic.db-shm")):
        extra.unlink(missing_ok=True)
    assert say(web, ALARMS[0][0], sender="new").json()[0]["metadata"]["kind"] == "emergency"
    answer = say(web, "does iron help", sender="new")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
    assert "911" in answer.json()["error"]["message"]


def test_an_alarm_in_a_message_that_is_too_long_is_heard(web: httpx.Client) -> None:
    text = "about my stockings. " * 400 + " I have crushing chest pain right now."
    assert say(web, text).json()[0]["metadata"]["kind"] == "emergency"


def test_rasa_s_own_alarm_survives_the_failure_of_its_turn(web: httpx.Client, rasa: Any) -> None:
    rasa[0].mode = "alarm_then_failing"
    assert say(web, "it looks odd today").json()[0]["metadata"]["kind"] == "urgent"


@pytest.mark.parametrize(
    ("mode", "status", "code"),
    [("failing", 503, "unavailable"), ("empty", 503, "unavailable"), ("slow", 504, "timeout")],
)
def test_a_failing_turn_is_an_error_with_the_emergency_number(
    web: httpx.Client, rasa: Any, mode: str, status: int, code: str
) -> None:
    rasa[0].mode = mode
    started = time.monotonic()
    answer = say(web, "does iron help")
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert "911" in answer.json()["error"]["message"]
    assert time.monotonic() - started < 20


def test_a_failed_message_can_be_sent_again_with_its_id(web: httpx.Client, rasa: Any) -> None:
    rasa[0].mode = "failing"
    assert say(web, "does iron help", message_id="m-1").status_code == 503
    rasa[0].mode = "ok"
    assert say(web, "does iron help", message_id="m-1").json()[0]["text"] == "heard does iron help"


def test_the_turns_after_an_alarm_stay_careful(web: httpx.Client) -> None:
    say(web, ALARMS[0][0])
    kinds = [r["metadata"]["kind"] for r in say(web, "does iron help").json()]
    assert kinds == ["answer", "emergency"]
    assert say(web, "it is getting worse").json()[0]["metadata"]["kind"] == "emergency"
    assert [r["metadata"]["kind"] for r in say(web, "does iron help", sender="someone else").json()] == ["answer"]


def test_the_reminders_end_after_some_turns_and_worried_words_still_count(web: httpx.Client) -> None:
    say(web, ALARMS[0][0])
    kinds = [[r["metadata"]["kind"] for r in say(web, f"does iron help {n}").json()] for n in range(7)]
    assert kinds == [["answer", "emergency"]] * 5 + [["answer"]] * 2
    assert say(web, "it is getting worse").json()[0]["metadata"]["kind"] == "emergency"


@pytest.mark.parametrize(("alarm", "after"), [("my chest hurts badly", ["answer"]),
                                              ("I want to kill myself", ["answer", "emergency"])])  # fmt: skip
def test_who_says_that_nobody_is_in_danger_is_believed_but_not_after_words_of_self_harm(
    web: httpx.Client, alarm: str, after: list[str]
) -> None:
    assert say(web, alarm).json()[0]["metadata"]["kind"] == "emergency"
    say(web, "false alarm")
    assert [r["metadata"]["kind"] for r in say(web, "does iron help").json()] == after


def test_an_all_clear_with_worried_words_is_none(web: httpx.Client) -> None:
    say(web, ALARMS[0][0])
    assert say(web, "false alarm, but it is getting worse").json()[0]["metadata"]["kind"] == "emergency"
    assert "emergency" in [r["metadata"]["kind"] for r in say(web, "does iron help").json()]


def test_readiness_names_what_is_missing(web: httpx.Client, rasa: Any) -> None:
    assert web.get("/readyz").json() == {"status": "ready"}
    rasa[1].stop()
    answer = web.get("/readyz")
    assert (answer.status_code, answer.json()["missing"]) == (503, ["rasa"])
    assert web.get("/healthz").status_code == 200


def test_a_likely_alarm_that_the_second_net_does_not_hear_is_left_to_rasa(web: httpx.Client) -> None:
    text = "My heart about stopped when I saw the bill. Is there a payment plan?"
    assert load_gate().assess(text).alarm is not None
    assert say(web, text).json()[0]["metadata"]["kind"] == "answer"
