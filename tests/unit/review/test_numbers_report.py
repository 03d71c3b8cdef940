"""From counts to tables: hand-counted cases, and that parts add up to the whole."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.booking.timetable_file import load_timetable
from clinic.review.numbers.as_csv import as_csv
from clinic.review.numbers.counted import MISSED, QUESTIONS, Counted, Handled
from clinic.review.numbers.model import QUARTER, Column, Figure, Report, Table, Tally, Task, percentile
from clinic.review.numbers.period import Period, between
from clinic.review.numbers.report import report_of
from clinic.review.numbers.words import WHAT_IS_COUNTED, change_in_words

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 12, 1, tzinfo=UTC)
WEEK = between(date(2026, 6, 1), date(2026, 6, 7), NOW, NEW_YORK)


def quarter(*when: int, fold: int = 0) -> int:
    return int(datetime(*when, tzinfo=NEW_YORK, fold=fold).timestamp()) // QUARTER


def report(now: Tally, before: Tally | None = None, period: Period = WEEK) -> Report:
    return report_of(period, now, before or Tally(), lambda kind, topic: f"{kind} {topic}", load_timetable())


def figure(found: Report, figure_id: str) -> Figure:
    return next(each for each in found.figures if each.id == figure_id)


def rows(found: Report, table_id: str) -> dict[object, tuple[object, ...]]:
    table = found.table(table_id)
    assert table is not None
    return {row[0]: row[1:] for row in table.rows}


def test_questions_that_were_answered_and_missed_make_the_share() -> None:
    replies = {(Counted.ANSWERED, "iron"): 5, (Counted.ANSWERED, "sleep"): 1, (Counted.NOT_COVERED, ""): 1,
               (Counted.NOT_UNDERSTOOD, "rephrase"): 1, (Counted.REFUSED, "dose"): 9, (Counted.OFF_TOPIC, ""): 9,
               (Counted.URGENT, "clot"): 9}  # fmt: skip
    found = report(Tally(replies=replies))
    values = {each: figure(found, each).value for each in ("answered", "missed", "refused", "answered_share")}
    assert values == {"answered": 6, "missed": 2, "refused": 9, "answered_share": 75.0}
    assert rows(found, "questions")["Answered"] == (6, 0, 23.1)


def test_a_share_of_nothing_is_none_and_not_nought() -> None:
    found = report(Tally())
    assert figure(found, "answered_share").value is None
    assert figure(found, "helpful_share").value is None
    assert figure(found, "median").value is None


def test_a_message_late_in_the_evening_counts_on_the_clinics_day() -> None:
    found = report(Tally(messages={quarter(2026, 6, 2, 23, 45): 3}, chats={quarter(2026, 6, 2, 23, 45): 1}))
    assert rows(found, "days")["2026-06-02"] == (1, 0, 3, 0)
    assert rows(found, "hours")["23:00"] == (3, 0)


def test_both_hours_that_the_clock_shows_twice_count_as_the_same_hour_of_the_same_day() -> None:
    day = between(date(2026, 11, 1), date(2026, 11, 1), NOW, NEW_YORK)
    messages = {quarter(2026, 11, 1, 1, 30): 2, quarter(2026, 11, 1, 1, 30, fold=1): 5}
    assert len(messages) == 2
    found = report(Tally(messages=messages), period=day)
    assert rows(found, "hours")["01:00"] == (7, 0)
    assert rows(found, "days")["2026-11-01"] == (0, 0, 7, 0)


def test_hours_of_a_zone_with_half_an_hour_are_right() -> None:
    india = ZoneInfo("Asia/Kolkata")
    day = between(date(2026, 6, 2), date(2026, 6, 2), NOW, india)
    at = int(datetime(2026, 6, 2, 9, 0, tzinfo=india).timestamp()) // QUARTER
    assert rows(report(Tally(messages={at: 1, at - 1: 1}), period=day), "hours")["09:00"] == (1, 0)


def test_days_stand_beside_the_days_of_the_time_before_in_order() -> None:
    now, before = {quarter(2026, 6, 1, 8): 4}, {quarter(2026, 5, 25, 8): 6, quarter(2026, 5, 31, 8): 2}
    found = rows(report(Tally(chats=now), Tally(chats=before)), "days")
    assert (found["2026-06-01"][:2], found["2026-06-07"][:2]) == ((4, 6), (0, 2))


def test_many_days_are_shown_week_by_week_and_none_is_lost() -> None:
    period = between(date(2026, 1, 1), date(2026, 3, 31), NOW, NEW_YORK)
    chats = {quarter(day.year, day.month, day.day, 12): 1 for day in period.days}
    found = report(Tally(chats=chats), period=period)
    weeks = rows(found, "days")
    assert weeks["2026-01-01 to 2026-01-07"][0] == 7
    assert sum(row[0] for row in weeks.values()) == 90
    assert list(weeks)[-1] == "2026-03-26 to 2026-03-31"


def test_half_of_the_answers_took_no_longer_than_the_usual_time() -> None:
    times = {200: 10, 400: 8, 9_000: 2}
    assert (percentile(times, 50), percentile(times, 95), percentile(times, 90)) == (200, 9_000, 400)
    assert percentile({}, 50) is None
    assert percentile({300: 1}, 95) == 300


def test_tasks_in_the_chat_are_told_from_tasks_done_in_other_ways() -> None:
    done = {Task.BOOKED: 7, Task.CANCELLED: 2, Task.CALLBACK: 3, Task.QUESTION: 4}
    found = report(Tally(replies={(Counted.BOOKED, "appointment_booked"): 5}, done=done))
    tasks = rows(found, "task_table")
    assert tasks["Visit booked"] == (5, 0, 7, 0)
    assert tasks["Visit cancelled"] == (0, 0, 2, 0)
    assert (figure(found, "tasks").value, figure(found, "booked").value) == (12, 7)


def test_messages_at_night_at_weekends_and_at_the_break_came_while_the_clinic_was_closed() -> None:
    at_work, at_break = quarter(2026, 6, 2, 9), quarter(2026, 6, 2, 12, 15)
    night, sunday = quarter(2026, 6, 2, 3), quarter(2026, 6, 7, 10)
    found = report(Tally(messages={at_work: 8, at_break: 1, night: 2, sunday: 4}))
    assert figure(found, "closed").value == 7


@pytest.mark.parametrize(
    ("unit", "value", "former", "words"),
    [
        ("count", 12, 10, "2 more than before (10)."),
        ("count", 1_000, 2_500, "1,500 fewer than before (2,500)."),
        ("count", 0, 0, "The same as before (0)."),
        ("percent", 50.0, 47.5, "2.5 points higher than before (47.5%)."),
        ("percent", None, 47.5, "Nothing to count yet."),
        ("percent", 50.0, None, "Nothing before to compare with."),
        ("seconds", 1.04, 0.95, "0.1 s slower than before (0.9 s)."),
        ("seconds", 0.8, 2.0, "1.2 s faster than before (2.0 s)."),
    ],
)
def test_a_change_is_told_in_words(unit: str, value: float | None, former: float | None, words: str) -> None:
    assert change_in_words(Figure("chats", "Chats", unit, value, former)) == words  # type: ignore[arg-type]


def test_everything_that_is_shown_says_what_is_counted() -> None:
    found = report(Tally())
    shown = [each.id for each in (*found.figures, *found.tables)]
    assert sorted(shown) == sorted(WHAT_IS_COUNTED)


counts = st.integers(0, 50)
quarters = st.integers(quarter(2026, 6, 1), quarter(2026, 6, 8) - 1)
tallies = st.builds(
    Tally,
    messages=st.dictionaries(quarters, counts),
    chats=st.dictionaries(quarters, counts),
    handled=st.dictionaries(st.sampled_from(Handled), counts),
    later=st.dictionaries(st.sampled_from(["notice", "person", "odd"]), counts),
    replies=st.dictionaries(st.tuples(st.sampled_from(Counted), st.sampled_from(["", "iron", "dose", "x"])), counts),
    answer_ms=st.dictionaries(st.integers(0, 30_000), counts),
    thumbs=st.dictionaries(
        st.tuples(st.sampled_from(["answer", "booking", "chitchat"]), st.sampled_from(["iron", ""]), st.booleans()),
        counts,
    ),
    done=st.dictionaries(st.sampled_from(Task), counts),
)


def total(found: Report, table_id: str, column: int = 1) -> object:
    table = found.table(table_id)
    assert table is not None and table.total is not None
    assert table.total[column] == sum(row[column] for row in table.rows)  # type: ignore[misc]
    return table.total[column]


@given(tallies)
def test_parts_add_up_to_the_whole(tally: Tally) -> None:
    found = report(tally)
    messages, chats = sum(tally.messages.values()), sum(tally.chats.values())
    assert total(found, "days", 1) == chats == figure(found, "chats").value
    assert total(found, "days", 3) == total(found, "hours") == messages == figure(found, "messages").value
    assert total(found, "questions") == tally.times(*QUESTIONS)
    assert total(found, "topics") == tally.times(Counted.ANSWERED) == figure(found, "answered").value
    assert total(found, "refusals") == tally.times(Counted.REFUSED) == figure(found, "refused").value
    assert total(found, "alarms", 2) == tally.times(Counted.EMERGENCY, Counted.URGENT)
    assert figure(found, "missed").value == tally.times(*MISSED)
    assert total(found, "task_table") == figure(found, "tasks").value
    assert total(found, "speed") == sum(tally.answer_ms.values())
    assert total(found, "handled") == sum(tally.handled.values())
    assert total(found, "ratings", 1) + total(found, "ratings", 3) == sum(tally.thumbs.values())  # type: ignore[operator]
    assert total(found, "writers") == messages + sum(tally.later.values())


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_a_cell_that_a_spreadsheet_would_run_is_defused(title: str) -> None:
    table = Table("x", "X", (Column("Topic", "text"), Column("Answers")), ((title, 3),))
    assert read(as_csv(table))[1] == [f"'{title}", "3"]


def test_a_table_is_a_file_of_lines_that_end_with_both_signs_and_quotes_what_needs_it() -> None:
    columns = (Column("Topic", "text"), Column("Share", "percent"))
    table = Table("x", "X", columns, (('say "hi", now', 4.5), ("none", None)), total=("All", None))
    assert as_csv(table) == 'Topic,Share (%)\r\n"say ""hi"", now",4.5\r\nnone,\r\nAll,\r\n'


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), min_size=1))
def test_whatever_a_topic_is_called_the_file_can_be_read_again(titles: list[str]) -> None:
    table = Table("x", "X", (Column("Topic", "text"), Column("Answers")), tuple((t, 1) for t in titles))
    found = [row[0] for row in read(as_csv(table))[1:]]
    assert [name.removeprefix("'") for name in found] == [title.removeprefix("'") for title in titles]
    assert not any(name.startswith(("=", "+", "-", "@", "\t", "\r")) for name in found)
