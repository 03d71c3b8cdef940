"""Whole conversations as data, one file each, over REST against the real stack."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.processes import Processes, Visitor

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*/*.yml"))
KEYS = {
    "say", "press", "kind", "kinds", "topic", "topics", "not_kind", "asks", "stored", "new",
}  # fmt: skip
FIELDS = {"name", "contact", "reason", "preferred_time", "confirmed"}


def asked(visitor: Visitor) -> str | None:
    """The field an open form waits for: the last of the replies asks for it, but for a reminder or a kept question."""
    topics = [t for t in visitor.topics if t not in {"reminder", "kept_question"}]
    topic = topics[-1].removeprefix("appointment_") if topics else ""
    return topic if topic in FIELDS else None


def stored(stack: Processes, before: set[tuple[str, ...]]) -> list[dict[str, str]]:
    """The requests that came into the database since `before`."""
    names = ("name", "contact", "reason", "preferred_time")
    return [dict(zip(names, row, strict=True)) for row in requests(stack) - before]


def requests(stack: Processes) -> set[tuple[str, ...]]:
    path = stack.environment["CLINIC_DB_URL"].removeprefix("sqlite:///")
    with sqlite3.connect(path) as database:
        return set(database.execute("SELECT name, contact, reason, preferred_time FROM appointment_request"))


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
    visitor, before, last = new_visitor(), requests(stack), ""
    for number, turn in enumerate(dialogue["turns"], start=1):
        assert not turn.keys() - KEYS, f"turn {number} has an unknown key"
        kinds = visitor.press(turn["press"]) if "press" in turn else visitor.say(turn["say"])
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
            rows = stored(stack, before)
            if turn["stored"] == "none":
                assert rows == [], where
            else:
                assert any(turn["stored"].items() <= row.items() for row in rows), f"{where} stored {rows}"
        last = visitor.last[-1]["text"]


def test_every_dialogue_has_a_title_and_turns_that_assert_something() -> None:
    assert FILES
    for path in FILES:
        dialogue = yaml.safe_load(path.read_text("utf-8"))
        assert dialogue["dialogue"], path
        assert any(turn.keys() - {"say", "press"} for turn in dialogue["turns"]), path
