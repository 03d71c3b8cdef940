"""Whole conversations as data, one file each, over REST against the real stack."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from clinic.booking.timetable_file import load_timetable
from tests.processes import Processes, Visitor

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*/*.yml"))
KEYS = {
    "say", "press", "kind", "kinds", "topic", "topics", "not_kind", "asks", "stored", "new",
}  # fmt: skip
FIELDS = {
    "visit_type", "clinician", "time", "name", "contact", "reason", "preferred_time", "confirmed", "reference",
}  # fmt: skip


Row = tuple[tuple[str, str], ...]
_QUERIES = (
    "SELECT name, contact, reason, preferred_time, 'requested' AS status FROM appointment_request",
    "SELECT name, contact, reason, visit_type, clinician, starts_at, status FROM appointment WHERE name IS NOT NULL",
    "SELECT name, contact, reason, visit_type, 'waiting' AS status FROM waiting_list_entry",
)


def asked(visitor: Visitor) -> str | None:
    """The field an open form waits for: the last of the replies asks for it, but for a reminder or a kept question."""
    topics = [t for t in visitor.topics if t not in {"reminder", "kept_question"}]
    topic = topics[-1].removeprefix("appointment_") if topics else ""
    topic = topic.removeprefix("visit_") if topic != "visit_type" else topic
    return topic if topic in FIELDS else None


def stored(stack: Processes, before: set[Row]) -> list[dict[str, str]]:
    """What came into the database since `before`: requests, visits and places on the waiting list by their status."""
    return [dict(row) for row in rows(stack) - before]


def rows(stack: Processes) -> set[Row]:
    path = stack.environment["CLINIC_DB_URL"].removeprefix("sqlite:///")
    found: set[Row] = set()
    with sqlite3.connect(path) as database:
        for query in _QUERIES:
            cursor = database.execute(query)
            names = [column[0] for column in cursor.description]
            found |= {tuple(zip(names, row, strict=True)) for row in cursor}
    return found


def reference_in(visitor: Visitor) -> str | None:
    """The reference that a reply gives; a dialogue says it as `{reference}`."""
    given = [re.search(r"[Rr]eference(?: is)? ([2-9A-HJ-NP-Z]{8})\b", reply["text"]) for reply in visitor.last]
    return next((match[1] for match in given if match), None)


def days_in_words() -> dict[str, str]:
    """Dates that are open, closed and too far off whenever the tests run; a dialogue says `{open_day}` and the like."""
    timetable = load_timetable()
    assert timetable is not None
    today = datetime.now(timetable.zone).date()
    ahead = [today + timedelta(days=number) for number in range(3, 40)]
    is_open = [day for day in ahead if len(timetable.hours_on(day)) == 2]  # morning and afternoon
    closed = next(day for day in ahead if not timetable.hours_on(day))
    days = {
        "open_day": is_open[0], "other_open_day": is_open[1], "third_open_day": is_open[2], "closed_day": closed,
        "far_open_day": is_open[-1], "another_far_open_day": is_open[-2],
        "too_far": today + timetable.horizon + timedelta(days=20),
    }  # fmt: skip
    return {name: f"{day:%B} {day.day}" for name, day in days.items()}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def dialogues() -> Iterator[Any]:
    """Every file; one that says `not_yet` waits for a part that is not built, and fails once it passes."""
    for path in FILES:
        reason = yaml.safe_load(path.read_text("utf-8")).get("not_yet")
        marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
        yield pytest.param(path, marks=marks, id=f"{path.parent.name}/{path.stem}")


@pytest.mark.parametrize("path", dialogues())
def test_dialogue(path: Path, stack: Processes, new_visitor: Callable[[], Visitor]) -> None:
    dialogue = yaml.safe_load(path.read_text("utf-8"))
    visitor, before, last = new_visitor(), rows(stack), ""
    reference, days = "", days_in_words()
    for number, turn in enumerate(dialogue["turns"], start=1):
        assert not turn.keys() - KEYS, f"turn {number} has an unknown key"
        said = turn.get("say", "").format(**days, reference=reference)
        kinds = visitor.press(turn["press"]) if "press" in turn else visitor.say(said)
        reference = reference_in(visitor) or reference
        where = (
            f"turn {number}, {turn.get('say', turn.get('press'))!r}: {list(zip(kinds, visitor.topics, strict=True))}"
        )
        if "kind" in turn:
            assert set(as_list(turn["kind"])) & set(kinds), where
        if "not_kind" in turn:
            assert not set(as_list(turn["not_kind"])) & set(kinds), where
        if "kinds" in turn:
            assert kinds == turn["kinds"], where
        if "topic" in turn:
            assert set(as_list(turn["topic"])) & set(visitor.topics), where
        if "topics" in turn:
            assert [t for t in visitor.topics if t in turn["topics"]] == turn["topics"], where
        if "asks" in turn:
            assert asked(visitor) == turn["asks"], where
        if turn.get("new"):
            assert visitor.last[0]["text"] != last, where
        if "stored" in turn:
            found = stored(stack, before)
            if turn["stored"] == "none":
                assert found == [], where
            else:
                assert any(turn["stored"].items() <= row.items() for row in found), f"{where} stored {found}"
        last = visitor.last[-1]["text"]


def test_every_dialogue_has_a_title_and_turns_that_assert_something() -> None:
    assert FILES
    for path in FILES:
        dialogue = yaml.safe_load(path.read_text("utf-8"))
        assert dialogue["dialogue"], path
        assert any(turn.keys() - {"say", "press"} for turn in dialogue["turns"]), path
