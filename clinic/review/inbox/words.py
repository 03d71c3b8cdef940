"""What a turn was taken for, in words for a receptionist."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from clinic.review.inbox.model import Outcome, SaidTurn, Sign
from clinic.review.inbox.reading import CLOSE_BELOW, UNSURE_BELOW, ranking_of

TitleOf = Callable[[str], str | None]

SIGNS: Mapping[Sign, tuple[str, str]] = {
    Sign.MISSED: ("Missed", "No approved text for it, or not understood."),
    Sign.UNSURE: ("Not sure", "Answered, but the assistant was not sure what was meant."),
    Sign.CLOSE: ("Two topics close", "Answered, but a second topic fitted nearly as well."),
    Sign.REFUSED: ("Left to a doctor", "Questions only a doctor may answer, such as doses."),
    Sign.DISLIKED: ("Thumbs down", "The visitor said that the answer did not help."),
    Sign.EMERGENCY: ("Emergency", "The assistant warned of a danger."),
    Sign.LEFT_FORM: ("Form left", "A form was begun and not finished."),
    Sign.REPEAT: ("Asked again", "The visitor said nearly the same again."),
    Sign.FAILED: ("No answer", "Something was out of order."),
    Sign.SAMPLE: ("Sample of the rest", "One in five of those that look fine. A sure answer can be wrong, too."),
}
OUTCOMES: Mapping[Outcome, str] = {
    Outcome.EMERGENCY: "Told to call for help now",
    Outcome.URGENT: "Told to be seen the same day",
    Outcome.FAILED: "Got no answer: something was out of order",
    Outcome.REFUSED: "Left to a doctor",
    Outcome.NOT_COVERED: "No approved text for it",
    Outcome.NOT_UNDERSTOOD: "Not understood",
    Outcome.ASKED_BACK: "Asked what was meant",
    Outcome.ANSWERED: "Answered",
    Outcome.OFF_TOPIC: "Told that it is not about RLS or the clinic",
    Outcome.HANDOFF: "Told how to reach a person",
    Outcome.BOOKING: "In a form",
    Outcome.SMALL_TALK: "Small talk",
    Outcome.TO_PERSON: "Left to a person of the staff",
}
_SLOTS = {
    "appointment_visit_type": "the kind of visit", "appointment_clinician": "whom to see",
    "appointment_time": "a time", "appointment_name": "the name", "appointment_contact": "phone or e-mail",
    "appointment_reason": "what it is about", "appointment_preferred_time": "a good time for a call",
    "appointment_confirmed": "a yes to all of it", "visit_reference": "the number of the visit",
    "visit_contact": "phone or e-mail", "visit_time": "a new time", "visit_confirmed": "a yes to the change",
}  # fmt: skip
_OTHERS = {
    "affirm": "A yes", "deny": "A no", "stop": "Wants to stop", "inform": "Tells something", "greet": "A greeting",
    "goodbye": "A goodbye", "thanks": "A thank-you", "compliment": "Praise", "irritation": "Annoyed",
    "small_talk": "Small talk", "how_are_you": "How are you", "who_are_you": "Who are you",
    "capabilities": "What the assistant can do", "not_covered": "About RLS or the clinic, without a text",
    "out_of_scope": "Not about RLS or the clinic", "all_clear": "Nobody is in danger", "start_over": "Start again",
    "why_needed": "Why that is needed", "ask_staff": "Pass it on to the staff", "check_appointment": "Look up a visit",
    "data_stored": "What is stored", "delete_my_data": "Delete my data", "who_wrote_this": "Who wrote this",
    "is_it_reviewed": "Whether a doctor has read it",
}  # fmt: skip
_SURE = 0.9
_FOLLOW_UP, _ALARMS = "follow_up_", ("emergency_", "urgent_")


def topic_in_words(name: str, title_of: TitleOf) -> str:
    """A topic's title, or its name in words."""
    if name.startswith(_FOLLOW_UP):
        return f"A follow-up: {name.removeprefix(_FOLLOW_UP)}"
    found = title_of(name) or _OTHERS.get(name)
    if found:
        return found
    alarm = next((prefix for prefix in _ALARMS if name.startswith(prefix)), None)
    words = name.removeprefix(alarm or "").replace("_", " ")
    return f"Danger: {words}" if alarm else words.capitalize()


def sureness_in_words(confidence: float) -> str:
    """How sure the assistant was."""
    level = "sure" if confidence >= _SURE else "fairly sure" if confidence >= UNSURE_BELOW else "not sure"
    return f"{level}, {round(confidence * 100)} of 100"


def understood(turn: SaidTurn, title_of: TitleOf) -> list[tuple[str, str]]:
    """What was understood, as terms and what they are: ("Understood as", "Low iron and RLS (sure, 98 of 100)")."""
    reading = turn.inbox.reading if turn.inbox else None
    if reading is None:
        return []
    found = [("What happened", OUTCOMES[reading.outcome])]
    if not reading.is_typed:
        return [*found, ("Said by", "A button that was pressed")]
    if reading.is_form_answer:
        found.append(("Understood as", "An answer to the form"))
    else:
        found += _ranked(turn.trace, reading.intent, title_of)
    found += _form(turn.trace)
    triage = turn.trace.get("triage")
    if isinstance(triage, dict) and triage.get("intent"):
        found.append(("Safety check heard", topic_in_words(str(triage["intent"]), title_of)))
    return found


def _ranked(trace: Mapping[str, Any], intent: str | None, title_of: TitleOf) -> list[tuple[str, str]]:
    ranked = ranking_of(trace)
    if not ranked:
        return [("Understood as", topic_in_words(intent, title_of))] if intent else []
    guesses = [f"{topic_in_words(name, title_of)} ({sureness_in_words(sure)})" for name, sure in ranked[:3]]
    if intent != ranked[0][0]:  # below the line where it asks back
        return [("Understood as", "Nothing for sure"), ("Nearest topics", "; ".join(guesses))]
    found = [("Understood as", guesses[0])]
    if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < CLOSE_BELOW:
        found.append(("Nearly as good", guesses[1]))
    return found


def _form(trace: Mapping[str, Any]) -> list[tuple[str, str]]:
    if not trace.get("form"):
        return []
    asked = _SLOTS.get(str(trace.get("requested_slot")))
    return [("Form", f"open, asking for {asked}" if asked else "open")]
