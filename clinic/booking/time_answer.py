"""What a visitor answers when times are shown: one of them, other ones, or a wish of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from clinic.booking.availability import TimeSlot
from clinic.booking.dates import read_wish
from clinic.booking.errors import TimeMissing, TimeUnclear
from clinic.booking.spoken_times import in_full, in_short
from clinic.booking.wish import ANY_TIME, Wish
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
    """Further times of the same kind; `earlier` or `later` than the shown ones, where that was said."""

    earlier: bool = False
    later: bool = False


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
_THE_SOONEST = re.compile(
    rf"^{_POLITE}(?:the )?(?:earliest|soonest|next){_ONE}[\s.!]*(?:please)?[\s.!]*$", re.IGNORECASE
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
_EARLIER, _LATER = (re.compile(rf"\b{word}\b", re.IGNORECASE) for word in ("(?:earlier|sooner)", "later"))
_NUMBER = re.compile(r"\d+")
_BARE_HOUR = re.compile(
    r"\b(?:at|do|for|about|around|make it|is|maybe) (?P<hour>1[0-2]|[1-9])(?::00)?\b|^\W*(?P<alone>1[0-2]|[6-9])\b"
    r"|\b(?P<instead>1[0-2]|[1-9])(?= instead\b)",
    re.IGNORECASE,
)
_MOST_CHARACTERS = 300


def read_time_answer(text: str, shown: Sequence[TimeSlot], before: Wish, now: datetime, zone: ZoneInfo) -> TimeAnswer:
    """The answer to the times `shown`; `before`: the wish they fit; `now`: the clinic's wall clock.

    Part of a former wish holds on where the new one says nothing about it: "mornings only" keeps the day, "and on
    Wednesday?" keeps the part of the day. Raises what `read_wish` raises.
    """
    found = said(text, TimeMissing)
    if len(found) > _MOST_CHARACTERS:
        raise TimeUnclear("too long for a time")
    picked = _picked(found, shown, zone)
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
    if _EARLIER.search(text) or _LATER.search(text):
        return MoreTimes(earlier=bool(_EARLIER.search(text)), later=bool(_LATER.search(text)))
    if _MORE.search(text):
        return MoreTimes()
    hour = _BARE_HOUR.search(text)
    if hour is None or len(_NUMBER.findall(text)) > 1:
        raise TimeUnclear("nothing about a time was understood")
    number = next(found for found in hour.groupdict().values() if found)
    return Search(_together(read_wish(f"at {number}", now), before))


def _picked(text: str, shown: Sequence[TimeSlot], zone: ZoneInfo) -> TimeSlot | None:
    """The time that is named as it was shown, or by its place; raises `TimeUnclear` for a place that has none."""
    words = tidy(text).casefold()
    for slot in shown:
        local = slot.start.astimezone(zone)
        if words.startswith((in_short(local).casefold(), in_full(local).casefold())):
            return slot
    if not shown:
        return None
    if _THE_SOONEST.match(text):
        return shown[0]
    ordinal = _ORDINAL.match(text)
    if ordinal is None:
        return None
    number = _ORDINALS[ordinal["which"].lower()]
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
