"""Reading what a patient typed into the fields of a request; each reader returns the value or raises a `FieldError`."""

from __future__ import annotations

import re
from typing import Literal

from clinic.booking.errors import ConfirmationUnclear, ReasonMissing, ReasonTooLong, TimeMissing, TimeTooLong
from clinic.booking.model import read_reference
from clinic.booking.names import read_name
from clinic.intake import FieldError, read_contact
from clinic.intake.said import said, tidy

__all__ = [
    "Field", "read_confirmation", "read_field", "read_name", "read_preferred_time", "read_reason",
]  # fmt: skip

FREE_TEXT_CHARACTERS = 200
Field = Literal[
    "visit_type", "clinician", "time", "name", "contact", "reason", "preferred_time", "reference", "confirmed"
]

_BOOK_IT = r"(?:please )?(?:(?:go ahead|do)(?: and)? )?(?:book|send|confirm|take) (?:it|that|this|me in)\b"
_YES = re.compile(
    rf"^(?:(?:ok|okay|perfect|great|sure|please|good|fine)[\s,.!]+)*{_BOOK_IT}|"
    r"^(?:(?:yes|yeah|yep|yup|yea|correct|confirmed?|that'?s (?:right|correct)|(?:all|looks|sounds) good)\b"
    r"|(?:y|ya|k|ok|okay|sure|right|fine|perfect)"
    r"(?:[\s,.!]+(?:thanks?|thank you|please|send it|go ahead|that'?s right))?[\s.!]*$)",
    re.IGNORECASE,
)
_NO = re.compile(
    r"^(?:n|no|nope|nah|wrong|incorrect|not (?:right|correct|quite)|that'?s (?:wrong|not right))\b", re.IGNORECASE
)
# A yes with any of these asks for a change first: nothing may be sent on it.
_RESERVATION = re.compile(
    r"\b(?:but|except|wrong|not|change|instead|wait|rather|only|if|stop|cancel|make|move|another|other|different"
    r"|with(?! (?:it|that|this)\b))\b|n't\b|\?",
    re.IGNORECASE,
)
_UNSURE = re.compile(r"\b(?:maybe|perhaps|possibly|not sure|unsure|don'?t know|dunno|hm+)\b", re.IGNORECASE)
_SURE = 0.6


def read_field(field: Field, text: str, *, region: str, intent: str, confidence: float) -> str | bool:
    """The field's value in the form a slot holds; raises the field's own `FieldError`.

    Not for "visit_type", "clinician" and "time", which depend on what the clinic has: `KeyError`.
    """
    match field:
        case "reference":
            return read_reference(text)
        case "name":
            return read_name(text)
        case "contact":
            return read_contact(text, region).value
        case "reason":
            return read_reason(text)
        case "preferred_time":
            return read_preferred_time(text)
        case "confirmed":
            return read_confirmation(text, intent, confidence)
        case _:
            raise KeyError(field)


def read_reason(text: str) -> str:
    """The reason for the visit, in the patient's words."""
    return _free_text(text, ReasonMissing, ReasonTooLong)


def read_preferred_time(text: str) -> str:
    """When the patient would like to come, in the patient's words."""
    return _free_text(text, TimeMissing, TimeTooLong)


def read_confirmation(text: str, intent: str = "", confidence: float = 0.0) -> bool:
    """Yes or no to the read-back, by words or by what the classifier is sure of; anything else is not guessed."""
    found = tidy(text)
    if not found or _UNSURE.search(found):
        raise ConfirmationUnclear("the answer is neither yes nor no")
    if _NO.match(found) or (intent == "deny" and confidence >= _SURE):
        return False
    if not _RESERVATION.search(found) and (_YES.match(found) or (intent == "affirm" and confidence >= _SURE)):
        return True
    raise ConfirmationUnclear("the answer is neither yes nor no")


def _free_text(text: str, missing: type[FieldError], too_long: type[FieldError]) -> str:
    found = said(text, missing)
    if len(found) < 2:
        raise missing("the answer is too short")
    if len(found) > FREE_TEXT_CHARACTERS:
        raise too_long("the answer is too long")
    return found
