"""The time step: real times, one of them held, whatever others do meanwhile."""

from __future__ import annotations

from datetime import time

import pytest
from open_clinic import ZONE, OpenClinic, spoken
from played_chat import Chat
from played_conversation import Event

from clinic.booking.appointment import AppointmentStatus
from clinic.booking.availability import TimeSlot, from_text

HELD = ["utter_appointment_time_held", "utter_ask_appointment_name"]


def _on_the_day(clinic: OpenClinic, chat: Chat) -> Chat:
    """Three or more times of the clinic's `day` are shown."""
    clinic.begin(chat, "time").turn(f"{clinic.day:%A}")
    assert len(chat.choices) >= 3
    return chat


def _shown(chat: Chat) -> list[TimeSlot]:
    return [from_text(text) for text in chat.slots["shown_times"]["times"]]


def _held(clinic: OpenClinic) -> TimeSlot:
    (held,) = clinic.with_status(AppointmentStatus.HELD)
    return held.slot


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_button_holds_the_time_it_shows(clinic: OpenClinic, chat: Chat, number: int) -> None:
    wanted = _shown(_on_the_day(clinic, chat))[number]
    assert chat.press(chat.choices[number]["title"]) == HELD
    assert _held(clinic) == wanted
    assert chat.said[0]["visit_when"] == spoken(wanted)


@pytest.mark.parametrize(
    ("said", "number"), [("the second one", 1), ("1", 0), ("the last one", -1), ("third please", 2)]
)
def test_a_place_holds_the_time_that_has_it(clinic: OpenClinic, chat: Chat, said: str, number: int) -> None:
    wanted = _shown(_on_the_day(clinic, chat))[number]
    assert chat.turn(said) == HELD
    assert _held(clinic) == wanted


@pytest.mark.parametrize("said", ["{day:%A} at half past two", "{day:%A} 2:30 pm", "can I come {day:%A} at 2:30?"])
def test_an_exact_time_is_held_at_once_whether_it_was_shown_or_not(clinic: OpenClinic, chat: Chat, said: str) -> None:
    clinic.begin(chat, "time")
    assert chat.turn(said.format(day=clinic.day)) == HELD
    assert _held(clinic) == clinic.slot(time(14, 30))


def test_a_time_that_somebody_took_meanwhile_is_said_and_the_nearest_are_shown(clinic: OpenClinic, chat: Chat) -> None:
    wanted = _shown(_on_the_day(clinic, chat))[1]
    clinic.take(wanted)
    assert chat.turn("the second one") == ["utter_booking_time_taken", "utter_ask_time_nearest"]
    assert chat.asked == "appointment_time"
    assert not [slot for slot in _shown(chat) if slot.start == wanted.start]
    assert all(abs(slot.start - wanted.start).total_seconds() <= 2 * 3600 for slot in _shown(chat))
    assert chat.turn("the first one") == HELD


def test_for_an_exact_time_that_is_not_free_the_nearest_are_shown(clinic: OpenClinic, chat: Chat) -> None:
    clinic.take(clinic.slot(time(14)))
    clinic.begin(chat, "time")
    assert chat.turn(f"{clinic.day:%A} at 2 pm") == ["utter_ask_time_nearest"]
    assert {slot.start.astimezone(ZONE).date() for slot in _shown(chat)} == {clinic.day}


def test_another_pick_gives_the_former_hold_up(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "name").turn(f"actually {clinic.day:%A} at 4 pm")
    assert _held(clinic) == clinic.slot(time(16))
    assert chat.asked == "appointment_name"
    clinic.take(clinic.slot(time(14)))  # is free for others at once


def test_two_picks_back_and_forth_are_holds_of_their_own(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "confirmed")
    for hour in (16, 14, 16):
        chat.turn(f"actually {clinic.day:%A} at {hour}:00")
        assert _held(clinic) == clinic.slot(time(hour))
    assert chat.turn("yes", "affirm") == ["utter_appointment_booked_by_mail"]


def test_the_same_turn_sent_twice_holds_once(clinic: OpenClinic, chat: Chat) -> None:
    _on_the_day(clinic, chat).say("the second one")
    form = chat.action("validate_appointment_form")
    answers = [chat.call(form)[1] for _ in range(2)]
    assert _time_in(answers[0]) == _time_in(answers[1])
    assert len(clinic.book._appointments) == 1


def _time_in(events: list[Event]) -> object:
    return next(event["value"] for event in events if event["name"] == "appointment_time")


def test_more_times_are_others_and_a_wish_holds_on(clinic: OpenClinic, chat: Chat) -> None:
    before = {slot.start for slot in _shown(_on_the_day(clinic, chat))}
    assert chat.turn("more times") == ["utter_ask_time_fitting"]
    after = [slot.start for slot in _shown(chat)]
    assert not before & set(after)
    assert {start.astimezone(ZONE).date() for start in after} == {clinic.day}


def test_anyone_sees_patients_and_the_buttons_name_who(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "time", clinician="anyone").turn(f"{clinic.day:%A}")
    assert all(choice["title"].endswith(("Dr. Ann Rowe", "Dr. Ben Lowe")) for choice in chat.choices)
    clinic.take(clinic.slot(time(14), clinician="ann"))
    assert chat.turn(f"{clinic.day:%A} at 2 pm") == HELD
    assert _held(clinic) == clinic.slot(time(14), clinician="ben")
    assert chat.said[0]["visit_clinician"] == "Dr. Ben Lowe"


def test_another_doctor_at_the_times_widens_the_search(clinic: OpenClinic, chat: Chat) -> None:
    clinic.take(clinic.slot(time(14), clinician="ann"))
    clinic.begin(chat, "time").turn(f"another doctor on {clinic.day:%A} at 2 pm")
    assert _held(clinic).clinician == "ben"


@pytest.mark.parametrize(("said", "code"), [
    ("banana", "time_unclear"), ("yesterday", "time_in_past"), ("February 30", "no_such_day"), ("idk", "time_missing"),
    ("the ninth one", "time_unclear"), ("{day:%A} at 25:00", "no_such_time"),
    ("later today", "time_unclear"),
])  # fmt: skip
def test_what_is_no_time_is_refused_by_name_and_the_times_are_shown_again(
    clinic: OpenClinic, chat: Chat, said: str, code: str
) -> None:
    clinic.begin(chat, "time")
    text = said.format(day=clinic.day)
    assert chat.turn(text)[0] == f"utter_booking_{code}"
    assert chat.shows_times
    assert chat.turn(text)[:2] == [f"utter_booking_{code}", "utter_booking_example_time"]
    assert not clinic.with_status(AppointmentStatus.HELD)


def test_a_database_that_is_down_is_said_and_the_times_come_back_with_it(clinic: OpenClinic, chat: Chat) -> None:
    _on_the_day(clinic, chat)
    clinic.book.is_down = True
    assert set(chat.turn("the second one")) == {"utter_booking_unavailable"}
    assert chat.asked == "appointment_time"
    clinic.book.is_down = False
    assert chat.turn("the second one") == HELD
