"""Is a message in the middle of a booking the answer to the field that was asked for, or something else?"""

from __future__ import annotations

import re
from typing import Literal

from clinic.booking.fields import Field, read_confirmation
from clinic.booking.names import is_introduced, read_name
from clinic.intake import FieldError, read_contact
from clinic.intake.said import tidy

Reading = Literal["answer", "interruption", "stop"]

STOP_INTENTS = frozenset({"stop", "cancel_appointment"})
_SAYS_NOTHING_ELSE = frozenset({"", "inform", "affirm", "deny", "book_appointment", "nlu_fallback", "out_of_scope"})
_ABOUT_TIMES = frozenset({"check_appointment", "change_appointment", "waiting_list"})
_CHITCHAT = frozenset({
    "greet", "goodbye", "thanks", "how_are_you", "who_are_you", "capabilities", "small_talk",
    "compliment", "irritation", "data_stored", "delete_my_data", "who_wrote_this", "is_it_reviewed",
    "all_clear",
})  # fmt: skip
_SURE = 0.5

_STOP_WORDS = re.compile(
    r"^(?:(?:ok|okay|no|please|sorry|actually|wait|oh)[\s,.!]+)*"
    r"(?:stop|cancel|never ?mind|nvm|forget (?:it|about it|this)|quit|exit|abort)"
    r"(?:[\s,.!]+(?:it|this|that|all|please|thanks|thank you|now"
    r"|(?:this|the|my) (?:form|request|booking|appointment|visit)))*[\s.!]*$"
    r"|^(?:(?:sorry|no|oh|actually|i(?:'ve| have)? changed my mind)[\s,.!]+)*"
    r"i (?:don'?t|do not) (?:want|need) (?:an?|any|this|the) "
    r"(?:appointment|visit|booking)(?: (?:any ?more|now|after all))*[\s.!]*$"
    r"|^(?:(?:no|wait|please|sorry)[\s,.!]+)*(?:don'?t|do not) send (?:it|this|that|anything)?[\s.!]*$",
    re.IGNORECASE,
)
_QUESTION_OPENING = re.compile(
    r"^(?:(?:and|but|so|ok|okay|wait|sorry|hi|hello|hey|um|well|first|also|before that|(?:quick )?question)[\s,.:!-]+)*"
    r"(?:what|why|how|can(?!'t)|cannot|do|does|did|is|are|was|should|will|would|could|who|whose|when|where|which|may i"
    r"|what's|how's|who's|where's|tell me|explain|i (?:was )?wonder(?:ing)?|i'd like to know|i want(?:ed)? to know)\b",
    re.IGNORECASE,
)
_TIME_WORD = re.compile(
    r"\b(?:(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:days?)?|weekdays?|weekends?|mornings?|(?:after)?noons?|evenings?"
    r"|nights?|midday|lunch(?:time)?|today|tomorrow|tonight|tmrw|weeks?|months?|soon(?:est)?|asap|early|earliest|later?"
    r"|any ?time|whenever|jan\w*|feb\w*|march|april|may|june|july|aug\w*|sept?\w*|oct\w*|nov\w*|dec\w*"
    r"|spring|summer|fall|autumn|winter|[ap]\.?m|o'?clock|flexible|no preference|after work|days?)\b|\d",
    re.IGNORECASE,
)
_ASKS_FOR_TIME = re.compile(
    r"\b(?:can|could|may|would) (?:i|we|he|she|they|you|someone|somebody) (?:please |just |maybe |also |possibly )*"
    r"(?:come|be seen|get in|see|book|make|drop|visit|fit|squeeze|call|phone|do (?:it|that|mon|tue|wed|thu|fri|sat))"
    r"|\b(?:how|what) about\b|\bdo you have\b|\b(?:is|are) there\b"
    r"|\b(?:is|does|would|will) .*\b(?:ok|okay|fine|possible|good|free|available|work|open)\b",
    re.IGNORECASE,
)
_ASKS_FOR_FACTS = re.compile(r"^(?:\w+[\s,]+)?(?:why|what|how|who)\b", re.IGNORECASE)
# The wish that began the form, said once more, is neither a reason nor a time.
_BARE_WISH = re.compile(
    r"^(?:(?:please|hi|hello|ok|okay|so)[\s,.!]+)*"
    r"(?:(?:i|we)(?:'d| would)? (?:want|need|like|wish) (?:to )?|(?:can|could|may) (?:i|we) |let me )?"
    r"(?:(?:book|make|schedule|get|have|request|set up)\s+)?(?:(?:me|us)\s+)?(?:a|an|the|my)?\s*"
    r"(?:appointment|visit|booking|consultation)(?:[\s,.!]+(?:please|now|here|with you))*[\s.!?]*$",
    re.IGNORECASE,
)
_ABOUT_THE_LEGS = re.compile(
    r"\b(?:legs?|feet|foot|calf|calves|thighs?|ankles?|veins?|rls|restless|cramps?|itch\w*|twitch\w*|pain\w*|ach\w+)\b",
    re.IGNORECASE,
)


_FORM = r"(?:the |my )?(?:appointment|booking|visit|form|request)"
_GO_ON = re.compile(
    r"^(?:(?:ok|okay|so|well|and|now|please|anyway|let'?s|can we|thanks?)[\s,.!]+)*"
    rf"(?:(?:go |get )?back to {_FORM}|(?:go on|continue|carry on|keep going)(?: with {_FORM})?|where were we)"
    r"[\s.!?]*(?:please|now|then)?[\s.!?]*$",
    re.IGNORECASE,
)
_SAYS_THE_REASON = re.compile(r"^(?:well,? |ok,? )?(?:the |my )?(?:reason|question)(?: is:?|:)\s", re.IGNORECASE)


def reads_as(
    field: Field, text: str, intent: str, confidence: float, alarm: str | None, *, fits: bool = False
) -> Reading:
    """What to do with a message while `field` is asked for.

    "answer": read it, and refuse it by its name if it does not fit; "interruption": leave the field alone and
    let the message be answered first; "stop": end the booking. A danger is never an answer.
    `fits`: the text was found to hold a value of a field that depends on the clinic (kind of visit, clinician, time).
    """
    if alarm or intent.startswith(("emergency_", "urgent_")):
        return "interruption"
    found = tidy(text)
    if found.startswith("/"):  # a button: its intent is all there is
        return "stop" if intent in STOP_INTENTS else "interruption" if intent not in _SAYS_NOTHING_ELSE else "answer"
    if _STOP_WORDS.match(found) or _is_stop(field, found, intent, confidence):
        return "stop"
    is_data = field in ("name", "contact") and _is_data(field, found, intent, confidence)
    is_value = fits and field in ("visit_type", "clinician", "reference") and "?" not in found
    if is_data or is_value or (field == "reason" and _SAYS_THE_REASON.match(found)):
        return "answer"
    return "interruption" if _interrupts(field, found, intent, confidence, fits) else "answer"


def goes_on(text: str) -> bool:
    """Whether somebody asks to go on with the form: "ok, back to the appointment", "where were we?"."""
    return bool(_GO_ON.match(tidy(text)))


def is_question(text: str) -> bool:
    """Whether a text ends in a question mark, or opens as questions do."""
    return "?" in text or bool(_QUESTION_OPENING.match(tidy(text)))


def tells_a_time(text: str) -> bool:
    """Whether a text speaks of a day or a time."""
    return bool(_TIME_WORD.search(text))


def _is_stop(field: Field, text: str, intent: str, confidence: float) -> bool:
    if intent not in STOP_INTENTS or confidence < _SURE:
        return False
    if field == "reason" and (intent == "cancel_appointment" or _ABOUT_THE_LEGS.search(text)):
        return False  # "I want to stop my legs from moving", "please cancel my visit on Monday": what it is about
    is_about_time = field in ("preferred_time", "time") and _TIME_WORD.search(text)
    return not (is_about_time and "cancel" not in text.lower())


def _is_data(field: Field, text: str, intent: str, confidence: float) -> bool:
    """Whether a name or a contact is plainly there."""
    try:
        if field == "contact":
            read_contact(text)
            return True
        name = read_name(text)
    except FieldError:
        return False
    if "?" in text:
        return False
    if intent in _CHITCHAT and name.istitle() and " " in name:  # "Will Young", "Grace Hope"
        return True
    return is_introduced(text) or intent in _SAYS_NOTHING_ELSE or confidence < _SURE


def _interrupts(field: Field, text: str, intent: str, confidence: float, fits: bool) -> bool:
    sure, question = confidence >= _SURE, is_question(text)
    if field == "confirmed":
        return not _is_yes_or_no(text, intent, confidence) and (question or (sure and intent not in _SAYS_NOTHING_ELSE))
    if fits or (field in ("preferred_time", "time") and _TIME_WORD.search(text)):
        about_something_else = sure and intent not in _SAYS_NOTHING_ELSE | _ABOUT_TIMES
        asks_for_facts = bool(_ASKS_FOR_FACTS.match(text)) or about_something_else
        return question and asks_for_facts and not _ASKS_FOR_TIME.search(text)
    if intent == "book_appointment" and field in ("reason", "preferred_time", "time"):
        return bool(_BARE_WISH.match(text))
    if field == "reason":
        return question or (sure and intent in _CHITCHAT) or (confidence >= 0.8 and intent == "talk_to_person")
    return question or (sure and intent not in _SAYS_NOTHING_ELSE)


def _is_yes_or_no(text: str, intent: str, confidence: float) -> bool:
    try:
        read_confirmation(text, intent, confidence)
    except FieldError:
        return False
    return True
