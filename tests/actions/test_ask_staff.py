"""A question without an approved text becomes a request to the staff."""

from __future__ import annotations

from played_conversation import Conversation, responses

from actions.ask_staff import AskStaff
from actions.offer import AnswerOffer
from clinic.booking.purpose import Purpose

_ASK_STAFF = AskStaff(desk=lambda: None)


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
