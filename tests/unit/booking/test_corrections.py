"""What a message in the middle of a booking puts right."""

from __future__ import annotations

import pytest

from clinic.booking.corrections import Correction, correction

ANSWERED = ("name", "contact", "reason", "preferred_time")
HELD = ("visit_type", "clinician", "time", "name", "contact", "reason")


@pytest.mark.parametrize(
    ("asked", "text", "field", "said"),
    [
        ("reason", "no, my email is sam@example.org", "contact", "no, my email is sam@example.org"),
        ("confirmed", "actually Thursday afternoon", "preferred_time", "Thursday afternoon"),
        ("confirmed", "No, make it Friday morning please", "preferred_time", "Friday morning please"),
        ("reason", "sorry, my name is Dana Sample", "name", "Dana Sample"),
        ("confirmed", "wait, 305-555-0123", "contact", "305-555-0123"),
        ("confirmed", "the reason is numb toes", "reason", "numb toes"),
    ],
)
def test_an_earlier_answer_is_put_right(asked: str, text: str, field: str, said: str) -> None:
    assert correction(asked, text, ANSWERED) == Correction(field, said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "field", "said"),
    [
        ("the name is wrong", "name", None),
        ("my last name is Smith", "name", None),
        ("wrong day", "time", None),
        ("yes but in the morning", "time", "in the morning"),
        ("can we do the afternoon instead?", "time", "the afternoon instead"),
    ],
)
def test_at_the_read_back_of_a_real_time_it_is_put_right_or_asked_for_again(
    text: str, field: str, said: str | None
) -> None:
    assert correction("confirmed", text, HELD) == Correction(field, said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("confirmed", "great, see you Thursday"),
        ("contact", "please call me at 202-555-0117"),
        ("reason", "sorry, my legs twitch at night"),
    ],
)
def test_thanks_and_answers_with_a_polite_word_leave_a_real_time_as_it_is(asked: str, text: str) -> None:
    answered = [field for field in HELD if field != asked]
    assert correction(asked, text, answered) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("contact", "my email is sam@example.org"),
        ("preferred_time", "actually Thursday afternoon"),
        ("name", "my name is Dana Sample"),
        ("reason", "my legs hurt on Thursdays"),
        ("reason", "is my name needed?"),
        ("confirmed", "no"),
        ("confirmed", "yes"),
        ("confirmed", "no, is Thursday possible?"),
    ],
)
def test_answers_questions_and_plain_words_correct_nothing(asked: str, text: str) -> None:
    assert correction(asked, text, ANSWERED) is None  # type: ignore[arg-type]


def test_only_what_was_answered_before_can_be_corrected() -> None:
    assert correction("name", "no, my email is sam@example.org", ()) is None
