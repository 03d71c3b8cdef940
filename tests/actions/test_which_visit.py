"""Which booked visit is meant, and what becomes of the form where that cannot be found out."""

from __future__ import annotations

import pytest
from open_clinic import OpenClinic
from played_chat import Chat

from clinic.booking.appointment import AppointmentStatus

CHECK, MOVE, CANCEL = "check_appointment", "change_appointment", "cancel_appointment"
MAIL = "anita@example.com"


def _seen(clinic: OpenClinic, chat: Chat) -> Chat:
    """A visit is booked and was shown."""
    reference = clinic.booked_elsewhere()
    chat.turn("when is my appointment", CHECK)
    assert chat.turn(f"{reference} {MAIL}") == ["utter_visit_found"]
    return chat


def test_reference_and_contact_in_the_opening_words_are_the_proof(clinic: OpenClinic, chat: Chat) -> None:
    reference = clinic.booked_elsewhere()
    said = chat.turn(f"cancel my visit {reference}, {MAIL}", CANCEL)
    assert said == ["utter_ask_visit_confirmed_cancel"]


def test_another_reference_than_the_proven_one_is_the_visit_that_is_meant(clinic: OpenClinic, chat: Chat) -> None:
    first = _seen(clinic, chat).slots["visit_reference"]
    second = clinic.booked_elsewhere(time=f"{clinic.day:%A} at 5 pm")
    assert chat.turn(f"cancel my visit {second}", CANCEL) == ["utter_ask_visit_contact"]
    chat.turn(MAIL)
    chat.turn("yes", "affirm")
    assert clinic.only_booked.reference == first


def test_wrong_pairs_without_an_end_end_it(clinic: OpenClinic, chat: Chat) -> None:
    chat.turn("cancel my visit", CANCEL)
    for _ in range(6):
        chat.turn("K7QM2XWZ someone@example.com")
    assert (chat.heard, chat.loop) == (["utter_booking_too_many_attempts"], None)


def test_who_has_no_reference_can_turn_to_the_staff(clinic: OpenClinic, chat: Chat) -> None:
    chat.turn("cancel my visit", CANCEL)
    chat.turn("/ask_staff", "ask_staff", 1.0)
    assert (chat.loop, chat.asked) == ("appointment_form", "appointment_name")


def test_start_over_in_the_form_asks_for_the_reference_again(clinic: OpenClinic, chat: Chat) -> None:
    clinic.cancelling(chat)
    said = chat.turn("start over", "start_over")
    assert said == ["utter_appointment_from_the_start", "utter_ask_visit_reference"]


def test_a_wish_that_the_classifier_is_unsure_of_is_answered(chat: Chat) -> None:
    chat.turn("cancel my visit", CANCEL)
    assert chat.turn("where is my visit", CHECK, 0.55) == ["utter_ask_visit_reference"]


def test_a_visit_that_is_gone_while_its_new_time_is_asked_for_is_no_longer_moved(
    clinic: OpenClinic, chat: Chat
) -> None:
    reference = clinic.moving(chat).slots["visit_reference"]
    clinic.somebodys_desk.cancel(reference, MAIL, "a link in a mail")
    assert chat.turn("the first one")[0] == "utter_booking_appointment_not_found"
    assert chat.asked == "visit_reference"


def test_without_a_timetable_a_move_is_for_the_staff(clinic: OpenClinic, chat: Chat) -> None:
    clinic.desk = None
    assert chat.turn("change my visit", MOVE) == ["utter_change_needs_person"]
    assert chat.loop is None


@pytest.mark.parametrize(("said", "intent", "asks"), [
    ("cancel it", CANCEL, "utter_ask_visit_confirmed_cancel"), ("move it", MOVE, "utter_ask_time_any"),
    ("the first one", "inform", "utter_visit_found"),
])  # fmt: skip
def test_where_the_start_fails_nothing_is_asked_and_the_next_message_begins_anew(
    clinic: OpenClinic, chat: Chat, said: str, intent: str, asks: str
) -> None:
    _seen(clinic, chat)
    clinic.book.is_down = True
    assert chat.turn("cancel it", CANCEL) == ["utter_visit_unavailable"]
    clinic.book.is_down = False
    assert chat.turn(said, intent) == [asks]
    assert clinic.with_status(AppointmentStatus.BOOKED)


def test_after_a_cancellation_that_failed_the_visit_can_be_looked_up_at_once(clinic: OpenClinic, chat: Chat) -> None:
    clinic.cancelling(chat)
    clinic.book.is_down = True
    assert chat.turn("yes", "affirm") == ["utter_visit_unavailable"]
    clinic.book.is_down = False
    assert chat.turn("/check_appointment", CHECK, 1.0) == ["utter_visit_found"]
