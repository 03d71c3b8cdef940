"""What counts as a yes to what was read back: a booking, a cancellation and a move need a plain one."""

from __future__ import annotations

from datetime import time

import pytest
from open_clinic import OpenClinic
from played_chat import Chat

from clinic.booking.appointment import AppointmentStatus

CANCEL, MOVE = "cancel_appointment", "change_appointment"


@pytest.mark.parametrize("said", ["what?", "yes?", "is that right?", "can I change the name?"])
def test_a_question_books_nothing_whatever_the_classifier_says(clinic: OpenClinic, chat: Chat, said: str) -> None:
    clinic.begin(chat, "confirmed").turn(said, "affirm")
    assert not clinic.with_status(AppointmentStatus.BOOKED)
    assert clinic.with_status(AppointmentStatus.HELD)


@pytest.mark.parametrize("said", [
    "yes stop", "yes, cancel", "yes make it {day:%A} at 4 pm", "yes, {day:%A} at 4 pm", "ok {day:%A} at 4 then",
    "yes with Dr. Ben Lowe",
])  # fmt: skip
def test_a_yes_with_another_wish_beside_it_books_nothing(clinic: OpenClinic, chat: Chat, said: str) -> None:
    clinic.begin(chat, "confirmed").turn(said.format(day=clinic.day), "affirm")
    assert not clinic.with_status(AppointmentStatus.BOOKED)


def test_thanks_with_the_day_of_the_visit_wishes_no_other_time(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "confirmed").turn(f"great, see you {clinic.day:%A}")
    assert chat.asked != "appointment_time"


def test_yes_to_a_read_back_that_was_never_seen_books_nothing_and_reads_it_back(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "reason")
    clinic.book.is_down = True
    assert chat.turn("restless legs") == ["utter_booking_unavailable"]
    clinic.book.is_down = False
    assert chat.turn("ok", "affirm") == ["utter_ask_appointment_confirmed_visit"]
    assert not clinic.with_status(AppointmentStatus.BOOKED)
    assert chat.turn("yes", "affirm") == ["utter_appointment_booked_by_mail"]


def test_a_no_after_an_unclear_answer_is_still_the_first_no(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "confirmed").turn("hmm")
    assert chat.turn("no", "deny")[0] == "utter_appointment_what_to_change"
    chat.turn("hmm")
    assert chat.turn("no", "deny") == ["utter_appointment_not_confirmed"]


@pytest.mark.parametrize("said", ["are you sure?", "really?", "what happens then?"])
def test_a_question_cancels_nothing_whatever_the_classifier_says(clinic: OpenClinic, chat: Chat, said: str) -> None:
    clinic.cancelling(chat).turn(said, "affirm")
    assert clinic.with_status(AppointmentStatus.BOOKED)


@pytest.mark.parametrize("said", [
    "dont cancel it", "please dont cancel", "i cant cancel now", "cancelling was a mistake",
    "please leave the appointment as it is", "i changed my mind about cancelling",
    "cancel it only if i get another one", "cancel it but book another one first",
])  # fmt: skip
def test_the_wish_to_cancel_with_more_beside_it_is_no_yes(clinic: OpenClinic, chat: Chat, said: str) -> None:
    clinic.cancelling(chat).turn(said, CANCEL, 0.7)
    assert clinic.with_status(AppointmentStatus.BOOKED)


def test_a_second_unclear_answer_gets_an_example_and_cancels_nothing(clinic: OpenClinic, chat: Chat) -> None:
    clinic.cancelling(chat).turn("hmm")
    assert "utter_booking_example_confirmed" in chat.turn("hmm")
    assert chat.asked == "visit_confirmed"
    assert clinic.with_status(AppointmentStatus.BOOKED)


@pytest.mark.parametrize("said", ["change it to {day:%A} at 5 pm", "can we move it to 5 pm", "i want a different time",
                                  "move it to the third one"])  # fmt: skip
def test_another_time_at_the_read_back_of_a_move_does_not_move_to_the_former(
    clinic: OpenClinic, chat: Chat, said: str
) -> None:
    clinic.moving(chat).turn(f"{clinic.day:%A} at 4 pm")
    assert chat.asked == "visit_confirmed"
    chat.turn(said.format(day=clinic.day), MOVE)
    assert clinic.only_booked.slot == clinic.slot(time(14))


def test_another_time_at_the_read_back_of_a_move_asks_for_one(clinic: OpenClinic, chat: Chat) -> None:
    clinic.moving(chat).turn(f"{clinic.day:%A} at 4 pm")
    chat.turn("another time")
    assert chat.asked == "visit_time"
    assert chat.shows_times
