"""Whole conversations as data, one file each, over REST against the real stack; the gate for releases runs the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from clinic.booking.timetable_file import load_timetable
from clinic.review.gate.dialogues import days_in_words, fault_of, load_dialogue
from tests.processes import KEY, Processes
from worker.gate.rest_talk import RestTalk

FILES = sorted(Path(__file__).parent.glob("*/*.yml"))


def dialogues() -> Iterator[Any]:
    """Every file; one that says `not_yet` waits for a part that is not built, and fails once it passes."""
    for path in FILES:
        dialogue = load_dialogue(path)
        marks = [pytest.mark.xfail(reason=dialogue.not_yet, strict=True)] if dialogue.not_yet else []
        yield pytest.param(path, marks=marks, id=dialogue.name)


@pytest.mark.parametrize("path", dialogues())
def test_dialogue(path: Path, stack: Processes) -> None:
    timetable = load_timetable()
    assert timetable is not None
    database = Path(stack.environment["CLINIC_DB_URL"].removeprefix("sqlite:///"))
    headers = {"Authorization": f"Bearer {KEY}"}
    with httpx.Client(base_url=stack.url, headers=headers, timeout=30) as client:
        assert fault_of(load_dialogue(path), RestTalk(client, database), days_in_words(timetable)) is None


def test_every_dialogue_has_turns_that_assert_something() -> None:
    assert FILES
    for path in FILES:
        assert any(turn.keys() - {"say", "press"} for turn in load_dialogue(path).turns), path
