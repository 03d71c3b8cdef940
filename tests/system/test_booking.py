"""The forms over REST, against the real action server and database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest

from tests.processes import Processes, Visitor

TOLD = ["Jordan Example", "jordan@example.org", "aching legs at night"]
ANSWERS = ["first visit", "anyone", "the second one", *TOLD]
STEPS = range(len(ANSWERS) + 1)


def rows(stack: Processes) -> list[tuple[str, ...]]:
    """The visits that are booked."""
    path = stack.environment["CLINIC_DB_URL"].removeprefix("sqlite:///")
    with sqlite3.connect(path) as database:
        return list(
            database.execute("SELECT reference, name, contact, reason FROM appointment WHERE status = 'booked'")
        )


def asked_for(visitor: Visitor) -> str:
    """Topic of the last reply: which question the form asks."""
    return visitor.topics[-1]


def start(visitor: Visitor, steps: int) -> None:
    """Begin the form and answer its first `steps` questions."""
    visitor.say("I want to book an appointment")
    for answer in ANSWERS[:steps]:
        visitor.say(answer)


def test_a_visit_is_read_back_booked_and_given_a_reference(stack: Processes, visitor: Visitor) -> None:
    before = rows(stack)
    start(visitor, len(ANSWERS))
    assert all(answer in visitor.last[-1]["text"] for answer in TOLD)
    assert visitor.press("Yes") == ["booking"]
    (row,) = set(rows(stack)) - set(before)
    assert row[0] in visitor.last[0]["text"]
    assert row[1:] == tuple(TOLD)


def test_the_times_are_buttons_that_mean_what_they_say(stack: Processes, visitor: Visitor) -> None:
    start(visitor, 2)
    times = [b for reply in visitor.last for b in reply["buttons"] if ":" in b["title"]]
    assert 3 <= len(times) <= 5
    visitor.press(times[2]["title"])
    assert times[2]["title"].split(",")[1].strip().split()[1] in visitor.last[0]["text"]
    assert asked_for(visitor) == "appointment_name"


def test_a_time_that_one_visitor_holds_is_not_shown_to_another_and_is_free_after_a_stop(
    new_visitor: Callable[[], Visitor],
) -> None:
    first, second = new_visitor(), new_visitor()
    start(first, 2)
    wanted = next(b["title"] for b in first.last[-1]["buttons"] if ":" in b["title"])
    first.press(wanted)
    start(second, 2)
    assert wanted not in [b["title"] for b in second.last[-1]["buttons"]]
    first.say("stop")
    second.say("stop")
    start(second, 2)
    assert wanted in [b["title"] for b in second.last[-1]["buttons"]]


@pytest.mark.parametrize("steps", STEPS)
def test_stop_works_at_every_step_and_stores_nothing(stack: Processes, visitor: Visitor, steps: int) -> None:
    before = rows(stack)
    start(visitor, steps)
    assert visitor.say("stop") == ["booking"]
    assert visitor.say("what is restless legs syndrome") == ["answer"]
    assert rows(stack) == before


@pytest.mark.parametrize("steps", STEPS)
def test_a_question_in_the_middle_is_answered_and_the_form_goes_on(visitor: Visitor, steps: int) -> None:
    start(visitor, steps)
    asked = asked_for(visitor)
    kinds = visitor.say("what causes restless legs?")
    assert kinds[0] == "answer"
    assert asked_for(visitor) == asked


@pytest.mark.parametrize("steps", STEPS)
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
    assert all(answer in read_back for answer in TOLD)
    assert alarm not in read_back


@pytest.mark.parametrize("bad", ["12", "not a mail@", "555", "my cat"])
def test_a_contact_that_cannot_be_used_is_asked_for_again(visitor: Visitor, bad: str) -> None:
    start(visitor, 4)
    asked = asked_for(visitor)
    visitor.say(bad)
    assert asked_for(visitor) == asked


def test_saying_no_to_the_read_back_stores_nothing(stack: Processes, visitor: Visitor) -> None:
    before = rows(stack)
    start(visitor, len(ANSWERS))
    visitor.press("No")
    assert rows(stack) == before
