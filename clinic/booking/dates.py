"""What a patient says about when they would like to come, read into a `Wish`.

No library that was tried reads these phrases without a silent mistake now and then (docs/adr/0018), so the rule here
is: every word that could be about time has been understood, or the patient is asked again.
"""

from __future__ import annotations

import difflib
import re
from datetime import date, datetime, timedelta

from clinic.booking.calendar_dates import MONTH, MONTH_NAMES, Days
from clinic.booking.clock_phrases import DayPart, read_clock
from clinic.booking.day_phrases import DAY_NAMES, DAY_STEM, WEEKDAYS, WEEKEND, read_days
from clinic.booking.errors import TimeInPast, TimeUnclear
from clinic.booking.wish import Wish
from clinic.intake.said import tidy

_NUMBER_WORDS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_FIRST_TO_NINTH = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_TENTH_TO_TWENTIETH = (
    "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth",
    "nineteenth", "twentieth",
)  # fmt: skip
_WRITTEN_OUT = {
    **{word: str(n) for n, word in enumerate(_NUMBER_WORDS)},
    # "First" to "third" stay words: they count weeks and halves. The readers take "21th" as they take "21st".
    **{word: f"{n}th" for n, word in enumerate((*_FIRST_TO_NINTH[3:], *_TENTH_TO_TWENTIETH), start=4)},
    **{f"twenty-{word}": f"{n}th" for n, word in enumerate(_FIRST_TO_NINTH, start=21)},
    "thirtieth": "30th",
    "thirty-first": "31th",
}
_SHORT_FORMS = {
    **dict.fromkeys(("tmrw", "tmr", "tmw", "2moro", "2morrow"), "tomorrow"),
    "tonight": "today evening",
    "aft": "afternoon",
    "noonish": "noon",
    "wk": "week",
    "wks": "weeks",
    "nxt": "next",
    "xmas": "christmas",
}
_DAY_OF = {"first": "1st", "second": "2nd", "third": "3rd"}
# Words whose misspellings are put right.
_SPELT = (
    "tomorrow", "today", "tonight", "yesterday", "morning", "afternoon", "evening", "weekend", "weekday",
    "thanksgiving", "christmas", "before", "after", "between", *DAY_NAMES, *MONTH_NAMES,
)  # fmt: skip


def _pattern(*choices: str) -> re.Pattern[str]:
    return re.compile("|".join(choices), re.IGNORECASE)


# What is told beside the wish, with days and numbers of its own.
_BESIDE = _pattern(
    # an age: "I'm 62", "turned 7", "3 year old", "12 years"; not "I'm 2 pm"
    r"\b(?:i'?m|i am|she'?s|he'?s|aged?|turn(?:ing|ed)?) \d+\b(?! ?(?:[ap]\.?m|o'?clock))",
    r"\b\d+[- ]?(?:years?|yrs?|months?)?[- ]?old\b",
    r"\b\d+ (?:years|yrs)\b",
    # how long it has lasted: "for the last 3 weeks", "since last Monday"
    r"\btoday is \w+\b",
    r"\bfor (?:the (?:last|past) )?(?:about )?\d+ (?:days|weeks|months|years|nights)\b",
    r"\bsince (?:last )?\w+(?: \d+\w*)?\b",
    # what happened when: "I had surgery on October 12"
    r"\b(?:had|was|were|got|did|saw|have been|has been|stopped|started|came)\b[^,.;]*?\b(?:on|in|last|at) "
    rf"(?:[a-z]+ \d+\w*|\d+/\d+(?:/\d+)?|[a-z]+day|week|month|year|{'|'.join(MONTH_NAMES)})\b",
)
_ANY = _pattern(
    # the soonest one
    r"\b(?:as soon as (?:possible|you can|i can)|asap|soonest|right away|soon)\b",
    r"\b(?:the )?(?:earliest|first|next)(?: possible| available)?"
    r" (?:one|time|slot|appointment|opening|date|visit)\b",
    r"\bearliest(?: possible)?\b",
    # whichever
    r"\b(?:any ?time(?! but)|whenever|any (?:day|time|date|slot)(?! but)|no preference|(?:i'?m |i am )?flexible)\b",
    r"\b(?:(?:it )?does(?:n'?t| not) matter|(?:i )?don'?t (?:mind|care))\b",
)
_DAY_OR_WEEKEND = rf"(?:(?:on |the )?(?:{DAY_STEM}|week ?end)(?:day)?s?\b)"
_OTHER_THAN = "except(?: for)?|other than"
_NOT_DAYS = _pattern(
    r"(?:"
    # "any day but", "weekdays except for"
    r"\b(?:any ?(?:day|time)|every ?day|(?:all|any)(?: the)? (?:other )?(?:days?|weekdays?)|weekdays?) "
    rf"(?:but|{_OTHER_THAN}|not(?: on)?)"
    r"|"
    # "not", "but never", "I can't do"
    rf"\b(?:but )?(?:{_OTHER_THAN}|not|never|no|avoid|(?:i )?can(?:'?t| ?not) (?:do|make|come))"
    r")"
    rf"(?: on)? (?P<days>{_DAY_OR_WEEKEND}(?: ?(?:,|or|and|/)+ ?(?:or |and )?{_DAY_OR_WEEKEND})*)"
    r"(?! (?:morning|afternoon|evening|night|at|after|before)\b)",
)
_REST = re.compile(
    r"\b(?:the )?(?:rest|others?|other days?|remaining)(?: of the (?:week|weekdays))?(?: (?:weekdays|days))?\b"
)
# "May" and "march" are other words as well.
_NAMES = (*DAY_NAMES, *(name for name in MONTH_NAMES if name not in ("may", "march")))
# What must not be left over: it is about time and was not understood.
_ABOUT_TIME = _pattern(
    r"\d",
    r"\b(?:first|second|third|fourth|fifth|last) \|",  # before a day that was read: "first Monday"
    rf"\b(?:{'|'.join(_NAMES)}|mon|tues?|wed|thurs?|fri)\b",
    r"\b(?:weeks?|months?|years?|days?|weekend|noon|midnight|mornings?|afternoons?|evenings?|nights?)\b",
    r"\b(?:o'?clock|[ap]m|later|earlier|half|quarter|before|usual time)\b",
    r"\b(?:easter|passover|hanukkah|ramadan|(?:labor|memorial|independence|veterans|columbus|presidents'?) day)\b",
)
# What turns a phrase that was read into another one, and was not read itself: "not tomorrow", "until Friday",
# "Friday at 4 or after", "I'm away next week".
_TURNED = _pattern(
    r"\b(?:not|no|nothing|never|except|unless|after|until|till|by|before|from|starting|every other|away|gone|vacation"
    r"|busy|out of town|unavailable|can(?:'?t| ?not)|won'?t|don'?t)\b[^|§.,;?!]{0,25}[|§]",
    r"[|§] ?(?:on\b(?! \|)|onwards?|(?:or|and) (?:after|before|any)|first|second|third|after next)\b",
    r"[|§] ?(?:(?:is|are) (?:no|not|bad|out|impossible)|(?:is|are|does|do|wo|will)(?:n't| not))\b",
)


# "I work mornings" rules them out, "I take my pill at 3 pm" says nothing: nobody can tell which without asking.
_TOLD = _pattern(
    r"\b(?:i|we|he|she|they)(?:'m| am| usually| always| normally| only| also)* "
    r"(?:work|works|working|take|takes|sleep|sleeps|wake|wakes|teach|study|pick up|have (?:work|class|school|kids))\b"
)


def read_wish(text: str, now: datetime) -> Wish:
    """The times a phrase means; `now` is the clinic's wall clock.

    Raises `TimeUnclear` where it can be read in more than one way or not at all, `TimeInPast`, `NoSuchDay`,
    `NoSuchTime`. The caller reads the time back in full before anything is booked.
    """
    if _TOLD.search(text):
        raise TimeUnclear("it tells of a habit, which may mean the opposite")
    today = now.date()
    left = _BESIDE.sub(" ", _normal(text))
    not_days, left = _days_that_will_not_do(left, today)
    found, left = read_days(left, today)
    clock, left = read_clock(left)
    left, is_any = _ANY.subn(" ", left)
    if _TURNED.search(left) or _ABOUT_TIME.search(_REST.sub(" ", left) if not_days else left):
        raise TimeUnclear("something about the time was not understood")
    if not (found or clock or is_any or not_days):
        raise TimeUnclear("there is no time in it")
    days = _together(found, today)
    if not_days:
        days = _without(days, not_days)
    wish = Wish(days.first, days.last, days.weekdays, clock.from_time, clock.before, clock.at)
    return _ahead(wish, clock, now)


def _normal(text: str) -> str:
    """Lower case, numbers in digits, short forms written out, common misspellings put right."""
    lower = tidy(text).lower().replace("a.m.", "am").replace("p.m.", "pm")
    joined = " ".join(_word(word) for word in re.findall(r"[\w'’:/.-]+|[^\w\s]", lower))
    joined = re.sub(r"\b(?:a|an) (?=week|day|month|2 )", "1 ", joined)
    joined = re.sub(r"\b(\d\d)(\d\d) ?(?:hrs?|hours)\b", r"\1:\2", joined)
    joined = re.sub(r"\b(?:1 )?couple (?:of )?", "2 ", joined)
    joined = re.sub(rf"\b({MONTH}) (first|second|third)\b", lambda m: f"{m[1]} {_DAY_OF[m[2]]}", joined)
    joined = re.sub(rf"\b(first|second|third) (?=of {MONTH}\b)", lambda m: f"{_DAY_OF[m[1]]} ", joined)
    return re.sub(r"(\d) ?([ap]) ?m\b", r"\1\2m", joined)


def _word(word: str) -> str:
    word = word if word in {".", ","} else word.rstrip(".,")
    if word in _SHORT_FORMS:
        return _SHORT_FORMS[word]
    if word in _WRITTEN_OUT:
        return _WRITTEN_OUT[word]
    if len(word) < 5 or not word.isalpha() or word in _SPELT or word.removesuffix("s") in _SPELT:
        return word
    meant = difflib.get_close_matches(word, _SPELT, n=1, cutoff=0.8)
    return meant[0] if meant and meant[0][0] == word[0] else word


def _days_that_will_not_do(text: str, today: date) -> tuple[frozenset[int], str]:
    ruled_out: set[int] = set()
    match = _NOT_DAYS.search(text)
    while match:
        found, _ = read_days(match["days"], today)
        ruled_out.update(*map(_weekdays_of, found))
        text = f"{text[: match.start()]} {text[match.end() :]}"
        match = _NOT_DAYS.search(text)
    return frozenset(ruled_out), text


def _weekdays_of(days: Days) -> frozenset[int]:
    return days.weekdays or frozenset({days.first.weekday()} if days.first else ())


def _without(days: Days, not_days: frozenset[int]) -> Days:
    """Of a clinic's week, unless a day of the weekend was spoken of or other days were named."""
    week = WEEKDAYS | WEEKEND if not_days & WEEKEND else WEEKDAYS
    rest = (days.weekdays or week) - not_days
    if not rest:
        raise TimeUnclear("no day is left")
    return _within(days, rest) if days.first else Days(weekdays=rest)


def _together(found: list[Days], today: date) -> Days:
    """One meaning of all phrases about days, or `TimeUnclear`."""
    ranges = [days for days in found if days.first is not None and not days.is_name]
    names = [days for days in found if days.is_name or days.weekdays is not None]
    if len({(days.first, days.last) for days in ranges}) > 1:
        raise TimeUnclear("two different days")
    weekdays = frozenset[int]().union(*map(_weekdays_of, names))
    if ranges:
        return _within(ranges[0], weekdays) if names else ranges[0]
    if len(names) == 1:
        return _named_alone(names[0], today)
    if names and all(days.is_name for days in names):  # "Monday or Tuesday": the coming ones
        return _within(_coming_week(today), weekdays)
    return Days(weekdays=weekdays or None)


def _named_alone(name: Days, today: date) -> Days:
    if name.is_name and name.weekdays:  # "Monday to Wednesday": the coming ones
        return _within(_coming_week(today), name.weekdays)
    return name


def _coming_week(today: date) -> Days:
    return Days(today + timedelta(days=1), today + timedelta(days=7))


def _within(days: Days, weekdays: frozenset[int]) -> Days:
    """The days of a range that fall on these days of the week; a single day must be one of them."""
    meant = [day for day in days.dates() if day.weekday() in weekdays]
    if not meant:
        raise TimeUnclear("the day of the week is not the date's")
    is_unbroken = (meant[-1] - meant[0]).days + 1 == len(meant)
    return Days(meant[0], meant[-1], None if is_unbroken else weekdays)


def _ahead(wish: Wish, clock: DayPart, now: datetime) -> Wish:
    """The wish itself, or `TimeInPast`."""
    today = now.date()
    if wish.last_day is not None and wish.last_day < today:
        raise TimeInPast("the day is over")
    until = clock.at or clock.before
    if wish.last_day == today and until is not None and until <= now.time():
        raise TimeInPast("the time is over")
    return wish
