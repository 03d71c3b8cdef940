"""Checks of sets of changes as the worker leaves them; none is really run, that takes minutes."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from typing import Any

from clinic.bootstrap.releases import gate_run_store, release_store
from clinic.bootstrap.review import change_set_desk
from clinic.releases.model import GateRun, GateState
from clinic.review.changes.change_set import ChangeSetState
from clinic.settings import Settings
from tools.demo.staff import DemoStaff
from worker.gate.progress import STEPS

_HOUR = 3600.0
_SECONDS = (3.1, 64.8, 0.4, 12.6, 9.2, 31.7, 6.0)
_NOW = 3  # the step that a running one is at
_LIVE = {"recall": 0.982, "false_alarms": 0.011, "understood": 0.931, "calibration_error": 0.021, "p95_ms": 48.2}
_STATES = {
    "running": (GateState.RUNNING, ChangeSetState.TESTING),
    "passed": (GateState.PASSED, ChangeSetState.PASSED),
    "refused": (GateState.REFUSED, ChangeSetState.REFUSED),
}


def write_check(settings: Settings, staff: DemoStaff, change_set: str, which: str, said: Mapping[str, Any]) -> str:
    """A check of a set, and the set as it is then; the id."""
    state, becomes = _STATES[which]
    desk, now = change_set_desk(settings), time.time()
    live = release_store(settings).live()
    found = desk.move(change_set, ChangeSetState.TESTING)
    is_over = state is not GateState.RUNNING
    run = GateRun(
        secrets.token_hex(8), found.id, found.head, state, staff.nurse.id, now - 200,
        # A worker takes a check that has not told of itself for long to be broken off.
        beat_at=now + _HOUR, ended_at=now if is_over else None, steps=_steps(is_over),
        report=_report(state, said) if is_over else {}, release=live.release.id if live and is_over else None,
    )  # fmt: skip
    gate_run_store(settings).queue(run)
    if is_over:
        desk.move(change_set, becomes)
    return run.id


def _steps(is_over: bool) -> list[dict[str, Any]]:
    made = []
    for at, (name, title) in enumerate(STEPS.items()):
        state = "done" if is_over or at < _NOW else "running" if at == _NOW else "waiting"
        share = {"done": 1.0, "running": 0.4, "waiting": 0.0}[state]
        seconds = _SECONDS[at] if state == "done" else 0.0
        made.append({"name": name, "title": title, "state": state, "share": share, "seconds": seconds, "note": ""})
    return made


def _report(state: GateState, said: Mapping[str, Any]) -> dict[str, Any]:
    is_worse = state is GateState.REFUSED
    finding = {"check": "understanding", "says": said["finding"], "examples": said["examples"]}
    new = {**_LIVE, "understood": 0.918 if is_worse else 0.934}
    return {
        "findings": [finding] if is_worse else [], "numbers": {"live": _LIVE, "new": new}, "article": "compared",
    }  # fmt: skip
