"""The suggestion: nothing personal, the question alone, and not in the visitor's words."""

from __future__ import annotations

import pytest

from clinic.privacy import load_redactor
from clinic.review.teaching.rewriting import Rewriting
from clinic.review.teaching.verbatim import repeated

EVERYDAY = frozenset("what is rls does magnesium help with restless legs at night can take wine my the".split())
LONG = (
    "Hi, my name is John Miller and I am 54 years old. Since May 3 I sleep badly in Dayton, Ohio. "
    "Call me at 202-555-0134 or write to john.miller@example.com. Does magnesium help against the kicking at night?"
)
MESSAGES = [
    LONG,
    "my husband Greg (54) takes ropinirole 0.5 mg every night, can he drink wine with it? call me at 202-555-0134",
    "can i take melatonin with my rls meds every evening?",
    "why do my legs twitch when i sit in the movies with my daughter Emily",
    "I was wondering whether acupuncture helps with restless legs, my aunt Berta swears by it",
]


@pytest.fixture(scope="module")
def rewriting() -> Rewriting:
    return Rewriting(load_redactor().findings)


def is_everyday(word: str) -> bool:
    return word in EVERYDAY


@pytest.mark.parametrize("message", MESSAGES)
def test_a_suggestion_holds_nothing_personal_and_passes_the_rule(rewriting: Rewriting, message: str) -> None:
    suggestion = rewriting.suggest(message, is_everyday)
    assert suggestion.is_free
    assert suggestion.sentence
    assert repeated(suggestion.sentence, message, is_everyday) is None
    assert load_redactor().redact(suggestion.sentence) == suggestion.sentence


def test_names_numbers_ages_dates_and_places_are_left_out(rewriting: Rewriting) -> None:
    said = rewriting.suggest(LONG, is_everyday).sentence.lower()
    assert not [word for word in ("john", "miller", "54", "may", "dayton", "ohio", "202", "@") if word in said]


def test_of_a_long_message_the_question_stays(rewriting: Rewriting) -> None:
    said = rewriting.suggest(LONG, is_everyday).sentence.lower()
    assert "magnesium" in said
    assert len(said.split()) < 15


def test_a_short_everyday_question_stays_as_it_is(rewriting: Rewriting) -> None:
    assert rewriting.suggest("what is rls", is_everyday).sentence.lower() == "what is rls"


@pytest.mark.parametrize("message", ["thanks!!", "", "...", "John Miller"])
def test_where_nothing_is_asked_the_person_is_told_to_write_it(rewriting: Rewriting, message: str) -> None:
    assert not rewriting.suggest(message, is_everyday).is_free


def test_a_message_that_cannot_be_put_differently_is_marked(rewriting: Rewriting) -> None:
    message = "clonidine baclofen tizanidine dantrolene quetiapine olanzapine haloperidol"
    assert not rewriting.suggest(message, is_everyday).is_free
