"""What a turn counts as."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clinic.answers import load_catalogue
from clinic.review.numbers.counted import ALARMS, BookingStep, Counted, CountedTurn, Handled, count_turn, counted_as


def counted(*replies: tuple[str, str], state: str = "done", text: str | None = "words", **trace: Any) -> CountedTurn:
    said = [{"text": "t", "buttons": [], "metadata": {"kind": kind, "topic": topic}} for kind, topic in replies]
    return count_turn(text, state, 100.0, 101.5 if state == "done" else None, json.dumps(said), json.dumps(trace))


def kinds(turn: CountedTurn) -> list[Counted | None]:
    return [reply.counted for reply in turn.replies]


def test_each_of_two_questions_in_one_message_counts() -> None:
    found = counted(("answer", "iron"), ("refusal", "dose"))
    assert kinds(found) == [Counted.ANSWERED, Counted.REFUSED]


def test_a_reminder_of_a_danger_is_no_further_danger() -> None:
    found = counted(("answer", "iron"), ("emergency", "reminder"))
    assert kinds(found) == [Counted.ANSWERED, None]
    assert counted(("emergency", "still_careful")).replies[0].counted is None


def test_what_is_offered_beside_an_alarm_is_no_question_that_was_asked_back() -> None:
    assert kinds(counted(("urgent", "clot"), ("clarify", "kept_question"))) == [Counted.URGENT, None]


@pytest.mark.parametrize(
    "miss", [("clarify", "rephrase"), ("handoff", "second_miss"), ("out_of_scope", "other_language")]
)
def test_what_was_not_understood_is_a_miss_whatever_it_was_answered_with(miss: tuple[str, str]) -> None:
    assert kinds(counted(miss)) == [Counted.NOT_UNDERSTOOD]


def test_small_talk_and_the_forms_questions_are_no_questions() -> None:
    assert kinds(counted(("chitchat", "thanks"), ("booking", "appointment_name"))) == [None, None]


def test_a_notice_is_nobodys_question() -> None:
    found = counted(("booking", "visit_reminder"), ("answer", "iron"), text=None)
    assert kinds(found) == [None, None]
    assert found.answer_ms is None


def test_every_approved_text_of_an_alarm_counts_as_one_but_for_its_reminders() -> None:
    catalogue = load_catalogue()
    answers = [answer for name in catalogue.names() for answer in catalogue.variations(name)]
    alarms = {(a.kind, a.topic) for a in answers if a.kind in ("emergency", "urgent")}
    counting = {alarm for alarm in alarms if counted_as(*alarm) in ALARMS}
    assert alarms - counting == {("emergency", "reminder"), ("emergency", "still_careful")}


@pytest.mark.parametrize(
    ("topic", "task"),
    [
        ("appointment_booked", Counted.BOOKED), ("visit_moved", Counted.MOVED), ("visit_cancelled", Counted.CANCELLED),
        ("appointment_requested", Counted.REQUESTED), ("waiting_list_joined", Counted.WAITING),
        ("time_held", Counted.TIME_HELD),
    ],
)  # fmt: skip
def test_a_task_is_known_by_a_text_that_is_really_said(topic: str, task: Counted) -> None:
    catalogue = load_catalogue()
    assert any(a.topic == topic for name in catalogue.names() for a in catalogue.variations(name))
    assert counted_as("booking", topic) is task


def test_the_time_of_an_answer_runs_from_its_message_to_its_end() -> None:
    assert counted(("answer", "iron")).answer_ms == 1500


def test_a_warning_has_no_answer_time_as_it_is_shown_at_once() -> None:
    assert counted(("emergency", "stroke")).answer_ms is None


def test_a_message_that_a_person_has_to_answer_is_left_to_them() -> None:
    silent, first = counted(), counted(("handoff", "person_has_message"), handoff="h1")
    assert silent.handled is first.handled is Handled.TO_PERSON
    assert silent.answer_ms is first.answer_ms is None


@pytest.mark.parametrize(
    ("state", "handled"), [("failed", Handled.FAILED), ("waiting", Handled.OPEN), ("running", Handled.OPEN)]
)
def test_a_message_without_an_answer_is_no_answered_one(state: str, handled: Handled) -> None:
    assert counted(state=state).handled is handled


@pytest.mark.parametrize(
    ("slot", "step"),
    [
        ("appointment_visit_type", BookingStep.VISIT_TYPE), ("appointment_clinician", BookingStep.TIME),
        ("appointment_time", BookingStep.TIME), ("appointment_contact", BookingStep.PERSON),
        ("appointment_reason", BookingStep.LAST), ("appointment_confirmed", BookingStep.LAST),
        ("appointment_preferred_time", None), (None, None), (["odd"], None),
    ],
)  # fmt: skip
def test_how_far_a_booking_is_follows_from_what_is_asked_next(slot: Any, step: BookingStep | None) -> None:
    assert counted(form="appointment_form", requested_slot=slot).step is step


def test_a_form_for_something_else_is_no_step_of_a_booking() -> None:
    assert counted(form="visit_form", requested_slot="appointment_time").step is None
    assert counted(form="appointment_form", requested_slot="appointment_name", purpose="callback").step is None


@pytest.mark.parametrize(
    "text", [None, "", "no JSON", "{", '"words"', "[1, null, {}]", '[{"metadata": 7}]', "7", "\x00"]
)
def test_what_cannot_be_read_counts_as_nothing(text: str | None) -> None:
    found = count_turn("words", "done", 1.0, 2.0, text, text)
    assert not any(kinds(found))
    assert found.step is None
