"""What may be said: each check finds what it is for, where it stands, and lets the rest through."""

from __future__ import annotations

import pytest

from clinic.answers import load_catalogue
from clinic.review.answers.wording_checks import Known, forbidden_phrases, shape_faults, text_faults

KNOWN = Known({"emergency"}, {"nhs_rls"}, {"intro"})
PLAIN = "Low iron can make restless legs worse. Ask your doctor for a blood test. " * 4


def codes(text: str, kind: str = "answer", *, is_sourced: bool = True) -> list[str]:
    return [fault.code for fault in text_faults(text, kind, is_sourced=is_sourced, known=KNOWN)]


@pytest.mark.parametrize(
    "said",
    [
        "take 300 mg", "0.25mg", "300-mg pills", "300 milligrams at night", "1,000 mg", "300 **mg**", "５００ mg",
        "five hundred mg", "twenty-five micrograms", "half a tablet", "½ tablet", "two pills", "one patch",
        "3 capsules", "300 mg/day", "2 g", "10 ml", "1000 IU", "take two at bedtime", "take 300 in the evening",
        "a dose of 600", "doses are 100", "taking one every night", "300\u00a0mg", "300\nmg", "up to 4 drops",
    ],
)  # fmt: skip
def test_no_way_of_writing_a_dose_gets_through(said: str) -> None:
    assert "dose" in [fault.code for fault in forbidden_phrases(f"You can {said} or so.")]


@pytest.mark.parametrize(
    "said",
    [
        "about 1 in 5 women", "three days a week", "In 2020 a study", "before age 45", "for the 24 hours before",
        "It may take one or two weeks", "10 people", "on December 3 at 10", "a 7 to 10 in 100 risk", "2 pm", "one day",
        "two good reasons", "one medicine at a time", "the dose is for your doctor to say", "6 to 12 months",
    ],
)  # fmt: skip
def test_numbers_that_are_no_dose_are_let_through(said: str) -> None:
    assert list(forbidden_phrases(f"We know that {said} is so.")) == []


@pytest.mark.parametrize("said", ["75 ng/mL", "75 ng/ml", "50 µg/l", "50 μg/L", "30 mcg/dl", "4.5 mmol/l"])
def test_a_limit_of_a_lab_result_is_found_and_is_not_called_a_dose(said: str) -> None:
    assert [fault.code for fault in forbidden_phrases(f"Above {said} it is fine.")] == ["threshold"]


@pytest.mark.parametrize("said", ["call 911", "Call 988.", "1-800-222-1222", "1 800 222 1222"])
def test_a_number_of_one_country_is_found(said: str) -> None:
    assert [fault.code for fault in forbidden_phrases(said)] == ["number"]


def test_every_place_is_marked_and_is_just_the_words() -> None:
    text = "Take 300 mg, and then 600 mg. This will cure it."
    found = {fault.code: [text[p.start : p.end] for p in fault.places] for fault in forbidden_phrases(text)}
    assert found == {"dose": ["300 mg", "600 mg"], "promise": ["will cure"]}


def test_a_letter_that_nobody_sees_is_found_where_it_is() -> None:
    (fault,) = forbidden_phrases("Ask your doc\u200btor.")
    assert (fault.code, fault.places[0].start) == ("hidden", 12)


def test_a_placeholder_that_nothing_fills_is_found() -> None:
    assert codes(PLAIN + "Call {emergency}.") == []
    assert codes(PLAIN + "Call {emergancy}.") == ["placeholder"]


def test_length_and_source_are_asked_of_answers_and_not_of_small_talk() -> None:
    assert codes("We can.", is_sourced=False) == ["length", "no_source"]
    assert codes("We can.", "chitchat", is_sourced=False) == []
    assert "length" in codes("Go on. " * 61)


def test_hard_words_are_refused_where_patients_must_understand_at_once() -> None:
    hard = "Pharmacological interventions necessitate individualized multidisciplinary reconsideration. " * 8
    for kind in ("answer", "refusal", "emergency", "urgent"):
        assert "grade" in codes(hard, kind)
    assert "grade" not in codes(hard, "booking")


def test_what_the_catalogue_would_refuse_to_read_is_refused_before() -> None:
    found = [f.code for f in shape_faults(" ", "answr", ["nhs_rls", "my_blog"], ["intro", "outro"], KNOWN)]
    assert found == ["kind", "empty", "source", "section"]


def test_all_that_is_said_today_may_be_said() -> None:
    catalogue = load_catalogue()
    for name in sorted(catalogue.names()):
        for answer in catalogue.variations(name):
            for text in (answer.text, *(button.title for button in answer.buttons)):
                assert list(forbidden_phrases(text)) == [], name
