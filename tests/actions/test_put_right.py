"""Earlier answers put right while the form goes on, and what the first "no" to the read-back leads to."""

from __future__ import annotations

from datetime import time

import pytest
from open_clinic import OpenClinic
from played_chat import Chat

from clinic.booking.appointment import AppointmentStatus

READ_BACK = "utter_ask_appointment_confirmed_visit"
BOOKED = ["utter_appointment_booked_by_mail"]


@pytest.mark.parametrize("said", ["another time", "no, another time please", "can I have a different time"])
def test_another_time_shows_the_times_again_and_keeps_the_rest(clinic: OpenClinic, chat: Chat, said: str) -> None:
    clinic.begin(chat, "confirmed").turn(said)
    assert chat.shows_times
    assert chat.turn(f"{clinic.day:%A} at 4 pm") == ["utter_appointment_time_held", READ_BACK]
    assert chat.turn("yes", "affirm") == BOOKED
    (booked,) = clinic.with_status(AppointmentStatus.BOOKED)
    assert booked.slot == clinic.slot(time(16))


@pytest.mark.parametrize("said", ["actually {day:%A} at 4 pm", "no, {day:%A} at 4 pm", "make it {day:%A} at 4 pm",
                                  "{day:%A} at 4 pm instead"])  # fmt: skip
def test_another_exact_time_is_held_instead_and_read_back(clinic: OpenClinic, chat: Chat, said: str) -> None:
    clinic.begin(chat, "confirmed")
    assert chat.turn(said.format(day=clinic.day)) == ["utter_appointment_time_held", READ_BACK]
    (held,) = clinic.with_status(AppointmentStatus.HELD)
    assert held.slot == clinic.slot(time(16))


def test_another_day_shows_the_times_of_that_day(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "confirmed").turn(f"actually {clinic.day:%A} morning")
    assert chat.shows_times
    assert all(choice["title"].startswith(f"{clinic.day:%a}") and "AM" in choice["title"] for choice in chat.choices)


@pytest.mark.parametrize(("said", "field", "value"), [
    ("my name is Anna Rowmark", "name", "Anna Rowmark"),
    ("no, my number is 202-555-0143", "contact", "+12025550143"),
    ("sorry, anna@example.com", "contact", "anna@example.com"),
    ("the reason is numb toes", "reason", "numb toes"),
])  # fmt: skip
def test_what_is_named_is_put_right_said_and_read_back(
    clinic: OpenClinic, chat: Chat, said: str, field: str, value: str
) -> None:
    before = dict(clinic.begin(chat, "confirmed").slots)
    assert chat.turn(said) == ["utter_appointment_corrected", READ_BACK]
    assert chat.said[0]["corrected"] == value
    assert chat.slots == before | {f"appointment_{field}": value, "appointment_said_no": None}


def test_an_earlier_answer_can_be_put_right_while_another_is_asked_for(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "reason").turn("no, my email is anna@example.com")
    assert chat.slots["appointment_contact"] == "anna@example.com"
    assert chat.asked == "appointment_reason"


def test_a_value_that_cannot_be_read_leaves_the_former_in_place(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "confirmed")
    assert chat.turn("no, my email is anna@example") == ["utter_booking_email_invalid", READ_BACK]
    assert chat.slots["appointment_contact"] == "anita@example.com"


def test_another_doctor_is_asked_for_and_then_a_time_with_them(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "confirmed")
    assert chat.turn("another doctor please") == ["utter_ask_appointment_clinician"]
    chat.press("Dr. Ben Lowe")
    assert chat.shows_times
    assert chat.turn(f"{clinic.day:%A} at 2 pm") == ["utter_appointment_time_held", READ_BACK]
    assert chat.turn("yes", "affirm") == BOOKED
    (booked,) = clinic.with_status(AppointmentStatus.BOOKED)
    assert booked.slot == clinic.slot(time(14), clinician="ben")


def test_another_kind_of_visit_takes_its_only_clinician_and_asks_for_a_time(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "confirmed")
    assert chat.turn("another kind of visit") == ["utter_ask_appointment_visit_type"]
    chat.press("Vein ultrasound")
    assert chat.shows_times
    assert chat.slots["appointment_clinician"] == "sue"


def test_the_first_no_asks_what_to_change_and_nothing_is_lost(clinic: OpenClinic, chat: Chat) -> None:
    before = dict(clinic.begin(chat, "confirmed").slots)
    assert chat.turn("no", "deny") == ["utter_appointment_what_to_change", READ_BACK]
    assert chat.slots == before | {"appointment_said_no": True}
    assert clinic.with_status(AppointmentStatus.HELD)
    chat.turn("my name is Anna Rowmark")
    assert chat.turn("yes", "affirm") == BOOKED


def test_after_a_change_the_next_no_asks_again_what_to_change(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "confirmed").turn("no", "deny")
    chat.turn("my name is Anna Rowmark")
    assert chat.turn("no", "deny") == ["utter_appointment_what_to_change", READ_BACK]


def test_the_second_no_in_a_row_books_nothing_and_makes_the_time_free(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "confirmed").turn("no", "deny")
    assert chat.turn("no", "deny") == ["utter_appointment_not_confirmed"]
    assert not clinic.with_status(AppointmentStatus.HELD)
    assert not clinic.with_status(AppointmentStatus.BOOKED)


@pytest.mark.parametrize("said", ["yes but not at that time", "maybe", "yes?", "what?"])
def test_what_is_no_plain_yes_books_nothing(clinic: OpenClinic, chat: Chat, said: str) -> None:
    clinic.begin(chat, "confirmed")
    assert chat.turn(said) == ["utter_booking_confirmation_unclear", READ_BACK]
    assert not clinic.with_status(AppointmentStatus.BOOKED)
