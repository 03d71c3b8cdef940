"""A visitor asks; the approved answer comes with its sources."""

from __future__ import annotations

import pytest

from tests.processes import Visitor


def test_a_question_gets_the_topic_s_answer_with_sources_and_review_state(visitor: Visitor) -> None:
    assert visitor.say("What are the symptoms of restless legs syndrome?") == ["answer"]
    metadata = visitor.last[0]["metadata"]
    assert metadata["topic"] == "symptoms"
    assert metadata["sources"][0]["title"]
    assert metadata["review"] == {"status": "unreviewed", "on": None, "by": None, "due": None}


def test_the_article_s_topics_name_the_article_s_section(visitor: Visitor) -> None:
    visitor.say("can low iron cause restless legs")
    assert visitor.topics == ["iron"]
    assert visitor.last[0]["metadata"]["sources"][0]["section"] == "Iron deficiency"


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("how many mg of gabapentin should I take", "refusal"),
        ("should I stop my ropinirole", "refusal"),
        ("my ferritin is 30, is that bad", "refusal"),
        ("who won the football game last night", "out_of_scope"),
        ("good morning", "chitchat"),
        ("I would like to book an appointment", "booking"),
        ("I want to talk to a real person", "handoff"),
    ],
)
def test_each_sort_of_message_gets_its_kind(visitor: Visitor, question: str, kind: str) -> None:
    assert kind in visitor.say(question)


def test_letters_without_a_word_are_neither_a_topic_nor_a_danger(visitor: Visitor) -> None:
    assert visitor.say("ghjkl poiuw") == ["clarify"]


def test_a_statement_that_makes_a_question_personal_is_not_cut_off(visitor: Visitor) -> None:
    assert "refusal" in visitor.say("I am pregnant. Is gabapentin safe for me? And what causes restless legs?")


def test_a_button_leads_exactly_where_it_says(visitor: Visitor) -> None:
    visitor.say("what causes restless legs")
    assert visitor.topics == ["causes"]
    visitor.press(visitor.last[0]["buttons"][1]["title"])
    assert visitor.last[0]["metadata"]["kind"] == "answer"


def test_did_you_mean_offers_options_and_each_hits_exactly_that_answer(new_visitor) -> None:  # type: ignore[no-untyped-def]
    unclear = [
        "legs",
        "iron sleep",
        "night help doctor",
        "vein pills",
        "worse",
        "test or cause",
        "that thing with the legs",
        "pregnant sleep",
        "movement need",
    ]
    asked = 0
    for message in unclear:
        visitor = new_visitor()
        if visitor.say(message) != ["clarify"] or not visitor.last[0]["metadata"].get("options"):
            continue
        asked += 1
        options, buttons = visitor.last[0]["metadata"]["options"], visitor.last[0]["buttons"]
        assert 1 <= len(options) == len(buttons) <= 3
        visitor.say(buttons[0]["payload"])
        assert visitor.last[0]["metadata"]["kind"] == options[0]["kind"]
        if options[0]["kind"] == "answer":
            assert visitor.last[0]["metadata"]["topic"] == options[0]["topic"]
    assert asked >= 2
