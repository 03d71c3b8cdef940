"""A row of the record that is changed, taken away or put in between is found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clinic.staff.record import NOTHING_BEFORE, RecordEntry, details_as_written, first_break, hash_of


@pytest.fixture
def rows() -> list[RecordEntry]:
    rows, before = [], NOTHING_BEFORE
    for number in range(1, 6):
        said = (1_795_000_000.1 + number, "m_1", "inbox.assigned", f"row {number}", details_as_written({"to": number}))
        before = hash_of(before, number, *said)
        rows.append(RecordEntry(number, *said, before))
    return rows


def newest(rows: list[RecordEntry]) -> tuple[int, str]:
    return rows[-1].number, rows[-1].hash


def test_a_record_as_it_was_written_holds(rows: list[RecordEntry]) -> None:
    assert first_break(rows, newest(rows)) is None
    assert first_break([], (0, NOTHING_BEFORE)) is None


@pytest.mark.parametrize(
    "change",
    [
        {"at": 1_795_000_000.0}, {"by": "m_2"}, {"action": "inbox.tagged"}, {"subject": "row 33"},
        {"details": '{"to":4}'}, {"hash": "0" * 64}, {"number": 30},
    ],
)  # fmt: skip
def test_a_changed_row_is_named(rows: list[RecordEntry], change: dict[str, object]) -> None:
    end = newest(rows)
    rows[2] = replace(rows[2], **change)
    assert first_break(rows, end) == 3


def test_a_row_that_is_written_anew_with_its_own_hash_is_found_at_the_next(rows: list[RecordEntry]) -> None:
    end, row = newest(rows), rows[2]
    anew = hash_of(rows[1].hash, row.number, row.at, "m_2", row.action, row.subject, row.details)
    rows[2] = replace(row, by="m_2", hash=anew)
    assert first_break(rows, end) == 4


@pytest.mark.parametrize(("gone", "named"), [(0, 1), (2, 3), (4, 5)])
def test_a_missing_row_is_named_also_the_first_and_the_newest(rows: list[RecordEntry], gone: int, named: int) -> None:
    end = newest(rows)
    del rows[gone]
    assert first_break(rows, end) == named


def test_all_rows_gone_is_a_break(rows: list[RecordEntry]) -> None:
    assert first_break([], newest(rows)) == 1


def test_a_row_beyond_the_newest_is_found(rows: list[RecordEntry]) -> None:
    assert first_break(rows, newest(rows[:4])) == 5


def test_words_that_run_into_one_another_have_different_hashes() -> None:
    first = hash_of(NOTHING_BEFORE, 1, 1.0, "ab", "c", "d", "{}")
    assert first != hash_of(NOTHING_BEFORE, 1, 1.0, "a", "bc", "d", "{}")


def test_details_are_written_the_same_whatever_their_order() -> None:
    assert details_as_written({"b": 1, "a": "ü"}) == details_as_written({"a": "ü", "b": 1}) == '{"a":"ü","b":1}'
    with pytest.raises(TypeError):
        details_as_written({"a": object()})
