"""What a turn is in the inbox for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clinic.review.inbox.model import Outcome, Reading, Sign
from clinic.review.inbox.reading import RawTurn, are_nearly_the_same, read_turn
from tests.contract.made_up_inbox import reply, sure_of, unsure_of


def turn(
    text: str = "does cbd help", *replies: dict[str, Any], trace: dict[str, Any] | None = None, number: int = 1,
    button: bool = False, state: str = "done", sender: str = "s",
) -> RawTurn:  # fmt: skip
    return RawTurn(sender, number, text, state, button, json.dumps(replies), json.dumps(trace or {}))


def read(*args: Any, **more: Any) -> Reading:
    return read_turn(turn(*args, **more))


ANSWER = reply("answer", "iron")
CLEAR = sure_of(("iron", 0.98), ("causes", 0.01))


@pytest.mark.parametrize(
    "said",
    [reply("clarify", "clarify"), reply("clarify", "rephrase"), reply("not_covered", "not_covered"),
     reply("handoff", "second_miss"), reply("out_of_scope", "other_language")],
)  # fmt: skip
def test_what_was_asked_back_not_covered_or_not_understood_is_missed(said: dict[str, Any]) -> None:
    assert Sign.MISSED in read("does cbd help", said).signs


def test_of_two_questions_the_missed_one_counts() -> None:
    found = read("what is it and does cbd help", ANSWER, reply("not_covered", "not_covered"))
    assert (found.outcome, Sign.MISSED in found.signs) == (Outcome.NOT_COVERED, True)


def test_a_sure_answer_has_no_sign_but_perhaps_the_samples() -> None:
    assert read("can low iron cause it", ANSWER, trace=CLEAR).signs <= {Sign.SAMPLE}


def test_an_answer_the_assistant_was_not_sure_of_is_shown_as_such() -> None:
    found = read("iron", ANSWER, trace=sure_of(("iron", 0.55), ("causes", 0.05)))
    assert found.signs == {Sign.UNSURE}


def test_two_topics_that_fit_nearly_as_well_are_shown_as_such() -> None:
    found = read("iron", ANSWER, trace=sure_of(("iron", 0.65), ("causes", 0.5)))
    assert found.signs == {Sign.CLOSE}
    assert found.margin == pytest.approx(0.15)


def test_the_mark_of_being_unsure_is_no_topic() -> None:
    found = read("hm", reply("clarify", "clarify"), trace=unsure_of(("iron", 0.31), ("causes", 0.3)))
    assert (found.confidence, found.signs) == (0.31, {Sign.MISSED})


def test_a_pressed_button_is_never_misunderstood() -> None:
    found = read("Iron", reply("not_covered", "not_covered"), trace=sure_of(("iron", 0.3)), button=True)
    assert found.signs == frozenset()


@pytest.mark.parametrize(
    ("said", "trace"),
    [(reply("emergency", "heart_lungs"), {}), (reply("urgent", "clot"), {}),
     (reply("booking", "appointment_name"), {"triage": {"intent": "urgent_clot"}})],
)  # fmt: skip
def test_danger_is_an_emergency_by_reply_or_by_the_safety_check(said: dict[str, Any], trace: dict[str, Any]) -> None:
    assert Sign.EMERGENCY in read("my calf is swollen", said, trace=trace).signs


def test_a_reminder_of_an_earlier_danger_is_no_new_one() -> None:
    assert Sign.EMERGENCY not in read("iron", ANSWER, reply("emergency", "reminder"), trace=CLEAR).signs


def test_a_refusal_and_a_failed_turn_are_told_apart() -> None:
    assert read("how much", reply("refusal", "dose"), trace=CLEAR).signs == {Sign.REFUSED}
    assert read("how much", state="failed", trace={"failed": "timeout"}).signs == {Sign.FAILED}


def test_a_message_to_a_person_is_no_fault() -> None:
    found = read("are you there", trace={"handoff": True})
    assert (found.outcome, found.signs) == (Outcome.TO_PERSON, frozenset())


def test_what_a_form_asked_for_is_not_missed_although_no_topic_fits() -> None:
    asked = turn(
        "book", reply("booking", "appointment_name"), trace={"form": "f", "requested_slot": "appointment_name"}
    )
    trace = {**unsure_of(("inform", 0.1)), "form": "f", "requested_slot": "appointment_contact"}
    named = turn("Ann Rowe", reply("booking", "appointment_contact"), number=2, trace=trace)
    found = read_turn(named, [asked])
    assert (found.signs, found.gives_name, found.is_form_answer) == (frozenset(), True, True)


def test_a_question_amid_a_form_counts_as_a_question() -> None:
    asked = turn(
        "book", reply("booking", "appointment_name"), trace={"form": "f", "requested_slot": "appointment_name"}
    )
    question = turn("is there parking", reply("not_covered", "not_covered"), reply("booking", "appointment_name"),
                    trace={"intent": "not_covered", "form": "f"}, number=2)  # fmt: skip
    assert Sign.MISSED in read_turn(question, [asked]).signs


def test_whoever_stops_a_form_has_left_it() -> None:
    asked = turn(
        "book", reply("booking", "appointment_name"), trace={"form": "f", "requested_slot": "appointment_name"}
    )
    stopped = turn("stop", reply("chitchat", "stop"), trace={"intent": "stop", "form": None}, number=2)
    assert Sign.LEFT_FORM in read_turn(stopped, [asked]).signs


def test_saying_nearly_the_same_again_is_a_repeat() -> None:
    first = turn("can low iron cause restless legs?", ANSWER, trace=CLEAR)
    again = turn("Can low iron really cause restless legs", ANSWER, trace=CLEAR, number=2)
    other = turn("what helps tonight", ANSWER, trace=CLEAR, number=2)
    assert Sign.REPEAT in read_turn(again, [first]).signs
    assert Sign.REPEAT not in read_turn(other, [first]).signs


@pytest.mark.parametrize(("one", "other"), [("yes", "yes"), ("thanks", "thanks!"), ("", ""), ("why", "why?")])
def test_one_word_alone_is_no_repeat(one: str, other: str) -> None:
    assert not are_nearly_the_same(one, other)


def test_a_fifth_of_the_good_ones_is_drawn_and_always_the_same() -> None:
    drawn = [Sign.SAMPLE in read("iron", ANSWER, trace=CLEAR, number=n, sender=f"s{n % 7}").signs for n in range(2_000)]
    again = [Sign.SAMPLE in read("iron", ANSWER, trace=CLEAR, number=n, sender=f"s{n % 7}").signs for n in range(2_000)]
    assert drawn == again
    assert 340 < sum(drawn) < 460


@pytest.mark.parametrize("broken", ["", "null", "[1, 2]", "{", '{"ranking": [3], "triage": 4}', '{"ranking": {}}'])
def test_what_cannot_be_read_is_no_fault(broken: str) -> None:
    assert read_turn(RawTurn("s", 1, "hello", "done", False, broken, broken)).intent is None
