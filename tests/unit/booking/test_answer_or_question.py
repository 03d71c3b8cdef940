"""What counts as an answer to the field that was asked for."""

import pytest

from clinic.booking.answer_or_question import reads_as
from clinic.booking.fields import Field

_FIELDS = ("name", "contact", "reason", "preferred_time", "confirmed")


@pytest.mark.parametrize("field", _FIELDS)
@pytest.mark.parametrize(
    ("text", "intent", "confidence"),
    [
        ("my chest hurts", "emergency_heart_lungs", 0.3),
        ("my left calf is hot", "urgent_clot", 0.9),
        ("yes", "urgent_low_mood", 1),
    ],
)
def test_a_danger_is_never_an_answer(field: str, text: str, intent: str, confidence: float) -> None:
    assert reads_as(field, text, intent, confidence, None) == "interruption"
    assert reads_as(field, text, "inform", 0.99, intent) == "interruption"


@pytest.mark.parametrize("field", _FIELDS)
@pytest.mark.parametrize(
    ("text", "intent", "confidence"),
    [
        ("stop", "stop", 0.9),
        ("/stop", "stop", 1.0),
        ("never mind", "nlu_fallback", 0.3),
        ("Cancel please!", "deny", 0.4),
        ("ok forget it", "irritation", 0.8),
        ("cancel my appointment", "cancel_appointment", 0.95),
        ("I don't want to do this anymore", "stop", 0.7),
    ],
)
def test_stopping_works_at_every_step(field: str, text: str, intent: str, confidence: float) -> None:
    assert reads_as(field, text, intent, confidence, None) == "stop"


def test_wanting_the_legs_to_stop_is_a_reason_and_not_a_stop() -> None:
    assert reads_as("reason", "i want to stop my legs from moving", "stop", 0.8, None) == "answer"


def test_a_day_that_does_not_suit_is_a_time_and_not_a_cancellation() -> None:
    assert (
        reads_as("preferred_time", "any day but I can't come on Thursday", "cancel_appointment", 0.8, None) == "answer"
    )


@pytest.mark.parametrize("field", _FIELDS)
@pytest.mark.parametrize(
    ("text", "intent", "confidence"),
    [
        ("what causes rls", "causes", 0.97),
        ("What causes RLS?", "causes", 0.97),
        ("how much gabapentin should I take", "refusal_dose", 0.9),
        ("are you a robot?", "who_are_you", 0.9),
        ("ok but does magnesium help", "supplements", 0.9),
        ("why are my legs worse at night?", "symptoms", 0.9),
        ("can I have coffee in the evening?", "caffeine_alcohol", 0.9),
        ("are you open on saturdays?", "clinic_contact", 0.9),
        ("why is it worse at night", "out_of_scope", 0.9),
        ("what's the capital of france", "out_of_scope", 0.9),
        ("this is useless", "irritation", 0.8),
        ("hello", "greet", 0.99),
        ("thank you", "thanks", 0.99),
        ("/iron", "iron", 1.0),
    ],
)
def test_a_question_is_not_swallowed(field: str, text: str, intent: str, confidence: float) -> None:
    assert reads_as(field, text, intent, confidence, None) == "interruption"


@pytest.mark.parametrize(
    ("text", "intent", "confidence"),
    [
        ("Marlene Quigby", "inform", 0.9),
        ("hank brubeckson", "nlu_fallback", 0.6),
        ("my name is Iron Mannering", "iron", 0.8),
        ("Ngozi Abernwell", "supplements", 0.3),
        ("Will Haverling", "small_talk", 0.7),
        ("yes", "affirm", 0.99),
        ("skip", "stop", 0.2),
        ("I want an appointment", "book_appointment", 0.99),
    ],
)
def test_a_name_and_what_its_reader_refuses_reach_the_reader(text: str, intent: str, confidence: float) -> None:
    assert reads_as("name", text, intent, confidence, None) == "answer"


def test_a_topic_typed_as_keywords_is_not_a_name() -> None:
    assert reads_as("name", "iron deficiency", "iron", 0.9, None) == "interruption"


def test_a_contact_inside_a_question_is_a_contact() -> None:
    assert reads_as("contact", "can you call me at 202-555-0117?", "talk_to_person", 0.9, None) == "answer"


@pytest.mark.parametrize(
    ("text", "intent", "confidence"),
    [
        ("my legs are restless at night", "symptoms", 0.95),
        ("iron deficiency", "iron", 0.9),
        ("can't sleep because my legs crawl", "sleep", 0.7),
        ("varicose veins", "vein_link", 0.8),
        ("I need to see a doctor about my legs", "book_appointment", 0.9),
        ("a checkup", "inform", 0.8),
    ],
)
def test_a_statement_is_a_reason(text: str, intent: str, confidence: float) -> None:
    assert reads_as("reason", text, intent, confidence, None) == "answer"


@pytest.mark.parametrize(
    ("text", "intent", "confidence"),
    [
        ("can i come tuesday morning?", "book_appointment", 0.9),
        ("can i come tuesday morning?", "clinic_contact", 0.8),
        ("is friday at 3 ok?", "clinic_contact", 0.7),
        ("how about next week", "small_talk", 0.6),
        ("nights are bad, mornings please", "sleep", 0.7),
        ("whenever", "inform", 0.8),
        ("do you have anything on monday?", "book_appointment", 0.9),
        ("call me after 5 pm", "talk_to_person", 0.9),
    ],
)
def test_a_time_is_an_answer_even_as_a_question(text: str, intent: str, confidence: float) -> None:
    assert reads_as("preferred_time", text, intent, confidence, None) == "answer"


@pytest.mark.parametrize(
    ("text", "intent"), [("/affirm", "affirm"), ("/deny", "deny"), ("yes please", "affirm"), ("no", "deny")]
)
def test_yes_and_no_answer_the_read_back(text: str, intent: str) -> None:
    assert reads_as("confirmed", text, intent, 1.0, None) == "answer"


@pytest.mark.parametrize("field", ["reason", "preferred_time"])
@pytest.mark.parametrize("text", ["I want to book an appointment", "appointment please", "Can I get a visit?"])
def test_the_wish_for_a_visit_said_again_is_no_answer(field: Field, text: str) -> None:
    assert reads_as(field, text, "book_appointment", 0.95, None) == "interruption"
