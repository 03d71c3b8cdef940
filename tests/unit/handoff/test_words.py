"""What staff type goes out as they meant it, or not at all."""

from __future__ import annotations

import pytest

from clinic.adapters.handoff_words import word_faults
from clinic.handoff import WordsRefused
from clinic.handoff.transcript import transcript
from clinic.handoff.words import read_words
from clinic.turns import Turn, TurnState
from tests.staff_stand_ins import NothingPersonal, no_dose


def test_what_nobody_sees_is_taken_out_and_lines_stay() -> None:
    assert read_words("\u200b Hello\r\nthere\x00 \n", 100) == "Hello\nthere"


@pytest.mark.parametrize(("text", "code"), [("", "empty"), ("\u200b \n", "empty"), ("x" * 101, "long"),
                                            ("300 mg", "dose"), ("300\u200b mg", "dose")])  # fmt: skip
def test_what_must_not_go_out_is_refused_by_name(text: str, code: str) -> None:
    with pytest.raises(WordsRefused) as refused:
        read_words(text, 100, no_dose)
    assert refused.value.code == code


def test_a_transcript_has_every_line_in_order_and_no_name() -> None:
    def reply(text: str, kind: str) -> dict[str, object]:
        return {"text": text, "buttons": [{"title": "Yes, Anita", "payload": "/affirm"}], "metadata": {"kind": kind}}

    turns = [
        Turn("s", 1, "a", "I am Anita", TurnState.DONE, 10.0, [reply("Anita, right?", "booking")]),
        Turn("s", 2, "b", "my chest hurts", TurnState.DONE, 20.0, [reply("Call", "emergency"), reply("ok", "answer")]),
        Turn("s", 3, "c", None, TurnState.DONE, 30.0, [{"text": "Hello Anita", "metadata": {}}], by="person"),
        Turn("s", 4, "d", "and?", TurnState.FAILED, 40.0),
        Turn("s", 5, "e", "hm", TurnState.WAITING, 50.0),
    ]
    lines = transcript(turns, NothingPersonal())
    assert [(line.who, line.text, line.is_danger) for line in lines] == [
        ("visitor", "I am [name]", False), ("assistant", "[name], right?", False),
        ("visitor", "my chest hurts", False), ("assistant", "Call", True), ("assistant", "ok", False),
        ("person", "Hello [name]", False), ("visitor", "and?", False), ("visitor", "hm", False),
    ]  # fmt: skip
    assert lines[1].choices == ("Yes, [name]",)
    assert [(line.has_failed, line.is_open) for line in lines[-2:]] == [(True, False), (False, True)]


@pytest.mark.parametrize(("text", "faults"), [
    ("Take 300 mg at night.", [("dose", "300 mg")]), ("Below 75 ng/ml is low.", [("threshold", "75 ng/ml")]),
    ("This will cure it.", [("promise", "will cure")]), ("Please call 911 now.", []),
    ("Come on Monday at 10, room 3.", []), ("Our number is 202-555-0117.", []),
])  # fmt: skip
def test_doses_lab_values_and_promises_are_found_and_numbers_to_call_are_none(
    text: str, faults: list[tuple[str, str]]
) -> None:
    assert [(fault.code, fault.found) for fault in word_faults(text)] == faults
