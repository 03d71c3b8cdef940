"""A question without an approved text becomes a request to the staff."""

from __future__ import annotations

import pytest
from open_clinic import OpenClinic
from played_chat import Chat
from played_conversation import Conversation, responses

from actions.ask_staff import AskStaff
from actions.offer import AnswerOffer
from clinic.booking.purpose import Purpose

_ASK_STAFF = AskStaff(desk=lambda: None)
_MAIL = "anita@example.com"


def _passed_on(chat: Chat) -> Chat:
    """An open question is passed on; the name is asked for."""
    chat.slots["open_question"] = "is skiing all right?"
    chat.reply("utter_not_covered")
    chat.turn("ask the staff", "ask_staff")
    assert chat.asked == "appointment_name"
    return chat


def test_the_open_question_is_the_reason_and_no_time_is_asked_for(conversation: Conversation) -> None:
    conversation.slots["open_question"] = "is skiing all right\nwith restless legs?"
    messages, events = conversation.reply("utter_not_covered").say("ask the staff", "ask_staff").run(_ASK_STAFF)
    assert responses(messages) == ["utter_ask_staff"]
    assert conversation.slots["appointment_reason"] == "is skiing all right with restless legs?"
    assert conversation.slots["appointment_preferred_time"]
    assert conversation.slots["appointment_purpose"] == Purpose.QUESTION
    assert conversation.slots["open_question"] is None
    assert events[-1]["name"] == "appointment_form"


def test_without_a_question_the_form_asks_for_a_call_back(conversation: Conversation) -> None:
    messages, _ = conversation.say("ask the staff", "ask_staff").run(_ASK_STAFF)
    assert responses(messages) == ["utter_ask_staff_anything"]
    assert conversation.slots["appointment_purpose"] == Purpose.CALLBACK
    assert conversation.slots.get("appointment_reason") is None


def test_an_older_question_is_not_what_is_meant(conversation: Conversation) -> None:
    conversation.slots["open_question"] = "is skiing all right?"
    messages, _ = conversation.reply("utter_causes").say("ask the staff", "ask_staff").run(_ASK_STAFF)
    assert responses(messages) == ["utter_ask_staff_anything"]
    assert conversation.slots.get("appointment_reason") is None


def test_a_question_that_is_too_long_is_asked_for_in_short(conversation: Conversation) -> None:
    conversation.slots["open_question"] = "why is that so " * 40
    messages, events = conversation.reply("utter_not_covered").say("ask the staff", "ask_staff").run(_ASK_STAFF)
    assert responses(messages) == ["utter_ask_staff_anything"]
    assert events[-1]["name"] == "appointment_form"


def test_yes_to_the_offer_passes_the_question_on(conversation: Conversation) -> None:
    _, events = conversation.reply("utter_not_covered").say("yes", "affirm").run(AnswerOffer())
    assert [e["name"] for e in events if e["event"] == "followup"] == ["action_ask_staff"]


def test_start_over_asks_for_the_question_anew_and_it_can_be_sent(chat: Chat) -> None:
    _passed_on(chat).turn("start over", "start_over")
    for said in ("Anita Rowmark", _MAIL, "skiing with restless legs"):
        chat.turn(said)
    assert chat.turn("yes", "affirm") == ["utter_appointment_requested"]


def test_where_sending_fails_the_button_leads_back_to_the_read_back_of_the_question(
    clinic: OpenClinic, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    _passed_on(chat)
    for said in ("Anita Rowmark", _MAIL):
        chat.turn(said)

    def fails(_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(clinic.requests, "add", fails)
        assert chat.turn("yes", "affirm") == ["utter_booking_unavailable"]
    said_next = chat.turn("/book_appointment", "book_appointment", 1.0)
    assert said_next == ["utter_ask_appointment_confirmed_question"]
    assert chat.turn("yes", "affirm") == ["utter_appointment_requested"]


def test_a_question_while_the_reason_is_asked_can_be_given_as_the_reason(chat: Chat) -> None:
    for said in ("/ask_staff", "Anita Rowmark", _MAIL):
        chat.turn(said, "ask_staff" if said.startswith("/") else "inform", 1.0)
    assert chat.turn("/ask_staff", "ask_staff", 1.0) == ["utter_ask_staff_in_form", "utter_ask_appointment_reason"]
    said = chat.turn("is skiing all right with restless legs?", "not_covered")
    assert said == ["utter_not_covered_in_form", "utter_ask_appointment_reason"]
    chat.turn("my question is can I ski with restless legs?", "not_covered")
    assert "can I ski" in chat.slots["appointment_reason"]
