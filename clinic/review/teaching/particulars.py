"""Takes out of a text what is no name and still tells who somebody is: ages, dates, places, sums, times."""

from __future__ import annotations

import re

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|march|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
_COUNT = (
    r"(?:\d+|a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|several)"
)
_DAY = (
    rf"(?:{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?|\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}(?: \d{{4}})?)"
)
_DATE = (
    rf"(?:{_DAY}|(?:last |next |this )?(?:{_WEEKDAY}|{_MONTH})(?: \d{{4}})?|(?:19|20)\d\d|\d{{1,2}}/\d{{1,2}}(?:/\d+)?)"
)
_PLACE = r"(?:[A-Z][\w.'’-]+(?: (?:[A-Z][\w.'’-]+|of|the))*)"
# Words with a capital that are no place: of the illness and of this clinic's trade.
_NO_PLACE = r"(?!(?:RLS|PLMD|PLMS|DVT|MRI|ADHD|CBD|I|I'm|Willis|Ekbom|Parkinson|Restless|English|Medicare|Medicaid)\b)"


def _of(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_STEPS: tuple[tuple[re.Pattern[str], str], ...] = (
    # "since March 3" and "for 12 years" tell that it is long ago, and that is enough
    (_of(rf"\b(?:ever )?since (?:about |around )?{_DATE}"), "for a while"),
    (_of(rf"\b(?:for|since) (?:about |around |over |the (?:last|past) |more than |nearly |almost )?{_COUNT}"
         r" (?:day|week|month|year|decade)s?\b(?: (?:now|already))?"), "for a while"),
    (_of(rf"\b(?:on|in|until|till|by|from|before|after|around) (?:the )?{_DATE}(?!\w)"), ""),
    (_of(rf"\b{_COUNT} (?:day|week|month|year)s? ago\b"), "a while ago"),
    (_of(rf"(?<!\w){_DAY}(?!\w)"), ""),
    (_of(r"\b(?:i am|i'm|im|she is|she's|he is|he's|,) ?(?:a )?\d{1,3}(?:[ -](?:years?|yrs?)[ -]old|[ -]?y/?o|(?=[ ,]))"
         r"(?: (?:male|female|man|woman|f|m)\b)?(?: and\b)?"), ""),
    (_of(r"\b\d{1,3}[ -](?:years?|yrs?)[ -]old\b|\bat (?:the )?age (?:of )?\d{1,3}\b|\baged? \d{1,3}\b"), ""),
    (_of(r"\(\s*\d{1,3}\s*[mf]?\s*\)"), ""),
    (_of(r"\b(?:at|around|about) \d{1,2}(?::\d\d)? ?(?:am|pm|a\.m\.|p\.m\.|o'clock)"), "at some hour"),
    (_of(r"\$ ?\d[\d,.]*|\b\d[\d,.]* ?(?:dollars|bucks|usd)\b"), "some money"),
    (_of(r"\b(?:of )?\d+(?:\.\d+)? ?(?:mg|mcg|milligrams?|micrograms?|ng/ml|ml)\b"), ""),
    (_of(r"\b(?:room|unit|ward|bed) \d+\w?\b"), ""),
    # places stand with a capital; what a sentence begins with has no preposition before it
    (re.compile(rf"\b(?:[Hh]ere |[Oo]ver )?(?:in|near|from|outside) {_NO_PLACE}{_PLACE}"
                r"(?:, ?[A-Z]{2}\b|, ?[A-Z][a-z]+)?"), ""),
    (re.compile(rf"\b(at|to|by|with) (?:the |my )?{_NO_PLACE}{_PLACE}"
                r" (?:[Hh]ospital|[Cc]linic|[Cc]enter|[Mm]edical\b\w*)"), r"\1 another clinic"),
)  # fmt: skip


def without_particulars(text: str) -> str:
    """The text with neutral words, or none, for ages, dates, places, doses and sums."""
    for expression, neutral in _STEPS:
        text = expression.sub(neutral, text)
    return text


def particulars_in(text: str) -> list[str]:
    """What of this stands in a text."""
    return [match[0].strip() for expression, _ in _STEPS for match in expression.finditer(text)]
