"""Personal things that have a form of their own: addresses of mail, web and street, numbers, dates of birth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from clinic.privacy.model import Finding, PersonalKind

# Each begins where a word does and repeats a bounded number of times: hostile texts cost no more than others.
_PART = r"[^\s@<>(),;:\"'\[\]]"
_EMAIL = re.compile(rf"(?<!{_PART}){_PART}{{1,64}}@{_PART}{{1,250}}\.[^\s@<>(),;:\"'\[\].!?]{{1,60}}", re.IGNORECASE)
_EMAIL_SPOKEN = re.compile(
    r"\b(?!(?:me|us|him|her|them|it|mail|email|reached?|look|looking|worked?|live)\b)[\w+-]{1,64}"
    r"(?:(?:\.| dot )[\w+-]{1,64}){0,4} ?(?:\bat\b|\(at\)|\[at\])"
    r" ?[\w-]{1,60}(?: ?(?: dot |\(dot\)|\[dot\]) ?[\w-]{1,60}){0,3}"
    r"(?: ?(?:\.| dot |\(dot\)|\[dot\]) ?)(?:com|org|net|edu|gov|info|co|uk|us|de|me|io)\b",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w@.])@[A-Za-z_]\w{2,}")
_LINK = re.compile(
    r"\b(?:https?://|www\.)[^\s<>\"]+[^\s<>\".,;:!?)]"
    r"|(?<![\w@.-])(?:[a-z0-9-]{1,63}\.){1,6}(?:com|org|net|edu|gov|info|io|health|clinic|co\.uk)\b(?:/[^\s<>\"]*[^\s<>\".,;:!?)])?",
    re.IGNORECASE,
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY, _YEAR = r"(?:the )?\d{1,2}(?:st|nd|rd|th)?(?: of)?", r"(?:19|20)\d\d"
_DATE = (
    rf"(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:{_YEAR}|\d\d)|{_YEAR}[/.-]\d{{1,2}}[/.-]\d{{1,2}}"
    rf"|{_DAY}[ -]{_MONTH},?[ -]{_YEAR}|{_MONTH} {_DAY},? {_YEAR})(?!\d)"
)
# A full date is somebody's own, of birth or of an operation; dates of visits to come are said without the year.
_FULL_DATE = re.compile(rf"(?<![\d/.-]){_DATE}", re.IGNORECASE)
_BORN = re.compile(
    r"\b(?:born|birth ?da(?:te|y)|date of birth|d\.?o\.?b\.?|bday|b-day)\b[\s:,.]*(?:is|was|on|in|the|\s)*"
    rf"(?P<date>{_DATE}|{_DAY} {_MONTH}|{_MONTH} {_DAY}|'?\d\d\b|{_YEAR}|[\d/. -]{{4,10}}\d)",
    re.IGNORECASE,
)
_STREET = (
    r"(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|place|pl|way|terrace|ter|circle|cir|highway"
    r"|hwy|parkway|pkwy|square|sq|trail|trl|alley|crescent|close|row|loop|turnpike|pike)"
)
# No part of a street's name: "5 nights in a row", "I am 45 and drive a van".
_NO_STREET = (
    r"(?!(?:the|a|an|and|or|in|i|i'm|to|of|on|my|me|we|is|am|was|for|with|from|at|by|go|get|getting|can|do|not|so|hours?|days?"
    r"|nights?|weeks?|months?|years?|times?|minutes?|mg|pills?|people|percent|am|pm|%)\b)"
)
_UNIT = r"(?:,? (?:apt|apartment|unit|suite|ste|floor|fl|#)\.? ?#? ?[\w-]+)"
_STATE = (
    r"(?-i:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]"
    r"|W[AIVY])"
)
_TOWN = rf"(?:,? (?:[A-Z][\w.]{{1,30}} ?){{1,3}},? {_STATE}\b(?: \d{{5}}(?:-\d{{4}})?)?)"
_ADDRESS = re.compile(
    rf"\b\d{{1,6}}[a-z]? (?:[nsew]\.? |north |south |east |west )?(?:{_NO_STREET}[\w.'’]{{1,30}} ){{1,4}}?"
    rf"{_STREET}\b\.?{_UNIT}?{_TOWN}?"
    rf"|\bp\.? ?o\.? ?box \d+{_TOWN}?|\b{_STATE},? \d{{5}}(?:-\d{{4}})?\b"
    r"|\b(?:zip|postal|post)(?: ?code)?(?: is|:)? (?P<zip>\d{5}(?:-\d{4})?|[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2})\b"
    r"|\b(?-i:[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})\b",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?:(?<![\d$.-])\+?(?:\(\d{2,4}\)|\d)(?:[ .()/-]{0,2}\d){6,14}(?!\d)|\b\d{3}[-. ]\d{4}\b)"
    r"(?:,? ?(?:ext|extension|x)\.? ?\d{1,5}\b)?",
    re.IGNORECASE,
)
_DIGIT_WORD = r"(?:zero|oh|o|one|two|three|four|five|six|seven|eight|nine|double|triple)"
_PHONE_IN_WORDS = re.compile(rf"\b(?:{_DIGIT_WORD}[\s,.-]{{1,3}}){{6,14}}{_DIGIT_WORD}\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"\b\d{3}-\d{2}-\d{4}\b"  # social security
    r"|(?<![\d$.,-])\d(?:[ -]?\d){5,40}"
    r"|\b(?=[A-Z\d-]*[A-Z])(?=(?:[A-Z-]*\d){3})[A-Z\d]{1,6}(?:-[A-Z\d]{2,12}){1,4}\b"  # AB-12345678, 1EG4-TE5-MK73
    r"|\b(?=[A-Z]*\d)(?=(?:[A-Z]*\d){4})[A-Z\d]{7,}\b"  # XQH482991003
    r"|\b(?=[A-Z\d]*\d)(?=[A-Z\d]*[A-Z])[A-Z\d]{4}-[A-Z\d]{4}\b"  # a reference of ours
)
_CALLED_NUMBER = re.compile(
    r"\b(?:account|member|patient|policy|insurance|medicare|medicaid|chart|record|case|claim|group|licen[sc]e|passport"
    r"|reference|confirmation|booking|appointment|mrn|ssn|id)\b(?: ?(?:number|num|no|nr|id|code|#)\b\.?)*"
    r"(?: is| was|:| #|#)* ?#?(?P<number>(?=[a-z-]*\d)[a-z\d][a-z\d-]{3,})\b",
    re.IGNORECASE,
)
_OWN_REFERENCE = re.compile(r"\b(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z\d]{8}\b")
_ROUND = re.compile(r"[1-9]0*|[1-9]\d?(?:000)+")


def structured(text: str) -> Iterator[Finding]:
    """Whatever has a form of its own."""
    for kind, expressions in _WHOLE.items():
        for match in chain.from_iterable(expression.finditer(text) for expression in expressions):
            yield Finding(match.start(), match.end(), kind)
    for kind, group, expression in _PARTS:
        for match in expression.finditer(text):
            part = group if match[group] else 0
            yield Finding(match.start(part), match.end(part), kind)
    for match in chain(_PHONE.finditer(text), _NUMBER.finditer(text)):
        if not _ROUND.fullmatch(match[0]):
            yield Finding(match.start(), match.end(), _kind_of_digits(match[0]))


def _kind_of_digits(found: str) -> PersonalKind:
    digits = sum(character.isdigit() for character in re.split("[ex]", found)[0])
    is_phone = not re.search("[A-Z]", found) and (digits in (7, 10, 11) or found[0] in "+(")
    return PersonalKind.PHONE if is_phone else PersonalKind.NUMBER


_WHOLE = {
    PersonalKind.EMAIL: (_EMAIL, _EMAIL_SPOKEN),
    PersonalKind.LINK: (_LINK, _HANDLE),
    PersonalKind.BIRTH_DATE: (_FULL_DATE,),
    PersonalKind.PHONE: (_PHONE_IN_WORDS,),
    PersonalKind.NUMBER: (_OWN_REFERENCE,),
}
_PARTS = (
    (PersonalKind.BIRTH_DATE, "date", _BORN),
    (PersonalKind.NUMBER, "number", _CALLED_NUMBER),
    (PersonalKind.ADDRESS, "zip", _ADDRESS),
)
