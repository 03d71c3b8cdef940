"""FHIR's dates in searches: `ge2026-12-01`, `lt2026-12-02T09:00:00-05:00`; a date means its whole day (month, year)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from web.fhir.outcomes import FhirError

_DATE = re.compile(
    r"(?P<prefix>eq|ge|gt|le|lt)?(?P<year>20\d\d|21\d\d)(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:T(?P<hour>\d\d):\d\d(?::(?P<second>\d\d)(?P<fraction>\.\d{1,6})?)?(?:Z|[+ -]\d\d:\d\d)?)?)?)?",
    re.ASCII,
)
_DAY, _MINUTE, _SECOND, _INSTANT = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1), timedelta(0, 0, 1)


@dataclass(frozen=True)
class Range:
    """From `since` on and before `until`; both aware."""

    since: datetime
    until: datetime

    def within(self, other: Range) -> Range:
        """What is in both."""
        return Range(max(self.since, other.since), min(self.until, other.until))


# Wide enough for any visit, and no arithmetic with it leaves the calendar.
EVER = Range(datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))


def read_range(name: str, value: str, zone: ZoneInfo) -> Range:
    """The moments that one value of a date parameter allows; `zone`: of the clinic, where the value names none."""
    found = _DATE.fullmatch(value)
    try:
        meant = _meant(found, zone) if found else None
    except ValueError:
        meant = None
    if found is None or meant is None:
        raise FhirError(
            400, "invalid", f"{name} is a date or time such as ge2026-12-01 or lt2026-12-02T09:00:00-05:00; "
            "it may begin with eq, ge, gt, le or lt."
        )  # fmt: skip
    return {
        "ge": Range(meant.since, EVER.until),
        "gt": Range(meant.until, EVER.until),
        "le": Range(EVER.since, meant.until),
        "lt": Range(EVER.since, meant.since),
    }.get(found["prefix"], meant)


def _meant(found: re.Match[str], zone: ZoneInfo) -> Range:
    """The span that is written: as long as its last part."""
    year, month, day = int(found["year"]), int(found["month"] or 1), int(found["day"] or 1)
    first = datetime(year, month, day, tzinfo=zone)
    if found["hour"]:
        return _moment(found, zone)
    if found["day"]:
        last = first + _DAY
    elif found["month"]:
        last = (first.replace(day=28) + 4 * _DAY).replace(day=1)
    else:
        last = first.replace(year=year + 1)
    return Range(first.astimezone(UTC), last.astimezone(UTC))


def _moment(found: re.Match[str], zone: ZoneInfo) -> Range:
    written = found[0].removeprefix(found["prefix"] or "")
    # A plus sign that was not encoded arrives as a blank.
    moment = datetime.fromisoformat(written.replace(" ", "+"))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    lasts = _INSTANT if found["fraction"] else _SECOND if found["second"] else _MINUTE
    return Range(moment.astimezone(UTC), moment.astimezone(UTC) + lasts)
