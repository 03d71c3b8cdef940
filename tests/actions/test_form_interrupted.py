"""The form for a visit, interrupted: a question, an alarm, a stop at each of its fields."""

from __future__ import annotations

import pytest
from open_clinic import OpenClinic
from played_chat import Chat

from clinic.booking.appointment import AppointmentStatus
from clinic.booking.purpose import FIELDS, Purpose

_VISIT_FIELDS = FIELDS[Purpose.VISIT]


@pytest.mark.parametrize("field", _VISIT_FIELDS)
@pytest.mark.parametrize(("text", "intent"), [("what causes rls?", "causes"), ("one calf is hot", "urgent_clot")])
def test_a_question_and_an_urgent_alarm_are_answered_and_the_same_is_asked_again(
    clinic: OpenClinic, chat: Chat, field: str, text: str, intent: str
) -> None:
    clinic.begin(chat, field)
    before = dict(chat.slots)
    assert chat.turn(text, intent, 0.95)[0] == f"utter_{intent}"
    assert chat.asked == f"appointment_{field}"
    assert chat.slots == before


@pytest.mark.parametrize("field", _VISIT_FIELDS)
@pytest.mark.parametrize(("text", "intent"), [("stop", "stop"), ("nvm", "nlu_fallback"), ("/stop", "stop"),
                                              ("cancel my appointment", "cancel_appointment")])  # fmt: skip
def test_a_stop_ends_it_at_every_field_and_makes_the_time_free(
    clinic: OpenClinic, chat: Chat, field: str, text: str, intent: str
) -> None:
    clinic.begin(chat, field)
    assert chat.turn(text, intent, 0.95) == ["utter_appointment_stopped"]
    assert chat.loop is None
    assert not clinic.with_status(AppointmentStatus.HELD)
    assert not any(value for name, value in chat.slots.items() if name.startswith("appointment_"))


@pytest.mark.parametrize("field", _VISIT_FIELDS)
def test_an_emergency_ends_it_and_what_was_typed_and_held_is_there_afterwards(
    clinic: OpenClinic, chat: Chat, field: str
) -> None:
    clinic.begin(chat, field)
    before, held = dict(chat.slots), clinic.with_status(AppointmentStatus.HELD)
    said = chat.turn("my chest hurts", "inform", 0.9, alarm="emergency_heart_lungs")
    assert said == ["utter_emergency_heart_lungs"]
    assert chat.loop is None
    assert chat.slots == before | {"requested_slot": None}
    assert clinic.with_status(AppointmentStatus.HELD) == held
    chat.turn("I want to book a visit", "book_appointment")
    assert chat.asked == f"appointment_{field}"


def test_start_over_makes_the_held_time_free(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "contact").turn("start over", "start_over")
    assert chat.asked == "appointment_visit_type"
    assert not clinic.with_status(AppointmentStatus.HELD)
    assert chat.slots["appointment_name"] is None


def test_start_over_after_an_emergency_makes_the_held_time_free(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "contact").turn("my chest hurts", "emergency_heart_lungs", 0.9, "emergency_heart_lungs")
    chat.turn("start over", "start_over")
    assert not clinic.with_status(AppointmentStatus.HELD)
