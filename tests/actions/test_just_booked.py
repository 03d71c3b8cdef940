"""A visit that was booked in this chat: no proof for what is wished next, and its facts beside the words."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from open_clinic import ANSWERS, ZONE, OpenClinic
from played_chat import Chat

from clinic.booking.appointment import AppointmentStatus

CHECK, MOVE, CANCEL = "check_appointment", "change_appointment", "cancel_appointment"
ASKS_REFERENCE = ["utter_ask_visit_reference"]


def _later(clinic: OpenClinic) -> dict[str, str]:
    return {"time": f"{clinic.day:%A} at 5 pm"}


@pytest.mark.parametrize("contact", ["anita@example.com", "202-555-0117"])
def test_it_is_told_moved_and_cancelled_without_proof(clinic: OpenClinic, chat: Chat, contact: str) -> None:
    clinic.booked(chat, contact=contact)
    assert chat.turn("when is my visit?", CHECK) == ["utter_visit_found"]
    chat.turn("/change_appointment", MOVE, 1.0)
    assert chat.shows_times
    chat.turn(f"{clinic.day:%A} at 4 pm")
    assert chat.turn("yes", "affirm") == ["utter_visit_moved"]
    assert clinic.only_booked.slot == clinic.slot(time(16))
    assert chat.turn("/cancel_appointment", CANCEL, 1.0) == ["utter_ask_visit_confirmed_cancel"]
    assert chat.turn("yes", "affirm") == ["utter_visit_cancelled"]
    assert not clinic.with_status(AppointmentStatus.BOOKED)


def test_nothing_is_cancelled_without_a_yes(clinic: OpenClinic, chat: Chat) -> None:
    clinic.cancelling(chat).turn("no", "deny")
    assert clinic.only_booked.slot == clinic.slot(time(14))


def test_of_two_visits_the_one_that_was_booked_last_is_meant(clinic: OpenClinic, chat: Chat) -> None:
    first = clinic.booked(chat)
    clinic.booked(chat, **_later(clinic))
    chat.turn("cancel it", CANCEL)
    chat.turn("yes", "affirm")
    assert clinic.only_booked.reference == first


def test_a_booking_after_a_look_up_is_meant_from_then_on(clinic: OpenClinic, chat: Chat) -> None:
    earlier = clinic.booked_elsewhere()
    chat.turn("when is my visit?", CHECK)
    chat.turn(f"{earlier} {ANSWERS['contact']}")
    clinic.booked(chat, **_later(clinic))
    chat.turn("cancel it", CANCEL)
    chat.turn("yes", "affirm")
    assert clinic.only_booked.reference == earlier


@pytest.mark.parametrize(
    "said", ["cancel my other visit", "please cancel the other appointment", "cancel another visit"]
)
def test_another_visit_than_the_booked_one_has_to_be_proven(clinic: OpenClinic, chat: Chat, said: str) -> None:
    earlier = clinic.booked_elsewhere(**_later(clinic))
    booked = clinic.booked(chat)
    assert chat.turn(said, CANCEL) == ASKS_REFERENCE
    chat.turn(f"{earlier} {ANSWERS['contact']}")
    chat.turn("yes", "affirm")
    assert clinic.only_booked.reference == booked


def test_no_my_other_visit_is_an_answer_to_the_read_back(clinic: OpenClinic, chat: Chat) -> None:
    assert clinic.cancelling(chat).turn("no, my other visit", "deny") == ASKS_REFERENCE
    assert clinic.only_booked.slot == clinic.slot(time(14))


def test_another_appointment_where_times_are_shown_is_another_time(clinic: OpenClinic, chat: Chat) -> None:
    before = clinic.moving(chat).choices
    chat.turn("show me other appointment times")
    assert chat.shows_times
    assert chat.choices != before


@pytest.mark.parametrize("said", ["another booking slot please", "another visit time please"])
def test_another_slot_for_the_visit_that_moves_needs_no_new_proof(clinic: OpenClinic, chat: Chat, said: str) -> None:
    before = clinic.moving(chat).slots["visit_reference"]
    assert chat.turn(said) != ASKS_REFERENCE
    assert chat.slots["visit_reference"] == before
    assert chat.shows_times


@pytest.mark.parametrize("reference", ["K7QM2XWZ", "{later}"])
def test_another_reference_takes_its_own_contact(clinic: OpenClinic, chat: Chat, reference: str) -> None:
    later = clinic.booked_elsewhere(**_later(clinic))
    clinic.booked(chat)
    said = chat.turn(f"cancel my visit {reference.format(later=later)}", CANCEL)
    assert said == ["utter_ask_visit_contact"]
    assert len(clinic.with_status(AppointmentStatus.BOOKED)) == 2


def test_somebody_elses_contact_beside_the_wish_proves_nothing_and_changes_nothing(
    clinic: OpenClinic, chat: Chat
) -> None:
    clinic.booked(chat)
    assert chat.turn("cancel my visit, someone@example.com", CANCEL) == ASKS_REFERENCE
    assert chat.turn("yes", "affirm")[-1] == ASKS_REFERENCE[0]
    assert clinic.only_booked.slot == clinic.slot(time(14))


@pytest.mark.parametrize("leave", [("start over", "start_over"), ("stop", "stop")])
def test_what_forgets_a_proof_forgets_this_one_too(clinic: OpenClinic, chat: Chat, leave: tuple[str, str]) -> None:
    clinic.cancelling(chat)
    chat.turn(*leave)
    chat.turn("stop", "stop")
    assert chat.turn("when is my visit?", CHECK) == ASKS_REFERENCE


def test_start_over_outside_a_form_forgets_it(clinic: OpenClinic, chat: Chat) -> None:
    clinic.booked(chat)
    chat.turn("start over", "start_over")
    assert chat.turn("cancel my visit", CANCEL) == ASKS_REFERENCE


def test_another_chat_knows_nothing_of_it(clinic: OpenClinic, chat: Chat) -> None:
    clinic.booked(chat)
    assert clinic.chat().turn("cancel my visit", CANCEL) == ASKS_REFERENCE


def test_one_that_was_cancelled_by_its_mail_is_no_reason_not_to_wait_for_a_time(clinic: OpenClinic, chat: Chat) -> None:
    reference = clinic.booked(chat)
    clinic.somebodys_desk.cancel(reference, ANSWERS["contact"], "a link in a mail")
    assert chat.turn("tell me of an earlier time", "waiting_list") == ["utter_ask_appointment_visit_type"]


def test_of_two_visits_the_one_that_was_proven_last_gets_an_earlier_time(clinic: OpenClinic, chat: Chat) -> None:
    earlier = clinic.booked_elsewhere(**_later(clinic))
    clinic.booked(chat)
    chat.turn(f"when is my visit {earlier}, {ANSWERS['contact']}", CHECK)
    chat.turn("tell me of an earlier time", "waiting_list")
    (entry,) = clinic.entries.waiting("first")
    assert entry.appointment_reference == earlier


def test_every_reply_that_tells_of_a_visit_has_it_as_data_too(clinic: OpenClinic, chat: Chat) -> None:
    reference = clinic.booked(chat)
    start = clinic.slot(time(14)).start.astimezone(ZONE)
    booked = {
        "reference": reference, "status": "booked", "title": "First visit", "clinician": "Dr. Ann Rowe",
        "start": start.isoformat(), "end": (start + timedelta(minutes=40)).isoformat(),
        "time_zone": "America/New_York",
    }  # fmt: skip
    assert chat.said[-1]["appointment"] == booked
    chat.turn("when is my visit?", CHECK)
    assert chat.said[-1]["appointment"] == booked
    chat.turn("move it", MOVE)
    chat.turn(f"{clinic.day:%A} at 4 pm")
    assert "appointment" not in chat.said[-1]
    chat.turn("yes", "affirm")
    moved = chat.said[-1]["appointment"]
    assert moved["start"] == clinic.slot(time(16)).start.astimezone(ZONE).isoformat()
    chat.turn("cancel it", CANCEL)
    chat.turn("yes", "affirm")
    assert chat.said[-1]["appointment"] == {**moved, "status": "cancelled"}
