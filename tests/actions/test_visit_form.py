"""The form for a booked visit: the proof, and what is wished."""

from __future__ import annotations

from datetime import time

import pytest
from open_clinic import OpenClinic, spoken
from played_chat import Chat

from clinic.booking.appointment import AppointmentStatus

CHECK, MOVE, CANCEL = "check_appointment", "change_appointment", "cancel_appointment"
MAIL = "anita@example.com"
_WRONG = "K7QM2XWZ someone@example.com"


def _is_forgotten(chat: Chat) -> bool:
    return not any(value for name, value in chat.slots.items() if name.startswith("visit_"))


@pytest.mark.parametrize("parts", [["{reference} anita@example.com"], ["{reference}", "anita@example.com"],
                                   ["it is {reference}, thanks", "my mail is Anita@Example.com"],
                                   ["{spaced}", "anita@example.com"]])  # fmt: skip
def test_reference_and_contact_come_in_one_message_or_in_two(clinic: OpenClinic, chat: Chat, parts: list[str]) -> None:
    reference = clinic.booked_elsewhere()
    spaced = f"{reference[:4]}-{reference[4:]}".lower()
    assert chat.turn("when is my appointment", CHECK) == ["utter_ask_visit_reference"]
    for part in parts:
        chat.turn(part.format(reference=reference, spaced=spaced))
    assert chat.heard == ["utter_visit_found"]
    assert chat.said[0]["visit_when"] == spoken(clinic.slot(time(14)))
    assert chat.loop is None


def test_a_phone_number_proves_it_however_it_is_written(clinic: OpenClinic, chat: Chat) -> None:
    reference = clinic.booked_elsewhere(contact="202-555-0117")
    chat.turn("when is my appointment", CHECK)
    assert chat.turn(f"{reference}, (202) 555 0117") == ["utter_visit_found"]


@pytest.mark.parametrize("pair", ["{reference} someone@example.com", "K7QM2XWZ anita@example.com"])
def test_a_wrong_pair_is_not_found_and_asked_for_from_the_reference(clinic: OpenClinic, chat: Chat, pair: str) -> None:
    reference = clinic.booked_elsewhere()
    chat.turn("when is my appointment", CHECK)
    said = chat.turn(pair.format(reference=reference))
    assert said == ["utter_booking_appointment_not_found", "utter_ask_visit_reference"]
    assert (chat.slots["visit_reference"], chat.slots["visit_contact"]) == (None, None)
    assert chat.turn(f"{reference} {MAIL}") == ["utter_visit_found"]


def test_after_too_many_wrong_pairs_even_the_right_one_is_refused_and_it_ends(clinic: OpenClinic, chat: Chat) -> None:
    reference = clinic.booked_elsewhere()
    chat.turn("when is my appointment", CHECK)
    for _ in range(5):
        assert chat.turn(_WRONG)[0] == "utter_booking_appointment_not_found"
    assert chat.turn(f"{reference} {MAIL}") == ["utter_booking_too_many_attempts"]
    assert chat.loop is None
    assert _is_forgotten(chat)


def test_the_right_pair_can_be_given_as_often_as_one_likes(clinic: OpenClinic, chat: Chat) -> None:
    reference = clinic.booked_elsewhere()
    for _ in range(4):
        chat.turn("when is my appointment", CHECK)
        chat.turn(f"{reference} {MAIL}")
        assert chat.heard == ["utter_visit_found"]
        chat.turn("start over", "start_over")


@pytest.mark.parametrize(("asked", "said", "code"), [
    ("reference", "hm", "reference_missing"), ("reference", "K7QM2", "reference_missing"),
    ("contact", "hm", "contact_missing"), ("contact", "555-0142", "phone_incomplete"),
])  # fmt: skip
def test_what_is_no_proof_is_refused_by_name_and_then_with_an_example(
    clinic: OpenClinic, chat: Chat, asked: str, said: str, code: str
) -> None:
    reference = clinic.booked_elsewhere()
    chat.turn("when is my appointment", CHECK)
    if asked == "contact":
        chat.turn(reference)
    assert chat.turn(said) == [f"utter_booking_{code}", f"utter_ask_visit_{asked}"]
    assert chat.turn(said)[:2] == [f"utter_booking_{code}", f"utter_booking_example_{asked}"]


def test_what_is_shown_can_be_cancelled_without_proving_it_again(clinic: OpenClinic, chat: Chat) -> None:
    reference = clinic.booked_elsewhere()
    chat.turn("when is my appointment", CHECK)
    chat.turn(f"{reference} {MAIL}")
    assert chat.turn("cancel it", CANCEL) == ["utter_ask_visit_confirmed_cancel"]
    assert chat.turn("yes", "affirm") == ["utter_visit_cancelled"]


def test_a_proof_holds_in_its_own_conversation_alone(clinic: OpenClinic, chat: Chat) -> None:
    reference = clinic.booked_elsewhere()
    chat.turn("when is my appointment", CHECK)
    chat.turn(f"{reference} {MAIL}")
    assert clinic.chat().turn("cancel it", CANCEL) == ["utter_ask_visit_reference"]


def test_a_visit_that_is_gone_meanwhile_has_to_be_proven_anew(clinic: OpenClinic, chat: Chat) -> None:
    reference = clinic.booked_elsewhere()
    chat.turn("when is my appointment", CHECK)
    chat.turn(f"{reference} {MAIL}")
    clinic.somebodys_desk.cancel(reference, MAIL, "a link in a mail")
    assert chat.turn("change it", MOVE) == ["utter_ask_visit_reference"]


@pytest.mark.parametrize(("first", "second", "asks"), [
    (CHECK, CANCEL, "utter_ask_visit_confirmed_cancel"), (CANCEL, MOVE, "utter_ask_time_"),
    (MOVE, CHECK, "utter_visit_found"),
])  # fmt: skip
def test_the_wish_may_change_while_the_proof_is_asked_for(
    clinic: OpenClinic, chat: Chat, first: str, second: str, asks: str
) -> None:
    reference = clinic.booked_elsewhere()
    chat.turn("my appointment", first)
    assert chat.turn("no, something else with it", second) == ["utter_ask_visit_reference"]
    chat.turn(f"{reference} {MAIL}")
    assert chat.heard[0].startswith(asks)


_STEPS = ["reference", "contact", "time", "confirmed"]


def _reach(clinic: OpenClinic, chat: Chat, step: str) -> str:
    reference = clinic.booked_elsewhere()
    chat.turn("change my appointment", MOVE)
    for each, said in zip(_STEPS, [reference, MAIL, f"{clinic.day:%A} at 4 pm", ""], strict=True):
        if each == step:
            break
        chat.turn(said)
    assert chat.asked == f"visit_{step}"
    return reference


@pytest.mark.parametrize("step", _STEPS)
@pytest.mark.parametrize(("text", "intent"), [("what causes rls?", "causes"), ("one calf is hot", "urgent_clot")])
def test_a_question_is_answered_and_the_same_is_asked_again(
    clinic: OpenClinic, chat: Chat, step: str, text: str, intent: str
) -> None:
    _reach(clinic, chat, step)
    before = dict(chat.slots)
    assert chat.turn(text, intent, 0.95)[0] == f"utter_{intent}"
    assert chat.asked == f"visit_{step}"
    assert chat.slots == before


@pytest.mark.parametrize("step", _STEPS)
def test_an_emergency_ends_it_and_changes_nothing(clinic: OpenClinic, chat: Chat, step: str) -> None:
    _reach(clinic, chat, step)
    said = chat.turn("my chest hurts", "affirm", 0.9, alarm="emergency_heart_lungs")
    assert said == ["utter_emergency_heart_lungs"]
    (booked,) = clinic.with_status(AppointmentStatus.BOOKED)
    assert booked.slot == clinic.slot(time(14))


@pytest.mark.parametrize("step", _STEPS)
@pytest.mark.parametrize(("text", "intent"), [("stop", "stop"), ("never mind", "nlu_fallback")])
def test_a_stop_ends_it_and_the_visit_stays(clinic: OpenClinic, chat: Chat, step: str, text: str, intent: str) -> None:
    _reach(clinic, chat, step)
    assert chat.turn(text, intent, 0.9) == ["utter_visit_stopped"]
    assert chat.loop is None
    (booked,) = clinic.with_status(AppointmentStatus.BOOKED)
    assert booked.slot == clinic.slot(time(14))


def test_the_word_stop_forgets_the_proof_too(clinic: OpenClinic, chat: Chat) -> None:
    _reach(clinic, chat, "confirmed")
    chat.turn("stop", "stop")
    assert _is_forgotten(chat)


@pytest.mark.parametrize(
    ("intent", "said"), [(CHECK, "utter_check_needs_person"), (CANCEL, "utter_cancel_needs_person")]
)
def test_without_a_timetable_staff_keep_the_visits_and_it_says_so(
    clinic: OpenClinic, chat: Chat, intent: str, said: str
) -> None:
    clinic.desk = None
    assert chat.turn("my appointment", intent) == [said]
    assert chat.loop is None
    assert _is_forgotten(chat)


def test_a_database_that_is_down_while_proving_is_said_and_no_wrong_try(clinic: OpenClinic, chat: Chat) -> None:
    reference = clinic.booked_elsewhere()
    chat.turn("when is my appointment", CHECK)
    clinic.book.is_down = True
    for _ in range(4):
        assert chat.turn(f"{reference} {MAIL}") == ["utter_visit_unavailable", "utter_ask_visit_reference"]
    clinic.book.is_down = False
    assert chat.turn(f"{reference} {MAIL}") == ["utter_visit_found"]
