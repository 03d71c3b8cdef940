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


@dataclass(frozen=True)
class Correction:
    """The field that is put right, and the words that hold its new value."""

    field: Field
    said: str


def correction(asked: Field, text: str, answered: Collection[str]) -> Correction | None:
    """What a message puts right while `asked` is asked for; `None` where it corrects nothing.

    `answered`: the fields that already hold a value; only they can be corrected.
    """
    found = tidy(text)
    for field, pattern in _NAMED.items():
        match = pattern.search(found)
        if match and field != asked and field in answered and not found.endswith("?"):
            return Correction(field, found if field == "contact" else match["value"])  # type: ignore[arg-type]
    cue = _CORRECTS.match(found)
    if cue is None:
        return None
    rest = found[cue.end() :]
    if asked != "contact" and "contact" in answered and _holds_a_contact(rest):
        return Correction("contact", rest)
    if asked != "preferred_time" and "preferred_time" in answered and tells_a_time(rest) and not is_question(rest):
        return Correction("preferred_time", rest)
    return None


def _holds_a_contact(text: str) -> bool:
    try:
        read_contact(text)
    except FieldError:
        return False
    return True
