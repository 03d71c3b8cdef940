"""Processes and databases fail for real; the visitor hears the truth in time, and danger is always answered."""

from __future__ import annotations

import signal
import time
import uuid
from collections.abc import Iterator

import pytest

from tests.processes import Processes, Visitor, running_processes

ALARM = "I cannot breathe and my chest hurts"
WITHIN_SECONDS = 20


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    with running_processes(tmp_path_factory.mktemp("outages")) as processes:
        yield processes


def visitor(stack: Processes) -> Visitor:
    return Visitor(stack, uuid.uuid4().hex)


def honest_error(who: Visitor, message: str) -> str:
    """The error's code; asserts that it came in time and names the emergency number."""
    started = time.monotonic()
    answer = who.post(message)
    assert time.monotonic() - started < WITHIN_SECONDS
    assert answer.status_code in {502, 503, 504}
    assert "911" in answer.json()["error"]["message"]
    code: str = answer.json()["error"]["code"]
    return code


def test_without_the_action_server_questions_and_alarms_are_answered_and_booking_says_so(own_stack: Processes) -> None:
    own_stack.end("actions")
    try:
        assert visitor(own_stack).say("what causes restless legs") == ["answer"]
        assert visitor(own_stack).say(ALARM) == ["emergency"]
        answer = visitor(own_stack).post("I want to book an appointment")
        assert answer.status_code in {502, 503, 504}
        assert "911" in answer.json()["error"]["message"]
    finally:
        own_stack.start("actions")
        own_stack.wait_until_ready()


def test_a_hanging_action_server_costs_no_more_than_the_turn_s_budget(own_stack: Processes) -> None:
    own_stack.signal("actions", signal.SIGSTOP)
    try:
        honest_error(visitor(own_stack), "I want to book an appointment")
        assert visitor(own_stack).say(ALARM) == ["emergency"]
    finally:
        own_stack.signal("actions", signal.SIGCONT)


def test_a_hanging_rasa_costs_no_more_than_the_turn_s_budget(own_stack: Processes) -> None:
    own_stack.signal("rasa", signal.SIGSTOP)
    try:
        assert honest_error(visitor(own_stack), "does iron matter") == "timeout"
        assert visitor(own_stack).say(ALARM) == ["emergency"]
    finally:
        own_stack.signal("rasa", signal.SIGCONT)


def test_a_broken_conversation_database_is_an_error_and_not_amnesia(own_stack: Processes) -> None:
    who = visitor(own_stack)
    assert who.say("what is restless legs syndrome") == ["answer"]
    path = own_stack.folder / "tracker.db"
    files = list(own_stack.folder.glob("tracker.db*"))
    for file in files:
        file.rename(file.with_name(f"kept-{file.name}"))
    path.mkdir()
    try:
        honest_error(who, "does iron matter")
        assert who.say(ALARM) == ["emergency"]
    finally:
        path.rmdir()
        for file in files:
            file.with_name(f"kept-{file.name}").rename(file)


def test_without_rasa_the_visitor_hears_so_and_is_answered_after_its_return(own_stack: Processes) -> None:
    own_stack.end("rasa")
    who = visitor(own_stack)
    try:
        assert honest_error(who, "does iron matter for restless legs") == "unavailable"
        assert who.say(ALARM) == ["emergency"]
    finally:
        own_stack.start("rasa")
        own_stack.wait_until_ready()
    assert visitor(own_stack).say("can low iron cause restless legs") == ["answer"]
