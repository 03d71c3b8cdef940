"""A check that is stopped, or a part of it that breaks off: quick, and never taken for a verdict."""

from __future__ import annotations

import fcntl
import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from clinic.releases.model import GateRun, GateState
from clinic.review.gate.comparison import RedFlags
from clinic.review.gate.dialogues import Dialogue
from worker.gate import conversations, measure, run, trial_stack
from worker.gate.commands import Ended
from worker.gate.conversations import Conversations
from worker.gate.ending import CalledOff, CannotBeChecked
from worker.gate.folders import clear_left_over, own_folder
from worker.gate.run import Gate

FINE, KILLED = Ended(0, ["answers: 300"]), Ended(-9, [])


class Stack:
    """A stack whose answers take a moment; `said`: how often somebody spoke."""

    database = Path("none")

    def __init__(self) -> None:
        self.said = 0

    def client(self) -> Any:
        stack = self

        class Client:
            def __enter__(self) -> Client:
                return self

            def __exit__(self, *_: object) -> None: ...

            def post(self, *_: object, **__: object) -> Any:
                stack.said += 1
                time.sleep(0.02)
                return SimpleNamespace(raise_for_status=lambda: None, json=lambda: [])

        return Client()


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> Conversations:
    """Conversations of two hundred turns each."""

    def fault_of(dialogue: Dialogue, talk: Any, _days: object) -> None:
        for _ in range(200):
            talk.say("hello")

    dialogues = [Dialogue(f"group/{number}", []) for number in range(50)]
    monkeypatch.setattr(conversations, "_dialogues", lambda _tree: dialogues)
    monkeypatch.setattr(conversations, "load_timetable", lambda _file: object())
    monkeypatch.setattr(conversations, "days_in_words", lambda _timetable: {})
    monkeypatch.setattr(conversations, "fault_of", fault_of)
    return Conversations(Path())


def test_a_stopped_check_says_no_more_than_is_being_said(many: Conversations) -> None:
    stacks, is_off = [Stack(), Stack()], threading.Event()

    def tell(_share: float) -> None:
        if is_off.is_set():
            raise CalledOff

    threading.Timer(0.5, is_off.set).start()
    started = time.monotonic()
    with pytest.raises(CalledOff):
        many.try_on(stacks, tell)  # type: ignore[arg-type]
    assert time.monotonic() - started < 3
    assert 0 < sum(stack.said for stack in stacks) < 400


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    asked = GateRun("g_1", "c_1", "c0ffee", GateState.RUNNING, "m_1", 0.0)
    runs: Any = SimpleNamespace(progress=lambda *_: True)
    no: Any = None
    return Gate(asked, "", tmp_path, no, runs, tmp_path / "gate" / "g_1", tmp_path, no, "", None, lambda: False)


def programs_end(monkeypatch: pytest.MonkeyPatch, *ends: Ended) -> None:
    left = iter(ends)
    monkeypatch.setattr(run, "run", lambda *_, **__: next(left))


@pytest.mark.parametrize(
    "ends",
    [
        (KILLED, FINE),
        (Ended(-9, ["a fault that was said before"]), FINE),
        (Ended(1, []), FINE),
        (Ended(1, ["KeyError: 'examples'"], has_traceback=True), FINE),
        (FINE, KILLED),
    ],
)
def test_a_check_of_the_files_that_breaks_off_is_no_pass(
    gate: Gate, monkeypatch: pytest.MonkeyPatch, ends: tuple[Ended, ...]
) -> None:
    programs_end(monkeypatch, *ends)
    with pytest.raises(CannotBeChecked):
        gate._check(Path())


def test_a_trial_without_a_database_is_told_before_anything_starts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(trial_stack, "run", lambda *_, **__: Ended(1, ["no space left on device"]))
    with pytest.raises(CannotBeChecked, match="no space left"), trial_stack.trial_stack(tmp_path, tmp_path, bool):
        raise AssertionError("it has started")


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., RedFlags]:
    """Judge two sentences with a gate that hears nothing."""
    silent: Any = SimpleNamespace(
        assess=lambda *_: None, confirms=lambda *_: False, encode=lambda *_: None,
    )  # fmt: skip
    deaf: Any = SimpleNamespace(assess=lambda _text: SimpleNamespace(is_certain=False, alarm=None))
    monkeypatch.setattr(measure, "load_gate", lambda _file: deaf)
    monkeypatch.setattr(measure, "load_net", lambda *_: silent)
    monkeypatch.setattr(measure, "load_encoder", lambda: silent)
    monkeypatch.setattr(measure, "_rows", lambda part: [{"text": "my chest hurts", "expected": "x", "id": part}])
    monkeypatch.setattr(measure, "_digest", lambda _files: "digest")
    return lambda is_off=bool: measure.red_flags(tmp_path, tmp_path / "cache", lambda _share: None, is_off)


def test_verdicts_of_a_stopped_check_are_not_kept(judge: Callable[..., RedFlags], tmp_path: Path) -> None:
    with pytest.raises(CalledOff):
        judge(lambda: True)
    assert not (tmp_path / "cache").exists()
    assert len(judge().dangers) == 4


@pytest.mark.parametrize("damaged", ["", '{"dangers": {"open/1": tr', "[]", '{"other": 1}'])
def test_damaged_verdicts_are_judged_anew(judge: Callable[..., RedFlags], tmp_path: Path, damaged: str) -> None:
    judge()
    (kept,) = (tmp_path / "cache").iterdir()
    kept.write_text(damaged, "utf-8")
    assert len(judge().dangers) == 4
    assert json.loads(kept.read_text("utf-8"))["dangers"]


def test_what_killed_runs_left_goes_and_what_another_worker_is_at_stays(tmp_path: Path) -> None:
    killed, at_work, mine = tmp_path / "killed", tmp_path / "at_work", tmp_path / "mine"
    for folder in (killed, at_work):
        (folder / "trial-0").mkdir(parents=True)
    handle = os.open(at_work, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with own_folder(mine):
        assert {folder.name for folder in tmp_path.iterdir()} == {"at_work", "mine"}
        clear_left_over(tmp_path)
        assert mine.exists()
    assert not mine.exists()
    os.close(handle)
    clear_left_over(tmp_path)
    assert list(tmp_path.iterdir()) == []
