"""A message in the middle of a booking that puts an earlier answer right."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import cast

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
    "clinician": re.compile(rf"{_OTHER} (?:doctor|clinician|provider)\b", re.IGNORECASE),
    "visit_type": re.compile(rf"{_OTHER} (?:kind|type|sort|visit type)(?: of (?:a )?visit)?\b", re.IGNORECASE),
}


_BESIDE_A_TIME = frozenset((
    "at", "on", "in", "the", "this", "next", "to", "around", "about", "please", "instead", "would", "be", "better",
    "then", "and", "or", "half", "past", "am", "pm",
))  # fmt: skip
_IS_WRONG = re.compile(
    r"^(?:wrong|incorrect|not (?:right|correct)|misspell?ed|spel(?:led|t) wrong|a mistake|a typo)\b", re.IGNORECASE
)
_PART_OF_A_NAME = re.compile(r"\b(?:first|last) name|\bsurname", re.IGNORECASE)
_YES_BUT = re.compile(r"^(?:yes|yeah|ok|okay|fine|good|right)[\s,.!]+(?:but|only)\b\s*", re.IGNORECASE)
_WISHES_A_TIME = re.compile(
    r"^(?:(?:can|could|may) (?:we|you|i) )?(?:please )?(?:do|make it|have|move it to|come|switch to|take)\b\s*",
    re.IGNORECASE,
)
_POLITE = re.compile(r"\b(?:see you|thanks?|thank you|great|perfect|lovely)\b", re.IGNORECASE)
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
    found, others = tidy(text), [field for field in answered if field != asked]
    return _named(found, others) or _asked_again(found, others) or _by_its_value(found, asked, others)


def _named(text: str, others: Collection[str]) -> Correction | None:
    """A field by its name: "my phone is ...", "the reason is wrong"."""
    for field, pattern in _NAMED.items():
        match = pattern.search(text)
        if match is None or field not in others or (field != "reason" and text.endswith("?")):
            continue
        is_without_value = _IS_WRONG.match(match["value"]) or (field == "name" and _PART_OF_A_NAME.search(match[0]))
        value = None if is_without_value else text if field == "contact" else match["value"]
        return Correction(cast(Field, field), value)
    return None


def _asked_again(text: str, others: Collection[str]) -> Correction | None:
    """No value to go with it: "another time", "the wrong doctor"."""
    for field, pattern in _ASKED_AGAIN.items():
        beside, times = pattern.subn(" ", text)
        if times and field in others and not tells_a_time(beside):
            return Correction(field, None)
    return None


def _by_its_value(text: str, asked: Field, others: Collection[str]) -> Correction | None:
    """A contact or a time after a word of correction ("no, Thursday"); at the read-back also a time alone."""
    time_field: Field = "time" if "time" in others else "preferred_time"
    cue = _CORRECTS.match(text) or (_YES_BUT.match(text) if asked == "confirmed" else None)
    rest = text[cue.end() :] if cue else text
    if _holds_a_contact(rest):
        return Correction("contact", rest) if cue and "contact" in others else None
    if time_field not in others or not tells_a_time(rest):
        return None
    if time_field == "preferred_time" and is_question(rest):
        return None  # staff cannot be asked here; of real times it can be shown whether they are free
    if asked == "confirmed":
        wished = _WISHES_A_TIME.sub("", rest).rstrip(" ?") if cue or _WISHES_A_TIME.match(rest) else rest
        return Correction(time_field, wished) if cue or wished != rest or _is_bare(rest) else None
    return Correction(time_field, rest) if cue and _is_time_alone(rest) else None


def _is_bare(text: str) -> bool:
    """Whether a message at the read-back is a time and little else: "Thursday at 3 instead", not a yes, not a story."""
    says_more = is_question(text) or _YES_OR_NO.match(text) or _POLITE.search(text)
    return len(text.split()) <= _BARE_WORDS and not says_more


def _is_time_alone(text: str) -> bool:
    """Whether a text is a time with a number or the name of a day, and no other word; "June Carter" is not."""
    words = re.findall(r"[a-z']+", text.lower())
    return all(word in _BESIDE_A_TIME or tells_a_time(word) for word in words) and bool(re.search(r"\d|day\b", text))


def _holds_a_contact(text: str) -> bool:
    try:
        read_contact(text)
    except FieldError:
        return False
    return True
