"""The appointment form over REST, against the real action server and database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest

from tests.processes import Processes, Visitor

ANSWERS = ["Jordan Example", "jordan@example.org", "aching legs at night", "Tuesday mornings"]


def rows(stack: Processes) -> list[tuple[str, ...]]:
    path = stack.environment["CLINIC_DB_URL"].removeprefix("sqlite:///")
    with sqlite3.connect(path) as database:
        query = "SELECT reference, name, contact, reason, preferred_time FROM appointment_request"
        return list(database.execute(query))


def asked_for(visitor: Visitor) -> str:
    """Topic of the last reply: which question the form asks."""
    return visitor.topics[-1]


def start(visitor: Visitor, steps: int) -> None:
    """Begin the form and answer its first `steps` questions."""
    visitor.say("I want to book an appointment")
    for answer in ANSWERS[:steps]:
        visitor.say(answer)


def test_a_request_is_read_back_stored_and_given_a_reference(stack: Processes, visitor: Visitor) -> None:
    before = rows(stack)
    start(visitor, 4)
    assert all(answer in visitor.last[-1]["text"] for answer in ANSWERS)
    assert visitor.press("Yes") == ["booking"]
    (row,) = set(rows(stack)) - set(before)
    assert row[0] in visitor.last[0]["text"]
    assert row[1:] == tuple(ANSWERS)


@pytest.mark.parametrize("steps", range(5))
def test_stop_works_at_every_step_and_stores_nothing(stack: Processes, visitor: Visitor, steps: int) -> None:
    before = rows(stack)
    start(visitor, steps)
    assert visitor.say("stop") == ["booking"]
    assert visitor.say("what is restless legs syndrome") == ["answer"]
    assert rows(stack) == before


@pytest.mark.parametrize("steps", range(5))
def test_a_question_in_the_middle_is_answered_and_the_form_goes_on(visitor: Visitor, steps: int) -> None:
    start(visitor, steps)
    asked = asked_for(visitor)
    kinds = visitor.say("what causes restless legs?")
    assert kinds[0] == "answer"
    assert asked_for(visitor) == asked


@pytest.mark.parametrize("steps", range(5))
@pytest.mark.parametrize("alarm", ["I have crushing chest pain", "my left calf is swollen and hot since yesterday"])
def test_an_alarm_in_the_middle_is_not_swallowed(
    stack: Processes, new_visitor: Callable[[], Visitor], steps: int, alarm: str
) -> None:
    visitor = new_visitor()
    start(visitor, steps)
    assert visitor.say(alarm)[0] in {"emergency", "urgent"}
    visitor.say("I want to book an appointment")
    for answer in ANSWERS[steps:]:
        visitor.say(answer)
    read_back = " ".join(r["text"] for r in visitor.last)
    assert all(answer in read_back for answer in ANSWERS)
    assert alarm not in read_back


@pytest.mark.parametrize("bad", ["12", "not a mail@", "555", "my cat"])
def test_a_contact_that_cannot_be_used_is_asked_for_again(visitor: Visitor, bad: str) -> None:
    start(visitor, 1)
    asked = asked_for(visitor)
    visitor.say(bad)
    assert asked_for(visitor) == asked


def test_saying_no_to_the_read_back_stores_nothing(stack: Processes, visitor: Visitor) -> None:
    before = rows(stack)
    start(visitor, 4)
    visitor.press("No")
    assert rows(stack) == before
