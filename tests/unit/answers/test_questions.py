"""Where a message may be cut into questions, and when a cut is right."""

from __future__ import annotations

import pytest

from clinic.answers.questions import Cut, Reading, cuts, sentences, with_subject, without_denials

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
    assert not cut.is_right(WHOLE, [Reading("iron", 0.78), Reading("causes", 0.78)])
    assert cut.is_right(WHOLE, [Reading("iron", 0.9), Reading("causes", 0.9)])


@pytest.mark.parametrize(
    "text",
    [
        "so what about exercise, is it good for rls?",
        "If the kidneys are treated, do the legs settle down too?",
    ],
)
def test_a_clause_that_leads_on_to_the_next_is_no_question_of_its_own(text: str) -> None:
    assert all(cut.phrases for cut in cuts(text))


def test_a_vague_part_is_read_with_the_subject_of_the_whole() -> None:
    assert with_subject("is wine a problem?") == "is wine a problem with restless legs?"
    assert with_subject("is wine bad for my legs") is None


def test_sentences_are_found_only_where_there_are_several() -> None:
    assert sentences("My chest hurts. What is RLS?") == ["My chest hurts.", "What is RLS?"]
    assert sentences("what is RLS") == []


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("I'm not pregnant. What causes it?", "What causes it?"),
        ("I don't have diabetes. I am not anemic. Does iron help?", "Does iron help?"),
        ("I'm not sleeping. What helps?", "I'm not sleeping. What helps?"),
        ("I'm not safe. What is RLS?", "I'm not safe. What is RLS?"),
        ("I don't have diabetes.", "I don't have diabetes."),
    ],
)
def test_a_sentence_that_only_says_what_it_is_not_about_does_not_count(text: str, question: str) -> None:
    assert without_denials(text) == question


@pytest.mark.parametrize("detail", ["ann@example.org", "202 555 0100", "K7QX2PMD"])
def test_details_in_a_row_are_no_list_of_questions(detail: str) -> None:
    assert list(cuts("iron, sleep, exercise"))
    assert not list(cuts(f"move my visit, please, {detail}"))
