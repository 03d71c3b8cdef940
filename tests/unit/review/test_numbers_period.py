"""Which days are looked at, and which they are compared with."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from clinic.review.numbers.period import MOST_DAYS, PeriodError, between, last_days, read_period

NEW_YORK = ZoneInfo("America/New_York")
NOON = datetime(2026, 6, 17, 16, 0, tzinfo=UTC)  # noon in New York


def local(*when: int) -> datetime:
    return datetime(*when, tzinfo=NEW_YORK)


def test_the_last_seven_days_hold_today_up_to_now_and_the_six_days_before_it() -> None:
    period = last_days(7, NOON, NEW_YORK)
    assert (period.first, period.last, period.length) == (date(2026, 6, 11), date(2026, 6, 17), 7)
    assert (period.span.since, period.span.until) == (local(2026, 6, 11), NOON)


def test_a_period_that_is_not_over_is_compared_with_one_that_ends_at_the_same_time_of_day() -> None:
    period = last_days(7, NOON, NEW_YORK)
    assert (period.former.since, period.former.until) == (local(2026, 6, 4), local(2026, 6, 10, 12))
    assert period.is_open


def test_whole_days_of_the_past_are_compared_with_as_many_whole_days_before_them() -> None:
    period = between(date(2026, 5, 1), date(2026, 5, 10), NOON, NEW_YORK)
    assert (period.span.since, period.span.until) == (local(2026, 5, 1), local(2026, 5, 11))
    assert (period.former.since, period.former.until) == (local(2026, 4, 21), local(2026, 5, 1))
    assert not period.is_open


def test_today_is_the_clinics_and_not_greenwichs() -> None:
    late = datetime(2026, 6, 18, 2, 0, tzinfo=UTC)  # ten in the evening of the 17th in New York
    assert last_days(1, late, NEW_YORK).last == date(2026, 6, 17)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 11, 2), 24)])
def test_a_day_is_as_long_as_the_clock_makes_it(day: date, hours: int) -> None:
    now = datetime(2026, 12, 1, tzinfo=UTC)
    span = between(day, day, now, NEW_YORK).span
    assert span.until - span.since == timedelta(hours=hours)


def test_the_week_after_the_clock_was_put_back_ends_at_the_same_time_of_day_as_the_week_before() -> None:
    period = last_days(7, local(2026, 11, 4, 9, 30).astimezone(UTC), NEW_YORK)
    assert period.former.until == local(2026, 10, 28, 9, 30)


def test_days_to_come_are_not_looked_at() -> None:
    period = between(date(2026, 6, 10), date(2026, 7, 30), NOON, NEW_YORK)
    assert (period.last, period.span.until) == (date(2026, 6, 17), NOON)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("2026-06-18", "2026-06-18", "from"),
        ("2026-06-10", "2026-06-09", "to"),
        ("2020-01-01", "2026-01-01", "from"),
        ("0001-01-01", "0001-01-02", "from"),
        ("gestern", "2026-06-09", "from"),
        ("2026-06-01", "", "to"),
        ("", "2026-06-01", "from"),
        ("2026-06-31", "2026-07-01", "from"),
    ],
)
def test_days_that_make_no_period_are_refused_at_their_field(first: str, last: str, field: str) -> None:
    with pytest.raises(PeriodError) as refused:
        read_period("", first, last, NOON, NEW_YORK)
    assert refused.value.field == field
    assert str(refused.value).endswith((".", "31."))


def test_the_longest_period_is_a_year() -> None:
    first = date(2026, 6, 17) - timedelta(days=MOST_DAYS - 1)
    assert between(first, date(2026, 6, 17), NOON, NEW_YORK).length == MOST_DAYS
    with pytest.raises(PeriodError):
        between(first - timedelta(days=1), date(2026, 6, 17), NOON, NEW_YORK)


@pytest.mark.parametrize("days", ["7", "30", "90"])
def test_the_usual_periods_are_chosen_by_their_days(days: str) -> None:
    assert read_period(days, "", "", NOON, NEW_YORK).length == int(days)


@pytest.mark.parametrize("days", ["8", "-7", "7.0", "DROP TABLE"])
def test_another_number_of_days_is_no_usual_period(days: str) -> None:
    with pytest.raises(PeriodError):
        read_period(days, "", "", NOON, NEW_YORK)
