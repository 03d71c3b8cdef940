"""What a visitor answers when times are shown: one of them, other ones, or a wish of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from clinic.booking.answer_or_question import tells_a_time
from clinic.booking.availability import TimeSlot
from clinic.booking.calendar_dates import MONTH
from clinic.booking.dates import read_wish
from clinic.booking.day_phrases import DAY_STEM
from clinic.booking.errors import TimeMissing, TimeUnclear
from clinic.booking.spoken_times import in_full, in_short
from clinic.booking.wish import ANY_TIME, Wish
from clinic.intake import FieldError
from clinic.intake.said import said, tidy


@dataclass(frozen=True)
class Pick:
    """One of the times that were shown."""

    slot: TimeSlot


@dataclass(frozen=True)
class Search:
    """Times that fit a wish; `with_anyone`: whichever clinician."""

    wish: Wish
    with_anyone: bool = False


@dataclass(frozen=True)
class MoreTimes:
    """Further times of the same kind; `earlier` or `later` than the shown ones, or on another day, if that was said."""

    earlier: bool = False
    later: bool = False
    other_day: bool = False


@dataclass(frozen=True)
class JoinWaitingList:
    """None of them: to be told when one comes free."""


TimeAnswer = Pick | Search | MoreTimes | JoinWaitingList

_POLITE = (
    r"(?:(?:please|thanks|thank you|ok|okay|yes|no|um|hmm"
    r"|i'?ll take|i'?d like|i want|let'?s (?:do|take)|take)[\s,.!]+)*"
)
_ORDINALS = {
    **dict.fromkeys(("first", "1st", "1", "one", "top"), 0),
    **dict.fromkeys(("second", "2nd", "2", "two"), 1),
    **dict.fromkeys(("third", "3rd", "3", "three"), 2),
    **dict.fromkeys(("fourth", "4th", "4", "four"), 3),
    **dict.fromkeys(("fifth", "5th", "5", "five"), 4),
    **dict.fromkeys(("last", "bottom"), -1),
}
_ONE = r"(?: (?:one|time|slot|option|of (?:them|those|these)))?"
_ORDINAL = re.compile(
    rf"^{_POLITE}(?:the |number |no\.? ?|option |#)?(?P<which>{'|'.join(_ORDINALS)}){_ONE}"
    r"(?:[\s,.!]+(?:please|thanks|works|is (?:good|fine)))*[\s.!]*$",
    re.IGNORECASE,
)
# Within a longer answer a place counts only with "the" before and "one" behind it.
_ORDINAL_WITHIN = re.compile(
    rf"\bt[he]{{2}} (?P<which>{'|'.join(word for word in _ORDINALS if word.isalpha())}|latest|earliest|soonest)"
    r" (?:one|time|slot|of (?:them|those|these))\b",
    re.IGNORECASE,
)
_ENDS = {"latest": -1, "earliest": 0, "soonest": 0}
_THE_SOONEST = re.compile(
    rf"^{_POLITE}(?:just )?(?:the )?(?P<end>earliest|soonest|next|latest){_ONE}(?: (?:you have|possible|then))*"
    r"[\s.!]*(?:please|thanks|then)?[\s.!]*$",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\b(?:more|(?:an)?other|different|further|additional|else)\b.*\b(?:times?|options?|slots?|dates?|days?|ones?)\b"
    r"|^\W*(?:any |show |see |give me )?(?:me )?(?:more|others?|next|(?:some|any)thing else|what else)"
    r"\W*(?:please)?\W*$"
    r"|\bnone of (?:these|those|them)\b|\b(?:these|those|they) (?:do not|don'?t|won'?t) work\b"
    r"|\bnothing (?:there|here) (?:works|fits|suits)\b|\banything else\b",
    re.IGNORECASE,
)
_WAITING_LIST = re.compile(
    r"\bwait(?:ing)?[- ]?list\b"
    r"|\b(?:tell|let|notify|mail|email) me (?:know )?(?:when|if|once) .*\b(?:opens?|free|cancel\w*|available)\b",
    re.IGNORECASE,
)
_SEER = r"(?:doctor|clinician|provider)"
_WITH_ANYONE = re.compile(
    rf"\b(?:any ?one|any ?body|whoever|any {_SEER}|(?:another|other|different) {_SEER}s?)\b", re.IGNORECASE
)
_THAT_DAY = r"(?: (?:in the day|(?:on )?(?:that|the same) day))?"
_EARLIER, _LATER = (
    re.compile(rf"\b(?:{words}){_THAT_DAY}\b", re.IGNORECASE)
    for words in ("earlier|sooner|(?:too|all|so) late", "later|too (?:early|soon)")
)
_OTHER_DAY = re.compile(r"\b(?:days?|dates?)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_BARE_HOUR = re.compile(
    r"\b(?:at|do|for|about|around|make it|is|maybe) (?P<hour>1[0-2]|[1-9])(?::00)?\b|^\W*(?P<alone>1[0-2]|[6-9])\b"
    r"|\b(?P<instead>1[0-2]|[1-9])(?= instead\b)",
    re.IGNORECASE,
)
_ONLY_A_NUMBER = re.compile(r"^\W*(?P<hour>1[0-2]|[1-9])\W*$")
_DAY_NAME = re.compile(rf"\b(?:{DAY_STEM})(?:day)?\b", re.IGNORECASE)
_DATE_OR_NEXT = re.compile(rf"\bnext\b|\b{MONTH}\b|\d+(?:st|nd|rd|th)\b|\d/\d", re.IGNORECASE)
_MOST_CHARACTERS = 300


def read_time_answer(text: str, shown: Sequence[TimeSlot], before: Wish, now: datetime, zone: ZoneInfo) -> TimeAnswer:
    """The answer to the times `shown`; `before`: the wish they fit; `now`: the clinic's wall clock.

    Part of a former wish holds on where the new one says nothing about it: "mornings only" keeps the day, "and on
    Wednesday?" keeps the part of the day. Raises what `read_wish` raises.
    """
    found = said(text, TimeMissing)
    if len(found) > _MOST_CHARACTERS:
        raise TimeUnclear("too long for a time")
    picked = _picked(found, shown, now, zone)
    if picked is not None:
        return Pick(picked)
    if _WAITING_LIST.search(found):
        return JoinWaitingList()
    with_anyone = bool(_WITH_ANYONE.search(found))
    try:
        wish = read_wish(_WITH_ANYONE.sub(" ", found) if with_anyone else found, now)
    except TimeUnclear:
        return _without_a_wish(found, before, now, with_anyone)
    return Search(_together(wish, before), with_anyone)


def _without_a_wish(text: str, before: Wish, now: datetime, with_anyone: bool) -> TimeAnswer:
    """What else it may be: others, earlier or later ones, or the bare hour of the day that is spoken of."""
    if with_anyone:
        return Search(before, with_anyone=True)
    earlier, later = _EARLIER.search(text), _LATER.search(text)
    if earlier or later:
        if tells_a_time(_LATER.sub(" ", _EARLIER.sub(" ", text))):
            raise TimeUnclear("earlier or later than what")
        return MoreTimes(earlier=bool(earlier), later=bool(later))
    if _MORE.search(text):
        return MoreTimes(other_day=bool(_OTHER_DAY.search(text)))
    hour = _BARE_HOUR.search(text)
    if hour is None or len(_NUMBER.findall(text)) > 1:
        raise TimeUnclear("nothing about a time was understood")
    number = next(found for found in hour.groupdict().values() if found)
    return Search(_together(read_wish(f"at {number}", now), before))


def _named(text: str, shown: Sequence[TimeSlot], now: datetime, zone: ZoneInfo) -> TimeSlot | None:
    """The one shown time with the clock that is named, and with the day where one is: "Monday at 9", "the 3 pm one".

    "Monday" is the Monday that is shown, although said alone it would be the coming one.
    """
    wish = _clock_wish(text, now)
    if wish is None or wish.at is None or (wish.weekdays and len(wish.weekdays) > 1) or wish.first_day != wish.last_day:
        return None
    found = [slot for slot in shown if slot.start.astimezone(zone).time() == wish.at]
    if wish.first_day is not None:
        is_name_alone = _DAY_NAME.search(text) and not _DATE_OR_NEXT.search(text)
        found = [slot for slot in found if _is_on(slot.start.astimezone(zone).date(), wish.first_day, is_name_alone)]
    return found[0] if found and all(slot.start == found[0].start for slot in found) else None


def _clock_wish(text: str, now: datetime) -> Wish | None:
    """The wish in a text; a bare number is an hour before it is a place: "2" where 2:00 PM is shown."""
    bare = _ONLY_A_NUMBER.match(text)
    try:
        return read_wish(f"at {bare['hour']}" if bare else text, now)
    except FieldError:
        return None


def _place(text: str) -> int | None:
    """The place in what was shown that an answer names, from 0; -1 is the last."""
    end = _THE_SOONEST.match(text)
    if end is not None:
        return _ENDS.get(end["end"].lower(), 0)
    ordinal = _ORDINAL.match(text)
    if ordinal is None and not tells_a_time(_ORDINAL_WITHIN.sub(" ", text)):
        ordinal = _ORDINAL_WITHIN.search(text)
    return None if ordinal is None else {**_ORDINALS, **_ENDS}[ordinal["which"].lower()]


def _is_on(day: date, wished: date, is_name_alone: object) -> bool:
    return day == wished or bool(is_name_alone and day.weekday() == wished.weekday())


def _picked(text: str, shown: Sequence[TimeSlot], now: datetime, zone: ZoneInfo) -> TimeSlot | None:
    """The time that is named as it was shown, or by its place; raises `TimeUnclear` for a place that has none."""
    words = tidy(text).casefold()
    for slot in shown:
        local = slot.start.astimezone(zone)
        if words.startswith((in_short(local).casefold(), in_full(local).casefold())):
            return slot
    if not shown:
        return None
    named = _named(text, shown, now, zone)
    if named is not None:
        return named
    number = _place(text)
    if number is None:
        return None
    if number >= len(shown):
        raise TimeUnclear("so many times were not shown")
    return shown[number]


def _together(wish: Wish, before: Wish) -> Wish:
    if wish == ANY_TIME:
        return wish
    names_days = wish.first_day or wish.last_day or wish.weekdays
    names_clock = wish.at or wish.from_time or wish.before
    if not names_days:
        return replace(wish, first_day=before.first_day, last_day=before.last_day, weekdays=before.weekdays)
    if not names_clock and before.at is None:
        return replace(wish, from_time=before.from_time, before=before.before)
    return wish
