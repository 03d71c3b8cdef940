"""What is asked with the clinic's own choices: buttons that send the words somebody would type."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from open_clinic import TABLE, ZONE, OpenClinic, spoken
from played_chat import Chat

from clinic.booking.availability import TimeSlot, from_text
from clinic.booking.spoken_times import in_short


def test_each_kind_of_visit_is_a_button_and_sends_its_title(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "visit_type")
    titles = [visit.title for visit in TABLE.visit_types]
    assert chat.choices == [{"title": title, "payload": title} for title in titles]


@pytest.mark.parametrize("visit", TABLE.visit_types)
def test_pressing_a_kind_of_visit_chooses_it(clinic: OpenClinic, chat: Chat, visit) -> None:  # type: ignore[no-untyped-def]
    clinic.begin(chat, "visit_type").press(visit.title)
    assert chat.slots["appointment_visit_type"] == visit.id


def test_those_who_see_patients_for_it_are_buttons_and_anyone_comes_first(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "clinician")
    assert [choice["title"] for choice in chat.choices] == ["Anyone", "Dr. Ann Rowe", "Dr. Ben Lowe"]


@pytest.mark.parametrize(("title", "clinician"), [("Anyone", "anyone"), ("Dr. Ann", "ann"), ("Dr. Ben", "ben")])
def test_pressing_a_clinician_chooses_them(clinic: OpenClinic, chat: Chat, title: str, clinician: str) -> None:
    clinic.begin(chat, "clinician").press(title)
    assert chat.slots["appointment_clinician"] == clinician


def test_nobody_is_asked_for_a_clinician_where_there_is_one(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "visit_type").press("Vein ultrasound")
    assert chat.slots["appointment_clinician"] == "sue"
    assert chat.asked == "appointment_time"


@pytest.mark.parametrize("wish", ["", "{day:%A}", "{day:%A} afternoon", "mornings only", "at 4 pm"])
def test_three_to_five_free_times_are_buttons_that_send_them_in_full(clinic: OpenClinic, chat: Chat, wish: str) -> None:
    clinic.begin(chat, "time")
    if wish:
        chat.turn(wish.format(day=clinic.day))
    shown = [from_text(text) for text in chat.slots["shown_times"]["times"]]
    assert 3 <= len(shown) <= 5
    assert chat.choices == [{"title": in_short(_local(slot)), "payload": spoken(slot)} for slot in shown]
    assert chat.said[-1]["time_zone"].endswith("(America/New York)")


def _local(slot: TimeSlot):  # type: ignore[no-untyped-def]
    return slot.start.astimezone(ZONE)


def test_nobody_is_shown_a_time_that_is_held_or_booked(clinic: OpenClinic, chat: Chat) -> None:
    for hour in range(8, 20):
        clinic.take(clinic.slot(time(hour)))
    clinic.begin(chat, "time")
    assert chat.turn(f"{clinic.day:%A}") == ["utter_ask_time_nothing_fits"]
    assert f"{clinic.day:%A}" in chat.said[-1]["wished_times"]
    assert not any(choice["payload"].startswith(f"{clinic.day:%A}, {clinic.day:%B} {clinic.day.day},")
                   for choice in chat.choices)  # fmt: skip


def test_where_nothing_is_free_at_all_that_is_said(clinic: OpenClinic, chat: Chat) -> None:
    first = clinic.slot(time(0)).start - timedelta(days=4)
    quarters = (first + timedelta(minutes=15 * number) for number in range(66 * 24 * 4))
    clinic.book._claims |= {("sue", start): "somebody" for start in quarters}
    assert chat.turn("book an ultrasound", "book_appointment") == ["utter_ask_time_nothing_free"]
    assert chat.choices == []


def test_the_read_back_says_all_that_is_stored(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "confirmed")
    said = chat.told("utter_ask_appointment_confirmed_visit")
    assert (said["visit_title"], said["visit_clinician"]) == ("First visit", "Dr. Ann Rowe")
    assert said["visit_when"] == spoken(clinic.slot(time(14)))


def test_the_read_back_names_who_it_is_where_anyone_would_do(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "confirmed", clinician="anyone")
    assert chat.said[-1]["visit_clinician"] in ("Dr. Ann Rowe", "Dr. Ben Lowe")


def test_a_held_time_is_said_with_how_long_it_is_kept(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "time").turn(f"{clinic.day:%A} at 2 pm")
    assert chat.told("utter_appointment_time_held")["hold_minutes"] == 10


@pytest.mark.parametrize(("is_open", "sentence"), [(True, "The clinic is"), (False, "I do not know")])
def test_who_wants_a_person_hears_when_somebody_is_there(
    clinic: OpenClinic, chat: Chat, is_open: bool, sentence: str
) -> None:
    if not is_open:
        clinic.desk = None
    assert chat.turn("I want to talk to a person", "talk_to_person") == ["utter_talk_to_person"]
    assert chat.said[0]["callback_when"].startswith(sentence)
