"""A conversation becomes a dialogue that has to stay right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from clinic.review.gate.dialogues import KEYS
from clinic.review.teaching.dialogue_from_chat import DialogueDraft, DialogueRefused
from clinic.review.teaching.model import MessageGone
from tests.unit.review.teaching_room import NURSE, TeachingRoom, teaching_room


@pytest.fixture
def room(tmp_path: Path) -> Iterator[TeachingRoom]:
    with teaching_room(tmp_path) as room:
        room.inbox.says("hello there, I am Greg Miller, so what is rls", "answer", "definition")
        room.inbox.says(
            "my calves kick from the iron drip that I got in Dayton last week, or not?", "not_covered", "not_covered"
        )
        room.inbox.says("Book a visit", "booking", "appointment_name", is_button=True)
        room.inbox.says("Greg Miller", "booking", "appointment_contact")
        room.inbox.says("greg.miller@example.net", "booking", "appointment_reason")
        yield room


def draft(room: TeachingRoom, title: str = "iron in the middle of a booking") -> DialogueDraft:
    found = room.dialogues.draft("1", room.desk.ground())
    steps = tuple(
        replace(s, sentence="can an iron infusion worsen rls", kind="answer", topic="iron") if s.number == 2 else s
        for s in found.steps
    )
    return replace(found, title=title, steps=steps)


def faults(room: TeachingRoom, wrong: DialogueDraft, *, is_confirmed: bool = True) -> dict[str, str]:
    with pytest.raises(DialogueRefused) as refused:
        room.dialogues.save(NURSE, wrong, is_confirmed=is_confirmed)
    assert len(room.git("log", "--all", "--oneline").splitlines()) == 1
    return dict(refused.value.draft.faults)


def test_it_is_a_file_that_the_dialogue_tests_read(room: TeachingRoom) -> None:
    made = room.dialogues.save(NURSE, draft(room), is_confirmed=True)
    dialogue = yaml.safe_load(room.file("tests/conversations/taught/iron_in_the_middle_of_a_booking.yml"))
    assert dialogue["dialogue"] == "iron in the middle of a booking"
    assert all(turn.keys() <= KEYS for turn in dialogue["turns"])
    assert [turn.get("topic") for turn in dialogue["turns"]] == [
        "definition", "iron", "appointment_name", "appointment_contact", "appointment_reason",
    ]  # fmt: skip
    assert dialogue["turns"][2]["press"] == "Book a visit"
    room.desk.take_back(NURSE, made)
    assert "taught" not in room.git("ls-tree", "-r", "--name-only", room.changes.get(made.change_set).head)


def test_nothing_of_the_visitor_stands_in_it(room: TeachingRoom) -> None:
    room.dialogues.save(NURSE, draft(room), is_confirmed=True)
    written = room.file("tests/conversations/taught/iron_in_the_middle_of_a_booking.yml").lower()
    assert not [word for word in ("greg", "miller", "dayton", "drip") if word in written]


def test_made_up_people_stand_for_what_a_form_was_given(room: TeachingRoom) -> None:
    found = room.dialogues.draft("1", room.desk.ground())
    assert [s.sentence for s in found.steps[3:]] == ["Robin Example", "robin@example.com"]


def test_what_was_right_is_expected(room: TeachingRoom) -> None:
    found = room.dialogues.draft("1", room.desk.ground())
    assert (found.steps[0].kind, found.steps[0].topic) == ("answer", "definition")


@pytest.mark.parametrize(
    ("sentence", "field"),
    [
        ("kick from the iron drip that I got in Dayton", "sentence-2"),
        ("my name is Greg Miller", "sentence-2"),
        ("{closed_day}", "sentence-2"),
        ("", "sentence-2"),
    ],
)
def test_each_sentence_is_checked_like_an_example(room: TeachingRoom, sentence: str, field: str) -> None:
    wrong = draft(room)
    steps = tuple(replace(s, sentence=sentence) if s.number == 2 else s for s in wrong.steps)
    assert field in faults(room, replace(wrong, steps=steps))


def test_a_sentence_is_no_button_because_a_form_says_so(room: TeachingRoom) -> None:
    wrong = draft(room)
    own = "my calves kick from the iron drip that I got in Dayton last week"
    steps = tuple(replace(s, sentence=own, is_button=True) if s.number == 2 else s for s in wrong.steps)
    assert "sentence-2" in faults(room, replace(wrong, steps=steps))


def test_a_message_can_be_left_out_and_then_nothing_of_it_is_checked(room: TeachingRoom) -> None:
    found = draft(room)
    steps = tuple(replace(s, sentence="Greg Miller", is_kept=False) if s.number == 2 else s for s in found.steps)
    room.dialogues.save(NURSE, replace(found, steps=steps), is_confirmed=True)
    assert (
        len(yaml.safe_load(room.file("tests/conversations/taught/iron_in_the_middle_of_a_booking.yml"))["turns"]) == 4
    )


def test_it_needs_a_title_an_expectation_and_a_word_that_it_is_nobody_s(room: TeachingRoom) -> None:
    assert "title" in faults(room, draft(room, title=" "))
    assert "title" in faults(room, draft(room, title="what Greg Miller asked"))
    assert "confirm" in faults(room, draft(room), is_confirmed=False)
    found = draft(room)
    assert "" in faults(room, replace(found, steps=tuple(replace(s, kind="", topic="") for s in found.steps)))
    assert "" in faults(room, replace(found, steps=tuple(replace(s, is_kept=False) for s in found.steps)))


def test_a_name_that_is_taken_is_said(room: TeachingRoom) -> None:
    room.dialogues.save(NURSE, draft(room), is_confirmed=True)
    with pytest.raises(DialogueRefused) as refused:
        room.dialogues.save(NURSE, draft(room), is_confirmed=True)
    assert "title" in refused.value.draft.faults


def test_an_erased_conversation_is_taught_by_nobody(room: TeachingRoom) -> None:
    found = draft(room)
    room.inbox.lines.clear()
    with pytest.raises(MessageGone):
        room.dialogues.save(NURSE, found, is_confirmed=True)
    with pytest.raises(MessageGone):
        room.dialogues.draft("1", room.desk.ground())
