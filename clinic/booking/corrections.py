"""A message in the middle of a booking that puts an earlier answer right."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from clinic.booking.answer_or_question import is_question, tells_a_time
from clinic.booking.fields import Field
from clinic.intake import FieldError, read_contact
from clinic.intake.said import tidy

_CUE = (
    r"(?:(?:no|nope|oh|oops|sorry|wait|hang on|hold on|actually|correction|i mean|i meant|my mistake"
    r"|on second thoughts?|please|can (?:you|we|i)|could (?:you|we|i)|let'?s|i(?:'d| would) (?:rather|prefer)"
    r"|rather|make (?:it|that)|change (?:it|that|the (?:time|day))? ?(?:to)?|not \w+ but)[\s,.!:-]+)+"
)
_CORRECTS = re.compile(rf"^{_CUE}", re.IGNORECASE)
_IS = r"(?:'s| is| should be|:)"
_NAMED = {
    "name": re.compile(
        r"\b(?:my|the|her|his) (?:(?:full|last|first|correct|right|real) )?(?:sur)?name"
        rf"{_IS}\s+(?P<value>.+)",
        re.IGNORECASE,
    ),
    "contact": re.compile(
        r"\b(?:my|the|her|his|use) (?:(?:new|correct|right|work|home|other) )?"
        r"(?:e-?mail|phone|cell|mobile|number|contact)(?: (?:address|number))?"
        rf"{_IS}?\s+(?P<value>.+)",
        re.IGNORECASE,
    ),
    "reason": re.compile(rf"\b(?:the|my) reason(?: for (?:it|the visit))?{_IS}\s+(?P<value>.+)", re.IGNORECASE),
}
_OTHER = r"\b(?:an?other|(?:a |some )?different|change (?:the|my)|(?:the )?wrong|not (?:that|this)|the other)"
# Without a new value: the field is asked for again.
_ASKED_AGAIN: dict[Field, re.Pattern[str]] = {
    "time": re.compile(rf"{_OTHER} (?:times?|days?|dates?|slots?|hour)\b", re.IGNORECASE),
    "clinician": re.compile(rf"{_OTHER} (?:doctor|clinician|provider|person)\b", re.IGNORECASE),
    "visit_type": re.compile(rf"{_OTHER} (?:kind|type|sort|visit type)(?: of (?:a )?visit)?\b", re.IGNORECASE),
}


_BARE_WORDS = 8
_YES_OR_NO = re.compile(r"^\W*(?:y|yes|yeah|yep|ok|okay|sure|correct|right|n|no|nope)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Correction:
    """The field that is put right, and the words that hold its new value; `None`: it has to be asked for again."""

    field: Field
    said: str | None


def correction(asked: Field, text: str, answered: Collection[str]) -> Correction | None:
    """What a message puts right while `asked` is asked for; `None` where it corrects nothing.

    `answered`: the fields that already hold a value; only they can be corrected.
    """
    found = tidy(text)
    for field, pattern in _NAMED.items():
        match = pattern.search(found)
        if match and field != asked and field in answered and not found.endswith("?"):
            return Correction(field, found if field == "contact" else match["value"])  # type: ignore[arg-type]
    for field, pattern in _ASKED_AGAIN.items():
        if pattern.search(found) and field != asked and field in answered and not tells_a_time(found):
            return Correction(field, None)
    time_field: Field = "time" if "time" in answered else "preferred_time"
    cue = _CORRECTS.match(found)
    if cue is None:
        is_new_time = asked == "confirmed" and time_field in answered and tells_a_time(found) and _is_bare(found)
        return Correction(time_field, found) if is_new_time and not _holds_a_contact(found) else None
    rest = found[cue.end() :]
    if asked != "contact" and "contact" in answered and _holds_a_contact(rest):
        return Correction("contact", rest)
    if asked != time_field and time_field in answered and tells_a_time(rest) and not is_question(rest):
        return Correction(time_field, rest)
    return None


def _is_bare(text: str) -> bool:
    """Whether a message at the read-back is a time and little else: "Thursday at 3 instead", not a yes, not a story."""
    return len(text.split()) <= _BARE_WORDS and not is_question(text) and not _YES_OR_NO.match(text)


def _holds_a_contact(text: str) -> bool:
    try:
        read_contact(text)
    except FieldError:
        return False
    return True
