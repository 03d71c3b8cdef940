"""What yes and no mean after an offer, after an alarm, and after nothing; beginning anew."""

from __future__ import annotations

from played_conversation import Conversation, responses

from actions.offer import AnswerOffer
from actions.start_over import StartOver


def test_yes_leads_where_the_offer_said_and_starts_the_form_for_a_visit(conversation: Conversation) -> None:
    _, events = conversation.reply("utter_diagnosis").say("yes", "affirm").run(AnswerOffer())
    assert [e["name"] for e in events if e["event"] == "followup"] == ["appointment_form"]


def test_yes_to_an_offer_of_a_visit_forgets_what_the_form_was_for_before(conversation: Conversation) -> None:
    conversation.slots["appointment_purpose"] = "question"
    conversation.reply("utter_diagnosis").say("yes", "affirm").run(AnswerOffer())
    assert conversation.slots["appointment_purpose"] is None


def test_yes_after_nothing_offered_says_so(conversation: Conversation) -> None:
    messages, events = conversation.reply("utter_causes").say("yes", "affirm").run(AnswerOffer())
    assert (responses(messages), events) == (["utter_affirm"], [])


def test_yes_after_an_alarm_asks_for_the_kept_question_once(conversation: Conversation) -> None:
    conversation.slots["kept_question"] = "causes"
    messages, _ = conversation.reply("utter_urgent_clot").say("yes please", "affirm").run(AnswerOffer())
    assert responses(messages) == ["utter_causes"]
    messages, _ = conversation.say("yes", "affirm").run(AnswerOffer())
    assert responses(messages) == ["utter_affirm"]


def test_no_after_an_alarm_does_not_ask_for_the_kept_question(conversation: Conversation) -> None:
    conversation.slots["kept_question"] = "causes"
    messages, _ = conversation.reply("utter_urgent_clot").say("no", "deny").run(AnswerOffer())
    assert responses(messages) == ["utter_deny"]


def test_start_over_forgets_topic_and_typed_answers(conversation: Conversation) -> None:
    conversation.slots |= {
        "last_topic": "iron",
        "kept_question": "causes",
        "appointment_name": "Ada",
        "visit_reference": "K7QM2XWP",
    }
    conversation.say("start over", "start_over").run(StartOver(desk=lambda: None))
    assert not any(conversation.slots.values())


def test_yes_after_a_second_miss_starts_the_form_although_the_rule_said_clarify(conversation: Conversation) -> None:
    conversation.events.append(
        {"event": "bot", "metadata": {"utter_action": "utter_clarify", "metadata": {"topic": "second_miss"}}}
    )
    _, events = conversation.say("yes", "affirm").run(AnswerOffer())
    assert [e["name"] for e in events if e["event"] == "followup"] == ["appointment_form"]
