"""Words of correction before the answer that was asked for, and corrections that name no value."""

from __future__ import annotations

import pytest
from open_clinic import OpenClinic
from played_chat import Chat


@pytest.mark.parametrize("said", ["please call me at 202-555-0117", "sorry, 202-555-0117", "oh it's 202 555 0117",
                                  "actually 202-555-0117"])  # fmt: skip
def test_a_phone_number_after_such_a_word_is_the_contact_that_was_asked_for(
    clinic: OpenClinic, chat: Chat, said: str
) -> None:
    clinic.begin(chat, "contact").turn(said)
    assert chat.slots["appointment_contact"] == "+12025550117"
    assert chat.asked == "appointment_reason"


@pytest.mark.parametrize("said", [
    "sorry, my legs twitch at night", "please help me sleep at night", "oh my legs are restless every evening",
    "actually it hurts for 3 weeks",
])  # fmt: skip
def test_a_reason_that_speaks_of_a_time_after_such_a_word_changes_no_time(
    clinic: OpenClinic, chat: Chat, said: str
) -> None:
    held = clinic.begin(chat, "reason").slots["appointment_time"]
    chat.turn(said)
    assert chat.slots["appointment_reason"]
    assert chat.slots["appointment_time"] == held
    assert chat.asked == "appointment_confirmed"


@pytest.mark.parametrize(("said", "name"), [("sorry, June Carter", "June Carter"), ("oh, April Jones", "April Jones")])
def test_a_name_that_is_a_month_after_such_a_word_is_a_name(
    clinic: OpenClinic, chat: Chat, said: str, name: str
) -> None:
    held = clinic.begin(chat, "name").slots["appointment_time"]
    chat.turn(said)
    assert (chat.slots["appointment_name"], chat.slots["appointment_time"]) == (name, held)


@pytest.mark.parametrize("said", ["my name is wrong", "the name is misspelled", "my name is spelled wrong",
                                  "my last name is Smith"])  # fmt: skip
def test_a_wrong_name_or_a_part_of_one_makes_it_ask_for_the_whole_name(
    clinic: OpenClinic, chat: Chat, said: str
) -> None:
    assert clinic.begin(chat, "confirmed").turn(said) == ["utter_ask_appointment_name"]
    assert chat.turn("Anna Smith") == ["utter_ask_appointment_confirmed_visit"]
    assert chat.slots["appointment_name"] == "Anna Smith"


def test_a_wrong_reason_is_asked_for_again(clinic: OpenClinic, chat: Chat) -> None:
    assert clinic.begin(chat, "confirmed").turn("the reason is wrong") == ["utter_ask_appointment_reason"]


@pytest.mark.parametrize("said", ["another day", "wrong day", "no, another day", "change the day", "not that day"])
def test_another_day_at_the_read_back_asks_for_the_time(clinic: OpenClinic, chat: Chat, said: str) -> None:
    clinic.begin(chat, "confirmed").turn(said)
    assert chat.asked == "appointment_time"
    assert chat.shows_times


def test_after_another_time_it_does_not_say_that_nothing_fits(clinic: OpenClinic, chat: Chat) -> None:
    assert clinic.begin(chat, "confirmed").turn("another time") != ["utter_ask_time_nothing_fits"]


def test_the_time_that_was_given_up_can_be_had_again(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "confirmed").turn("another time")
    chat.turn(f"ok {clinic.day:%A} at 2 pm")
    assert chat.asked == "appointment_confirmed"


@pytest.mark.parametrize("said", ["anyone but Dr. Ben Lowe", "not Dr. Ben Lowe", "please not ben"])
def test_a_clinician_who_is_not_wished_is_not_chosen(clinic: OpenClinic, chat: Chat, said: str) -> None:
    clinic.begin(chat, "clinician").turn(said)
    assert chat.slots["appointment_clinician"] != "ben"


def test_a_kind_of_visit_that_is_not_wished_is_not_chosen(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "visit_type").turn("not an ultrasound")
    assert chat.slots["appointment_visit_type"] != "scan"


def test_another_kind_of_visit_while_the_name_is_asked_is_no_name(clinic: OpenClinic, chat: Chat) -> None:
    clinic.begin(chat, "name").turn("actually an ultrasound")
    assert chat.slots.get("appointment_name") is None
    assert (chat.slots["appointment_visit_type"], chat.asked) == ("scan", "appointment_time")


def test_another_clinician_by_name_at_the_read_back_is_chosen_and_a_time_asked_for(
    clinic: OpenClinic, chat: Chat
) -> None:
    clinic.begin(chat, "confirmed").turn("actually dr ben")
    assert (chat.slots["appointment_clinician"], chat.asked) == ("ben", "appointment_time")
