"""Times of day in words: "half past two", "after 4", "between 1 and 3", "in the morning". Visits happen by day."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time

from clinic.booking.errors import NoSuchTime, TimeUnclear

NOON = time(12)
AFTER_LUNCH = time(13)
EVENING = time(17)


@dataclass(frozen=True)
class DayPart:
    """Which starts would do: from (included), before (excluded), or one exact time."""

    from_time: time | None = None
    before: time | None = None
    at: time | None = None

    def __bool__(self) -> bool:
        return self != DayPart()


# Takes what a pattern found, and the part of the day that was named elsewhere in the text.
Reader = Callable[[re.Match[str], str | None], DayPart]

_PARTS = {
    "morning": DayPart(before=NOON),
    "afternoon": DayPart(NOON, EVENING),
    "evening": DayPart(EVENING),
    "night": DayPart(EVENING),
}
_PAST_THE_HOUR = {"half past": 30, "quarter past": 15, "quarter after": 15}
_QUARTER_TO = ("quarter to", "quarter of", "quarter till")
_SPOKEN_MINUTES = {"15": 15, "30": 30, "45": 45, "fifteen": 15, "thirty": 30, "forty-five": 45}


def _hour(prefix: str = "") -> str:
    """The pattern of an hour: "2", "2:30", "two thirty" (said as "2 thirty"), "half past 2", "2 pm", "2 o'clock".

    The names of its groups begin with the prefix, so that a pattern can hold two of them.
    """
    half = rf"{'|'.join((*_PAST_THE_HOUR, *_QUARTER_TO))}|\d{{1,2}}(?: minutes?)? (?:past|to)"
    return (
        rf"(?:(?P<{prefix}half>{half}) )?"
        rf"(?P<{prefix}h>\d{{1,2}})"
        rf"(?:[:.](?P<{prefix}m>\d{{2}})|(?P<{prefix}w> (?:{'|'.join(_SPOKEN_MINUTES)})))?"
        rf"(?: ?(?P<{prefix}p>[ap]m|o'?clock)(?![a-z]))?"
    )


def _time(prefix: str = "") -> str:
    """The pattern of an hour, or of a time that has a name."""
    return rf"(?:{_hour(prefix)}|(?P<{prefix}noon>(?:12 )?noon|midday|lunch(?:time)?|work))"


def _wall(match: re.Match[str], prefix: str = "", day_part: str | None = None) -> time:
    """The time a match names. Without am or pm, 1 to 7 are after noon."""
    groups = match.groupdict()
    if named := groups.get(f"{prefix}noon"):
        return EVENING if named == "work" else NOON
    hour, minutes = int(groups[f"{prefix}h"]), int(groups[f"{prefix}m"] or 0)
    minutes += _SPOKEN_MINUTES.get((groups[f"{prefix}w"] or "").strip(), 0)
    if half := groups[f"{prefix}half"]:
        hour, minutes = _past_or_to(half, hour)
    half_day = groups[f"{prefix}p"] or ""
    if not 0 <= hour <= 23 or not 0 <= minutes <= 59 or (half_day in ("am", "pm") and not 0 <= hour <= 12):
        raise NoSuchTime("no clock shows this time")
    return time(_of_24_hours(hour, half_day, day_part), minutes)


def _past_or_to(half: str, hour: int) -> tuple[int, int]:
    """Hour and minutes of "half past", "quarter to", "20 past", "10 minutes to"."""
    if half in _QUARTER_TO:
        return hour - 1, 45
    if half in _PAST_THE_HOUR:
        return hour, _PAST_THE_HOUR[half]
    minutes = int(half.partition(" ")[0])
    return (hour, minutes) if half.endswith("past") else (hour - 1, 60 - minutes)


def _of_24_hours(hour: int, half_day: str, day_part: str | None) -> int:
    if half_day == "am":
        return 0 if hour == 12 else hour
    is_after_noon = half_day == "pm" or _is_after_noon(hour, day_part)
    return hour + 12 if is_after_noon and hour < 12 else hour


def _is_after_noon(hour: int, day_part: str | None) -> bool:
    return day_part in ("afternoon", "evening", "night") if day_part else hour <= 7


def _read_to(match: re.Match[str], day_part: str | None) -> DayPart:
    """A span; but "10 to 4" may be ten minutes before four as well."""
    if " to " in match[0] and int(match["ah"]) in (5, 10, 20, 25) and not (match["ap"] or match["bp"] or match["am"]):
        raise TimeUnclear("a span, or minutes before an hour")
    return _read_between(match, day_part)


def _read_between(match: re.Match[str], day_part: str | None) -> DayPart:
    last = _wall(match, "b", day_part)
    first = _wall(match, "a", _part_of_first(match, last) or day_part)
    if first >= last:
        raise TimeUnclear("the end is before the beginning")
    return DayPart(first, last)


def _part_of_first(match: re.Match[str], last: time) -> str | None:
    """What the am or pm of the end says about the beginning: "1-3 pm" is after noon, "11-1 pm" begins before it."""
    if match["bp"] not in ("am", "pm") or match["ap"] or not match["ah"]:
        return None
    return "afternoon" if last > NOON and int(match["ah"]) <= int(match["bh"]) % 12 else "morning"


def _read_before(match: re.Match[str], day_part: str | None) -> DayPart:
    return DayPart(before=_wall(match, day_part=day_part))


def _read_after(match: re.Match[str], day_part: str | None) -> DayPart:
    is_lunch = match["noon"] in ("lunch", "lunchtime")
    return DayPart(from_time=AFTER_LUNCH if is_lunch else _wall(match, day_part=day_part))


def _read_at(match: re.Match[str], day_part: str | None) -> DayPart:
    return DayPart(at=_wall(match, day_part=day_part))


def _read_alone(match: re.Match[str], day_part: str | None) -> DayPart:
    """A time that is surely one: "2:30", "3pm", "half past two"; a bare "3" may be anything."""
    if not (match["m"] or match["w"] or match["p"] or match["half"]):
        raise TimeUnclear("a number that may or may not be a time")
    return _read_at(match, day_part)


# "Not before 3" is after 3, "not after 3" is before it.
_BEFORE = (
    "no later than", "not after", "not later than", "(?<!not )(?<!nothing )before", "by", "until", "till",
    "(?<!no )(?<!not )(?<!nothing )earlier than", "latest",
)  # fmt: skip
_AFTER = (
    "not before", "no earlier than", "not earlier than", "nothing earlier than", "nothing before", "(?<!not )after",
    "from", "(?<!no )(?<!not )later than", "starting(?: at)?", "earliest",
)  # fmt: skip
_BETWEEN = rf"\b(?:any ?time )?(?:between|from) {_time('a')} ?(?:and|to|-|–|until|till) ?{_time('b')}(?!\w)"
_TO = rf"(?<![\w/]){_hour('a')} ?(?:-|–|to) ?{_hour('b')}(?!\w)"
_HOUR_ALONE = rf"(?<![\w/]){_hour()}(?!\w)"
# A phrase stands before the shorter ones that are a part of it.
_READERS: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(pattern), reader)
    for pattern, reader in (
        (_BETWEEN, _read_between),
        (_TO, _read_to),
        (rf"\b(?:{'|'.join(_BEFORE)}) {_time()}(?!\w)", _read_before),
        (rf"\b(?:any ?(?:time|thing) )?(?:{'|'.join(_AFTER)}) {_time()}(?!\w)(?: on(?:wards?)?\b)?", _read_after),
        (rf"\b{_time()}(?!\w) (?:or later|onwards?|at the earliest)\b", _read_after),
        (rf"\b{_time()}(?!\w) (?:or earlier|at the latest)\b", _read_before),
        (rf"(?:\bat |@ ?|\baround |\babout )(?:around |about )?{_time()}(?!\w)", _read_at),
        (rf"{_HOUR_ALONE}(?= §)", _read_at),
        (_HOUR_ALONE, _read_alone),
        (r"\b(?:12 )?(?P<noon>noon|midday|lunchtime)\b", _read_at),
    )
)
_PART = re.compile(
    r"\b(?:(?:first thing )?(?:in|during) the |first thing (?:in the )?|early |late |mid-?(?!night)|any |this |every )?"
    r"(?P<part>morning|afternoon|evening|(?<!mid)(?<!mid-)night)s?(?: hours)?(?: only)?\b"
)
_AFTER_WORK = re.compile(r"\bafter work\b")


def read_clock(text: str) -> tuple[DayPart, str]:
    """What a text says about the time of day, and the text without it."""
    part = _PART.search(text)
    name = part["part"] if part else None
    if part:
        text = f"{text[: part.start()]}{_mark(part)}{text[part.end() :]}"
        other = _PART.search(text)
        if other and other["part"] != name:
            raise TimeUnclear("two parts of the day")
        text = _PART.sub("|", text)
    text, after_work = _AFTER_WORK.subn("|", text)
    found = [DayPart(EVENING)] if after_work else []
    for pattern, reader in _READERS:
        match = pattern.search(text)
        while match:
            found.append(reader(match, name))
            text = f"{text[: match.start()]}|{text[match.end() :]}"
            match = pattern.search(text)
    return _together([*found, *([_PARTS[name]] if name else [])]), text


def _mark(part: re.Match[str]) -> str:
    """What stands for a part of the day that was read: after "in the", a number before it is an hour."""
    return "§" if part[0].startswith("in the") else "|"


def _together(found: list[DayPart]) -> DayPart:
    exact = {p.at for p in found if p.at}
    from_time = max((p.from_time for p in found if p.from_time), default=None)
    before = min((p.before for p in found if p.before), default=None)
    if len(exact) > 1 or (from_time and before and from_time >= before):
        raise TimeUnclear("two times of day")
    if not exact:
        return DayPart(from_time, before)
    at = exact.pop()
    if (from_time and at < from_time) or (before and at >= before):
        raise TimeUnclear("the time is not in that part of the day")
    return DayPart(at=at)
