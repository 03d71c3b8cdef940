"""The waiting list: by the form, instead of a time, and for an earlier time than the one that was booked."""

from __future__ import annotations

from datetime import time

import pytest
from open_clinic import OpenClinic
from played_chat import Chat

from clinic.booking.appointment import AppointmentStatus

JOINED = ["utter_waiting_list_joined"]
ASK = "put me on the waiting list"


def _waiting(clinic: OpenClinic, visit_type: str = "first") -> list[tuple[str, str | None, str | None]]:
    """Name, clinician and visit of those who wait."""
    found = clinic.entries.waiting(visit_type)
    return [(entry.patient.name, entry.clinician, entry.appointment_reference) for entry in found]


@pytest.mark.parametrize(("who", "clinician"), [("anyone", None), ("Dr. Ben Lowe", "ben")])
def test_the_form_asks_for_all_but_a_time(clinic: OpenClinic, chat: Chat, who: str, clinician: str | None) -> None:
    chat.turn(ASK, "waiting_list")
    for said in ("First visit", who, "Anita Rowmark", "anita@example.com", "restless legs"):
        chat.turn(said)
    assert chat.heard == ["utter_ask_appointment_confirmed_waiting_list"]
    assert not _waiting(clinic)
    assert chat.turn("yes", "affirm") == JOINED
    assert _waiting(clinic) == [("Anita Rowmark", clinician, None)]
    assert not clinic.book._appointments


def test_a_phone_number_will_not_do(clinic: OpenClinic, chat: Chat) -> None:
    chat.turn(ASK, "waiting_list")
    for said in ("First visit", "anyone", "Anita Rowmark"):
        chat.turn(said)
    assert chat.turn("202-555-0117") == ["utter_booking_waiting_needs_email", "utter_ask_appointment_contact"]
    assert chat.turn("anita@example.com") == ["utter_ask_appointment_reason"]


def test_for_a_visit_a_phone_number_does(clinic: OpenClinic, chat: Chat) -> None:
    assert clinic.begin(chat, "contact").turn("202-555-0117") == ["utter_ask_appointment_reason"]


@pytest.mark.parametrize("said", [ASK, "none of these, waiting list please", "tell me when a time opens up"])
def test_it_can_be_joined_where_the_times_are_shown(clinic: OpenClinic, chat: Chat, said: str) -> None:
    clinic.begin(chat, "time")
    assert chat.turn(said, "waiting_list") == ["utter_ask_appointment_name"]
    for answer in ("Anita Rowmark", "anita@example.com", "restless legs"):
        chat.turn(answer)
    assert chat.turn("yes", "affirm") == JOINED
    assert _waiting(clinic) == [("Anita Rowmark", "ann", None)]


def test_no_to_the_read_back_joins_nothing(clinic: OpenClinic, chat: Chat) -> None:
    chat.turn(ASK, "waiting_list")
    for said in ("First visit", "anyone", "Anita Rowmark", "anita@example.com", "restless legs"):
        chat.turn(said)
    chat.turn("no", "deny")
    assert chat.turn("no", "deny") == ["utter_appointment_not_confirmed"]
    assert not _waiting(clinic)


def test_after_a_booking_one_word_joins_for_an_earlier_time_and_the_visit_stays(clinic: OpenClinic, chat: Chat) -> None:
    reference = clinic.booked(chat)
    assert chat.turn("tell me of an earlier time", "waiting_list") == JOINED
    assert chat.said[0]["contact"] == "anita@example.com"
    assert _waiting(clinic) == [("Anita Rowmark", None, reference)]
    (booked,) = clinic.with_status(AppointmentStatus.BOOKED)
    assert booked.slot == clinic.slot(time(14))


def test_a_visit_that_was_proven_joins_as_well(clinic: OpenClinic, chat: Chat) -> None:
    reference = clinic.booked(clinic.chat())
    chat.turn("when is my appointment", "check_appointment")
    chat.turn(f"{reference} anita@example.com")
    assert chat.turn("tell me of an earlier time", "waiting_list") == JOINED
    assert _waiting(clinic) == [("Anita Rowmark", None, reference)]


def test_the_same_turn_sent_twice_joins_once(clinic: OpenClinic, chat: Chat) -> None:
    clinic.booked(chat)
    chat.say("tell me of an earlier time", "waiting_list")
    for _ in range(2):
        chat.call(chat.action("action_join_waiting_list"))
    assert len(_waiting(clinic)) == 1


def test_who_left_the_list_can_join_again(clinic: OpenClinic, chat: Chat) -> None:
    clinic.booked(chat)
    chat.turn("tell me of an earlier time", "waiting_list")
    clinic.lists.leave(clinic.entries.waiting("first")[0].reference)
    assert chat.turn("tell me of an earlier time", "waiting_list") == JOINED
    assert len(_waiting(clinic)) == 1


def test_who_booked_with_a_phone_number_is_asked_for_an_address_alone_and_the_visit_stays(
    clinic: OpenClinic, chat: Chat
) -> None:
    clinic.booked(chat, contact="202-555-0117")
    assert chat.turn("tell me of an earlier time", "waiting_list") == ["utter_ask_appointment_contact"]
    assert not _waiting(clinic)
    assert chat.turn("anita@example.com") == ["utter_ask_appointment_confirmed_waiting_list"]
    assert chat.turn("yes", "affirm") == JOINED
    assert [name for name, _, _ in _waiting(clinic)] == ["Anita Rowmark"]
    assert clinic.only_booked.slot == clinic.slot(time(14))


def test_who_gave_a_phone_number_for_a_visit_is_asked_for_an_address_before_the_list(
    clinic: OpenClinic, chat: Chat
) -> None:
    clinic.begin(chat, "confirmed", contact="202-555-0117").turn("another time")
    assert chat.turn(ASK, "waiting_list") == ["utter_ask_appointment_contact"]
    assert chat.turn("anita@example.com") == ["utter_ask_appointment_confirmed_waiting_list"]
    assert chat.turn("yes", "affirm") == JOINED


def test_nobody_waits_for_an_earlier_time_than_a_visit_that_is_cancelled(clinic: OpenClinic, chat: Chat) -> None:
    clinic.cancelling(chat).turn("yes", "affirm")
    assert chat.turn("tell me of an earlier time", "waiting_list") == ["utter_ask_appointment_visit_type"]
    assert not _waiting(clinic)


def test_it_can_be_joined_where_the_times_for_a_move_are_shown_and_the_visit_stays(
    clinic: OpenClinic, chat: Chat
) -> None:
    clinic.moving(chat)
    assert chat.turn(ASK, "waiting_list")[0] == JOINED[0]
    assert [visit for _, _, visit in _waiting(clinic)] == [clinic.only_booked.reference]
    assert clinic.only_booked.slot == clinic.slot(time(14))


def test_without_a_timetable_it_takes_a_request_and_says_why(clinic: OpenClinic, chat: Chat) -> None:
    clinic.desk = None
    assert chat.turn(ASK, "waiting_list") == ["utter_appointment_takes_requests", "utter_ask_appointment_name"]


def test_a_database_that_is_down_is_said_and_nothing_is_joined(clinic: OpenClinic, chat: Chat) -> None:
    clinic.booked(chat)
    clinic.book.is_down = True
    assert chat.turn("tell me of an earlier time", "waiting_list") == ["utter_booking_unavailable"]
    assert not _waiting(clinic)
