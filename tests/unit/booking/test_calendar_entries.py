"""Entries of a calendar as other programs write them: when do they keep their owner busy?"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from clinic.adapters.calendar_entries import UnreadableEntry, busy_spans, uids

ZONE = ZoneInfo("America/New_York")
SINCE, UNTIL = datetime(2026, 10, 20, 12, 0, tzinfo=UTC), datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
OWN = "appointment-0123456789abcdef0123456789abcdef@clinic.example"


def event(lines: str, uid: str = "u1") -> str:
    return f"BEGIN:VEVENT\nUID:{uid}\nDTSTAMP:20261001T000000Z\nSUMMARY:Secret\n{lines}\nEND:VEVENT\n"


def entry(*components: str) -> str:
    text = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Somebody else//EN\n" + "".join(components) + "END:VCALENDAR\n"
    return text.replace("\n", "\r\n")


def zone(name: str, offset: str) -> str:
    part = f"BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:{offset}\nTZOFFSETTO:{offset}\nEND:STANDARD\n"
    return f"BEGIN:VTIMEZONE\nTZID:{name}\n{part}END:VTIMEZONE\n"


def spans(*components: str) -> list[str]:
    """As `month-day hour:minute/hour:minute` in UTC, the day of the end where it is another."""
    found = sorted(busy_spans(entry(*components), SINCE, UNTIL, ZONE))
    assert all(moment.tzinfo is UTC for span in found for moment in span)
    return [f"{s:%m-%d %H:%M}/" + (f"{e:%H:%M}" if s.date() == e.date() else f"{e:%m-%d %H:%M}") for s, e in found]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("DTSTART:20261021T140000Z\nDTEND:20261021T150000Z", ["10-21 14:00/15:00"]),
        ("DTSTART:20261021T140000Z\nDURATION:PT90M", ["10-21 14:00/15:30"]),
        ("DTSTART;TZID=America/New_York:20261103T090000\nDURATION:PT1H", ["11-03 14:00/15:00"]),
        ("DTSTART;TZID=Pacific Standard Time:20261021T090000\nDURATION:PT1H", ["10-21 16:00/17:00"]),
        ("DTSTART:20261021T090000\nDURATION:PT1H", ["10-21 13:00/14:00"]),  # floating: the clinic's clock
        ("DTSTART;VALUE=DATE:20261021\nDTEND;VALUE=DATE:20261023", ["10-21 04:00/10-23 04:00"]),
        ("DTSTART;VALUE=DATE:20261101", ["11-01 04:00/11-02 05:00"]),  # a day of 25 hours
        ("DTSTART;VALUE=DATE:20261021\nDTEND;VALUE=DATE:20261021", ["10-21 04:00/10-22 04:00"]),
        ("DTSTART:20261021T140000Z", []),  # a moment takes no time
        ("DTSTART:20261021T140000Z\nDURATION:PT1H\nTRANSP:TRANSPARENT", []),
        ("DTSTART:20261021T140000Z\nDURATION:PT1H\nTRANSP:OPAQUE", ["10-21 14:00/15:00"]),
        ("DTSTART:20261021T140000Z\nDURATION:PT1H\nSTATUS:CANCELLED", []),
        ("DTSTART:20261021T140000Z\nDURATION:PT1H\nSTATUS:TENTATIVE", ["10-21 14:00/15:00"]),
        ("DTSTART:20261020T110000Z\nDTEND:20261020T123000Z", ["10-20 11:00/12:30"]),  # it has begun
        ("DTSTART:20261020T110000Z\nDTEND:20261020T120000Z", []),  # it is over
        ("DTSTART:20261120T120000Z\nDURATION:PT1H", []),  # it comes later
    ],
)
def test_when_a_single_entry_is(lines: str, expected: list[str]) -> None:
    assert spans(event(lines)) == expected


def test_a_weekly_hour_stays_on_its_wall_clock_when_the_clocks_change() -> None:
    weekly = event("DTSTART;TZID=America/New_York:20261001T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY")
    assert spans(weekly) == ["10-22 13:00/14:00", "10-29 13:00/14:00", "11-05 14:00/15:00", "11-12 14:00/15:00",
                             "11-19 14:00/15:00"]  # fmt: skip


def test_days_that_are_left_out_added_moved_or_cancelled_in_a_series() -> None:
    series = event(
        "DTSTART:20261021T140000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=5\n"
        "EXDATE:20261022T140000Z\nRDATE:20261101T140000Z"
    )
    moved = event("RECURRENCE-ID:20261023T140000Z\nDTSTART:20261023T170000Z\nDURATION:PT2H")
    cancelled = event("RECURRENCE-ID:20261024T140000Z\nDTSTART:20261024T140000Z\nDURATION:PT1H\nSTATUS:CANCELLED")
    free = event("RECURRENCE-ID:20261025T140000Z\nDTSTART:20261025T140000Z\nDURATION:PT1H\nTRANSP:TRANSPARENT")
    assert spans(series, moved, cancelled, free) == ["10-21 14:00/15:00", "10-23 17:00/19:00", "11-01 14:00/15:00"]


def test_a_zone_that_an_entry_defines_holds_for_this_entry_alone() -> None:
    there = event("DTSTART;TZID=Ours:20261021T090000\nDURATION:PT1H")
    assert spans(zone("Ours", "-0300"), there) == ["10-21 12:00/13:00"]
    assert spans(zone("Ours", "-0800"), there) == ["10-21 17:00/18:00"]


def test_a_visit_of_ours_is_not_counted_and_what_only_looks_like_one_is() -> None:
    when = "DTSTART:20261021T140000Z\nDURATION:PT1H"
    assert spans(event(when, uid=OWN)) == []
    assert spans(event(when, uid=OWN.replace("@", "-copy@"))) == ["10-21 14:00/15:00"]
    assert spans(event(when, uid="appointment-17@other.example")) == ["10-21 14:00/15:00"]


@pytest.mark.parametrize(
    "lines",
    [
        "DTSTART:next tuesday\nDURATION:PT1H",
        "COMMENT:no start",
        "DTSTART:20261021T140000Z\nDURATION:PT1H\nRRULE:FREQ=SOMETIMES",
        "DTSTART:20261021T140000Z\nDURATION:PT1H\nRRULE:FREQ=SECONDLY",
        "DTSTART:20261021T140000Z\nDURATION:PT1H\nRRULE:FREQ=HOURLY;BYMINUTE=" + ",".join(map(str, range(60))),
    ],
)
def test_an_entry_that_does_not_say_when_or_says_it_every_second_is_refused_without_a_word_of_it(lines: str) -> None:
    with pytest.raises(UnreadableEntry) as refused:
        spans(event(lines))
    assert "Secret" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_text_that_is_no_calendar_is_refused_and_has_no_uid() -> None:
    with pytest.raises(UnreadableEntry):
        busy_spans("<html>", SINCE, UNTIL, ZONE)
    assert uids("<html>") == set()
    assert uids(entry(event("DTSTART:20261021T140000Z", uid=OWN))) == {OWN}
