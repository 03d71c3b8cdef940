"""Who asks for a person hears what is true: somebody is here and told, or nobody is and a call back can be had."""

from __future__ import annotations

import pytest
from open_clinic import OpenClinic
from played_conversation import SENDER, Conversation, responses

from actions.offer import AnswerOffer
from actions.talk_to_person import TalkToPerson
from clinic.handoff import HandoffUnavailable


class Room:
    """A waiting room that answers as told."""

    def __init__(self, answer: bool | Exception) -> None:
        self.answer, self.asked = answer, list[str]()

    def ask(self, sender: str) -> bool:
        self.asked.append(sender)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def _asked(conversation: Conversation, clinic: OpenClinic, room: Room | None) -> list[str]:
    action = TalkToPerson(lambda: clinic.desk, lambda: room)  # type: ignore[arg-type, return-value]
    messages, _ = conversation.say("a person, please", "talk_to_person").run(action)
    return responses(messages)


def test_staff_who_are_here_are_told(conversation: Conversation, clinic: OpenClinic) -> None:
    room = Room(answer=True)
    assert _asked(conversation, clinic, room) == ["utter_person_is_told"]
    assert room.asked == [SENDER]


@pytest.mark.parametrize("room", [None, Room(answer=False), Room(HandoffUnavailable("OperationalError"))])
def test_where_nobody_is_here_a_call_back_is_offered_with_the_hours(
    conversation: Conversation, clinic: OpenClinic, room: Room | None
) -> None:
    assert _asked(conversation, clinic, room) == ["utter_talk_to_person"]


def test_yes_while_waiting_begins_the_call_back(conversation: Conversation) -> None:
    _, events = conversation.reply("utter_person_is_told").say("yes", "affirm").run(AnswerOffer())
    assert [e["name"] for e in events if e["event"] == "followup"] == ["action_ask_staff"]
