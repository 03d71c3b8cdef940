"""Moving and cancelling a visit: nothing without a yes to what was read back."""

from __future__ import annotations

from datetime import time

import pytest
from open_clinic import OpenClinic, spoken
from played_chat import Chat

from clinic.booking.appointment import AppointmentStatus
from clinic.booking.availability import from_text

MOVE, CANCEL = "change_appointment", "cancel_appointment"


def test_yes_cancels_what_was_read_back_and_frees_its_time(clinic: OpenClinic, chat: Chat) -> None:
    clinic.cancelling(chat)
    assert chat.said[-1]["visit_when"] == spoken(clinic.slot(time(14)))
    assert chat.turn("yes", "affirm") == ["utter_visit_cancelled"]
    assert not clinic.with_status(AppointmentStatus.BOOKED)
    clinic.take(clinic.slot(time(14)))


@pytest.mark.parametrize("said", ["cancel it", "yes cancel it", "please cancel it", "cancel my appointment"])
def test_the_wish_said_once_more_is_the_yes(clinic: OpenClinic, chat: Chat, said: str) -> None:
    assert clinic.cancelling(chat).turn(said, CANCEL) == ["utter_visit_cancelled"]


@pytest.mark.parametrize("said", ["don't cancel it", "do not cancel", "cancel?", "wait, do not cancel it yet",
                                  "I never wanted to cancel"])  # fmt: skip
def test_the_wish_in_a_sentence_that_denies_it_is_no_yes(clinic: OpenClinic, chat: Chat, said: str) -> None:
    clinic.cancelling(chat).turn(said, CANCEL)
    assert clinic.only_booked.slot == clinic.slot(time(14))


def test_no_keeps_it(clinic: OpenClinic, chat: Chat) -> None:
    assert clinic.cancelling(chat).turn("no", "deny") == ["utter_visit_kept"]
    assert chat.loop is None
    assert clinic.only_booked.slot == clinic.slot(time(14))


def test_a_move_shows_real_times_says_both_and_moves(clinic: OpenClinic, chat: Chat) -> None:
    reference = clinic.booked(chat)
    chat.turn("change my appointment", MOVE)
    assert 3 <= len(chat.choices) <= 5
    assert chat.turn(f"{clinic.day:%A} at 4 pm") == ["utter_ask_visit_confirmed_move"]
    both = chat.said[-1]
    assert (both["visit_when"], both["new_when"]) == (spoken(clinic.slot(time(14))), spoken(clinic.slot(time(16))))
    assert clinic.only_booked.slot == clinic.slot(time(14)), "nothing moves before the yes"
    assert chat.turn("yes", "affirm") == ["utter_visit_moved"]
    assert (clinic.only_booked.slot, clinic.only_booked.reference) == (clinic.slot(time(16)), reference)
    clinic.take(clinic.slot(time(14)))


def test_a_move_takes_a_button_as_well(clinic: OpenClinic, chat: Chat) -> None:
    wanted = from_text(clinic.moving(chat).slots["shown_times"]["times"][2])
    assert chat.press(chat.choices[2]["title"]) == ["utter_ask_visit_confirmed_move"]
    chat.turn("yes", "affirm")
    assert clinic.only_booked.slot == wanted


def test_a_move_stays_with_the_clinician_unless_another_is_wished(clinic: OpenClinic, chat: Chat) -> None:
    clinic.take(clinic.slot(time(16), clinician="ann"))
    assert clinic.moving(chat).turn(f"{clinic.day:%A} at 4 pm") == ["utter_ask_time_nearest"]
    assert chat.turn(f"another doctor on {clinic.day:%A} at 4 pm") == ["utter_ask_visit_confirmed_move"]
    assert chat.said[-1]["new_clinician"] == "Dr. Ben Lowe"
    chat.turn("yes", "affirm")
    assert clinic.only_booked.slot == clinic.slot(time(16), clinician="ben")


def test_a_new_time_that_somebody_took_meanwhile_leaves_the_old_one_and_asks_again(
    clinic: OpenClinic, chat: Chat
) -> None:
    clinic.moving(chat).turn(f"{clinic.day:%A} at 4 pm")
    clinic.take(clinic.slot(time(16)))
    assert chat.turn("yes", "affirm") == ["utter_booking_time_taken", "utter_ask_time_nearest"]
    assert (chat.loop, chat.asked) == ("visit_form", "visit_time")
    assert clinic.slot(time(16)).start not in {from_text(t).start for t in chat.slots["shown_times"]["times"]}
    assert clinic.only_booked.slot == clinic.slot(time(14))
    chat.turn(f"{clinic.day:%A} at 5 pm")
    assert chat.turn("yes", "affirm") == ["utter_visit_moved"]
    assert clinic.only_booked.slot == clinic.slot(time(17))


def test_changing_ones_mind_from_move_to_cancel(clinic: OpenClinic, chat: Chat) -> None:
    clinic.moving(chat).turn(f"{clinic.day:%A} at 4 pm")
    assert chat.turn("no, cancel it instead", CANCEL) == ["utter_ask_visit_confirmed_cancel"]
    assert "new_when" not in chat.said[-1]
    assert chat.turn("yes", "affirm") == ["utter_visit_cancelled"]


def test_changing_ones_mind_from_cancel_to_move(clinic: OpenClinic, chat: Chat) -> None:
    clinic.cancelling(chat).turn("no, move it instead", MOVE)
    assert chat.shows_times
    chat.turn(f"{clinic.day:%A} at 4 pm")
    chat.turn("yes", "affirm")
    assert clinic.only_booked.slot == clinic.slot(time(16))


def test_no_to_the_move_keeps_the_old_time(clinic: OpenClinic, chat: Chat) -> None:
    clinic.moving(chat).turn(f"{clinic.day:%A} at 4 pm")
    assert chat.turn("no", "deny") == ["utter_visit_kept"]
    assert clinic.only_booked.slot == clinic.slot(time(14))


@pytest.mark.parametrize("begin", [OpenClinic.cancelling, OpenClinic.moving])
def test_a_database_that_is_down_changes_nothing_and_asking_again_goes_on(
    clinic: OpenClinic, chat: Chat, begin
) -> None:  # type: ignore[no-untyped-def]
    begin(clinic, chat)
    if chat.asked == "visit_time":
        chat.turn(f"{clinic.day:%A} at 4 pm")
    clinic.book.is_down = True
    assert set(chat.turn("yes", "affirm")) == {"utter_visit_unavailable"}
    clinic.book.is_down = False
    assert clinic.only_booked.slot == clinic.slot(time(14))
    assert chat.turn("cancel it", CANCEL) == ["utter_ask_visit_confirmed_cancel"]


def test_after_the_cancellation_nothing_proves_the_visit_any_more(clinic: OpenClinic, chat: Chat) -> None:
    clinic.cancelling(chat).turn("yes", "affirm")
    assert chat.turn("when is my appointment", "check_appointment") == ["utter_ask_visit_reference"]
