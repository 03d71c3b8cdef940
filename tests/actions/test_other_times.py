"""Other times than those that are shown: further ones, earlier ones, another day, and times said as they are shown."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from open_clinic import TABLE, ZONE, OpenClinic
from played_chat import Chat

from clinic.adapters.memory import MemoryAppointmentBook, MemoryAttempts
from clinic.booking.choosing import Shown, choose_time
from clinic.booking.desk import BookingDesk


def _on_the_day(clinic: OpenClinic, chat: Chat) -> Chat:
    """Times of the clinic's `day` are shown."""
    clinic.begin(chat, "time").turn(f"{clinic.day:%A}")
    assert chat.shows_times
    return chat


def _days(chat: Chat) -> set[str]:
    return {choice["title"][:11] for choice in chat.choices}


@pytest.mark.parametrize("said", ["another time", "another day", "another one", "later", "something earlier",
                                  "those are all too late"])  # fmt: skip
def test_a_wish_for_others_is_understood(clinic: OpenClinic, chat: Chat, said: str) -> None:
    assert "utter_booking_time_unclear" not in clinic.begin(chat, "time").turn(said)
    assert chat.shows_times


def test_other_days_are_none_of_those_shown(clinic: OpenClinic, chat: Chat) -> None:
    before = _days(clinic.begin(chat, "time"))
    chat.turn("other days")
    assert chat.shows_times
    assert not before & _days(chat)


def test_another_day_is_not_the_one_that_was_wished(clinic: OpenClinic, chat: Chat) -> None:
    before = _days(_on_the_day(clinic, chat))
    chat.turn("another day")
    assert chat.shows_times
    assert not before & _days(chat)


def test_times_passed_over_are_shown_again_for_another_clinician(clinic: OpenClinic, chat: Chat) -> None:
    first = _on_the_day(clinic, chat).choices[0]
    for said in ("more times", "the first one", "another doctor", "Dr. Ben Lowe"):
        chat.turn(said)
    assert chat.choices[0] == first


def _early_on_a_monday() -> tuple[BookingDesk, datetime]:
    now = datetime(2026, 11, 30, 8, tzinfo=ZONE)
    return BookingDesk(MemoryAppointmentBook(), TABLE, MemoryAttempts(), now=lambda: now.astimezone(UTC)), now


@pytest.mark.parametrize(("number", "words"), [(0, "monday %I:%M %p"), (1, "%I:%M %p"), (0, "%A at %I:%M %p")])
def test_a_time_said_as_it_is_shown_is_that_one_although_it_is_today(number: int, words: str) -> None:
    desk, now = _early_on_a_monday()
    shown = Shown(tuple(desk.offers("first", "ann", number=4)))
    wanted = shown.times[number]
    local = wanted.start.astimezone(ZONE)
    assert number or local.date() == now.date()
    said = local.strftime(words).lstrip("0")
    assert choose_time(desk, "first", "ann", shown, said, now=lambda: now).slot == wanted
