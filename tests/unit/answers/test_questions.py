"""Where a message may be cut into questions, and when a cut is right."""

from __future__ import annotations

import pytest

from clinic.answers.questions import Cut, Reading, cuts, sentences

WHOLE = Reading("symptoms", 0.6)


def parts(text: str) -> list[tuple[str, ...]]:
    return [cut.parts for cut in cuts(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What causes it? How is it treated?", ("What causes it?", "How is it treated?")),
        ("what causes it and how is it treated", ("what causes it", "how is it treated")),
        ("what is it, thanks", ("what is it", "thanks")),
        ("does iron help and I want to book a visit", ("does iron help", "I want to book a visit")),
        ("symptoms, causes and treatment", ("symptoms", "causes", "treatment")),
    ],
)
def test_a_message_is_cut_where_another_question_begins(text: str, expected: tuple[str, ...]) -> None:
    assert parts(text) == [expected]


@pytest.mark.parametrize("text", ["what causes restless legs?", "", "iron", "Why? " * 400])
def test_one_question_and_very_long_messages_are_never_cut(text: str) -> None:
    assert parts(text) == []


def test_a_statement_stays_with_the_question_it_leads_up_to() -> None:
    (found,) = parts("I have had this for years. Is it in the genes? My son is ten. Can children get it?")
    assert found == ("I have had this for years. Is it in the genes?", "My son is ten. Can children get it?")


def test_more_than_three_questions_are_left_whole() -> None:
    assert parts("What is it? Who gets it? Why? How long does it last?") == []


def test_a_cut_is_right_only_where_every_part_means_something_of_its_own() -> None:
    cut = Cut(("a", "b"))
    assert cut.is_right(WHOLE, [Reading("symptoms", 0.7), Reading("causes", 0.7)])
    assert not cut.is_right(WHOLE, [Reading("symptoms", 0.7), Reading("symptoms", 0.9)])
    assert not cut.is_right(WHOLE, [Reading("symptoms", 0.7), Reading("causes", 0.3)])
    assert not cut.is_right(WHOLE, [Reading("symptoms", 0.7), Reading("inform", 0.9)])


def test_bare_phrases_need_more_certainty_and_a_part_of_the_whole_s_meaning() -> None:
    cut = Cut(("a", "b"), phrases=True)
    assert cut.is_right(WHOLE, [Reading("symptoms", 0.8), Reading("causes", 0.8)])
    assert not cut.is_right(WHOLE, [Reading("symptoms", 0.7), Reading("causes", 0.8)])
    assert not cut.is_right(WHOLE, [Reading("iron", 0.9), Reading("causes", 0.9)])


def test_sentences_are_found_only_where_there_are_several() -> None:
    assert sentences("My chest hurts. What is RLS?") == ["My chest hurts.", "What is RLS?"]
    assert sentences("what is RLS") == []
