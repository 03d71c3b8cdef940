"""Every topic and every follow-up: the answer is the one the topic's file names."""

from __future__ import annotations

from collections.abc import Callable

from clinic.answers import FOLLOW_UPS, load_catalogue
from tests.processes import Visitor
from tools.check_data import examples, topics

LEAST = 0.95
SAID = {
    "why": "and why is that so?",
    "treatment": "what do people do to treat that",
    "danger": "could that be dangerous",
    "pregnancy": "what about when you're pregnant",
    "more": "please tell me a bit more about it",
    "else": "anything else I ought to know",
}


def test_follow_ups_lead_where_the_topic_s_file_says(new_visitor: Callable[[], Visitor]) -> None:
    catalogue, asked = load_catalogue(), examples()
    assert set(SAID) == set(FOLLOW_UPS)
    wrong = []
    for _, topic in topics():
        for kind, words in SAID.items():
            visitor = new_visitor()
            visitor.say(asked[topic][0])
            visitor.say(words)
            leads_to = catalogue.find(f"utter_{catalogue.follow_up(topic, kind)}")
            if leads_to is None or visitor.topics[0] != leads_to.topic:
                wrong.append((topic, kind, visitor.topics))
    assert len(wrong) <= (1 - LEAST) * len(topics()) * len(SAID), wrong
