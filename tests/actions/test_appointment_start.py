"""How the form begins: what for, and what the opening words told already."""

from __future__ import annotations

import pytest
from open_clinic import OpenClinic
from played_chat import Chat

from clinic.booking.purpose import FIELDS, Purpose

_VISIT = "book_appointment"


def _typed(chat: Chat) -> dict[str, object]:
    """What is known of the visit that is wished."""
    known = ("visit_type", "clinician", "time", "name", "contact", "reason")
    return {name: chat.slots[f"appointment_{name}"] for name in known if chat.slots.get(f"appointment_{name}")}


def test_kind_of_visit_its_only_clinician_and_the_wish_are_taken_from_the_opening_words(
    clinic: OpenClinic, chat: Chat
) -> None:
    assert chat.turn(f"can I book an ultrasound on {clinic.day:%A} afternoon?", _VISIT) == ["utter_ask_time_fitting"]
    assert _typed(chat) == {"visit_type": "scan", "clinician": "sue"}
    assert all(choice["title"].startswith(f"{clinic.day:%a}") for choice in chat.choices)
    assert f"{clinic.day:%A}" in chat.said[-1]["wished_times"]


def test_a_wish_for_a_time_waits_until_kind_of_visit_and_clinician_are_known(clinic: OpenClinic, chat: Chat) -> None:
    assert chat.turn(f"I need an appointment on {clinic.day:%A} morning", _VISIT) == [
        "utter_ask_appointment_visit_type"
    ]
    chat.turn("First visit")
    chat.turn("anyone")
    assert all(choice["title"].startswith(f"{clinic.day:%a}") for choice in chat.choices)
    assert all("AM" in choice["title"] for choice in chat.choices)


def test_a_day_beside_the_kind_of_visit_is_the_wish_for_a_time(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "visit_type").turn(f"ultrasound on {clinic.day:%A}")
    assert f"{clinic.day:%A}" in chat.said[-1]["wished_times"]


def test_another_wish_after_an_emergency_is_not_the_former_one(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "confirmed").turn("my chest hurts", "emergency_heart_lungs", 0.9, "emergency_heart_lungs")
    chat.turn(f"can I book an ultrasound on {clinic.day:%A}?", _VISIT)
    assert (chat.slots["appointment_visit_type"], chat.asked) == ("scan", "appointment_time")


class _Broken(Exception):
    """The timetable cannot be read."""


def test_a_start_that_fails_is_said_once_and_the_next_message_begins_anew(chat: Chat) -> None:
    form = chat.action("validate_appointment_form")
    works = form._desk  # type: ignore[attr-defined]

    def breaks() -> None:
        raise _Broken

    form._desk = breaks  # type: ignore[attr-defined]
    assert chat.turn("book a visit", _VISIT) == ["utter_booking_unavailable"]
    form._desk = works  # type: ignore[attr-defined]
    assert chat.turn("book a visit", _VISIT) == ["utter_ask_appointment_visit_type"]


@pytest.mark.parametrize("text", [
    "I have not slept since Monday and my doctor said on Tuesday that I should come. Can I book a visit?",
    "my legs hurt at 3 am. I want an appointment",
    "I was at the hospital last week, then at my doctor's, and they told me to make an appointment with you",
    "the doctor said last week that I had an ultrasound. Can I book a visit?",
    "my ultrasound was bad, can I book a visit?",
    "/book_appointment",
])  # fmt: skip
def test_a_story_sets_nothing(chat: Chat, text: str) -> None:
    assert chat.turn(text, _VISIT) == ["utter_ask_appointment_visit_type"]
    assert _typed(chat) == {}
    assert chat.slots.get("shown_times") is None


def test_two_kinds_of_visit_in_the_opening_words_are_asked_about(chat: Chat) -> None:
    assert chat.turn("can I book a first visit or an ultrasound?", _VISIT) == ["utter_ask_appointment_visit_type"]
    assert _typed(chat) == {}


def test_without_a_timetable_it_becomes_a_call_back_and_says_why(clinic: OpenClinic, chat: Chat) -> None:
    clinic.desk = None
    said = chat.turn("can I book an ultrasound on Tuesday?", _VISIT)
    assert said == ["utter_appointment_takes_requests", "utter_ask_appointment_name"]
    assert chat.slots["appointment_purpose"] == Purpose.CALLBACK
    assert _typed(chat) == {}


def test_yes_to_an_offer_of_a_visit_books_real_times(chat: Chat) -> None:
    chat.reply("utter_diagnosis")
    assert chat.turn("yes", "affirm") == ["utter_ask_appointment_visit_type"]
    assert chat.slots["appointment_purpose"] == Purpose.VISIT


_OPENINGS = {
    Purpose.VISIT: ("I want to book a visit", _VISIT),
    Purpose.WAITING_LIST: ("put me on the waiting list", "waiting_list"),
    Purpose.CALLBACK: ("can somebody call me", "ask_staff"),
}


@pytest.mark.parametrize("purpose", _OPENINGS)
def test_each_purpose_asks_its_fields_in_its_order(clinic: OpenClinic, chat: Chat, purpose: Purpose) -> None:
    answers = {
        "visit_type": "First visit", "clinician": "anyone", "time": f"{clinic.day:%A} at 2 pm", "name": "Anita Rowmark",
        "contact": "anita@example.com", "reason": "restless legs", "preferred_time": "any time",
    }  # fmt: skip
    chat.turn(*_OPENINGS[purpose])
    order = []
    while chat.asked != "appointment_confirmed":
        order.append(str(chat.asked).removeprefix("appointment_"))
        chat.turn(answers[order[-1]])
    assert (*order, "confirmed") == FIELDS[purpose]


def test_a_question_for_the_staff_asks_for_name_and_contact_alone(chat: Chat) -> None:
    chat.slots["open_question"] = "is skiing all right?"
    chat.reply("utter_not_covered")
    chat.turn("ask the staff", "ask_staff")
    assert chat.asked == "appointment_name"
    chat.turn("Anita Rowmark")
    assert chat.asked == "appointment_contact"
    assert chat.turn("anita@example.com") == ["utter_ask_appointment_confirmed_question"]
    assert chat.turn("yes", "affirm") == ["utter_appointment_requested"]
