"""How far a check has come: its steps, told to the store while they are done, and whether it was called off."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Event, Lock
from typing import Any, TypeVar

from clinic.releases.model import GateRun
from clinic.releases.ports import GateRunStore
from worker.gate.ending import CalledOff

STEPS = {
    "check": "Check the texts and files",
    "train": "Train with the new sentences",
    "understanding": "Ask test questions",
    "red_flags": "Listen for danger",
    "start": "Start a trial",
    "dialogues": "Try conversations",
    "speed": "Measure the speed",
}
_BEAT_SECONDS = 1.0
_LOOK_SECONDS = 0.2
Result = TypeVar("Result")


@dataclass
class Progress:
    """The steps of one run. Safe to tell from several threads."""

    asked: GateRun
    runs: GateRunStore
    should_stop: Callable[[], bool]
    _off: Event = field(default_factory=Event)
    _lock: Lock = field(default_factory=Lock)
    _steps: dict[str, dict[str, Any]] = field(init=False)
    _told_at: float = 0.0

    def __post_init__(self) -> None:
        self._steps = {
            name: {"name": name, "title": title, "state": "waiting", "share": 0.0, "seconds": 0.0, "note": ""}
            for name, title in STEPS.items()
        }

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """One step, from its beginning to its end."""
        started, step = time.monotonic(), self._steps[name]
        step["state"] = "running"
        self._save()
        yield
        step.update(state="done", share=1.0, seconds=round(time.monotonic() - started, 1))
        self._save()

    def tell(self, name: str, share: float) -> None:
        """That a share of a step is done; raises `CalledOff`."""
        self._steps[name]["share"] = round(share, 3)
        if self.is_off():
            raise CalledOff

    def is_off(self) -> bool:
        """Whether somebody has cancelled the check or the worker has to end; keeps telling that the run is alive."""
        if self.should_stop():
            self._off.set()
        if time.monotonic() - self._told_at > _BEAT_SECONDS:
            self._save()
        return self._off.is_set()

    def result(self, future: Future[Result]) -> Result:
        """What another thread found, alive while waiting for it."""
        while not future.done() and not self.is_off():
            time.sleep(_LOOK_SECONDS)
        return future.result()

    def stop_running(self, state: str) -> None:
        """Steps under way end in this state."""
        for step in self._steps.values():
            step["state"] = state if step["state"] == "running" else step["state"]

    def now(self) -> GateRun:
        """The run as it stands."""
        return replace(self.asked, steps=[dict(step) for step in self._steps.values()])

    def _save(self) -> None:
        with self._lock:
            self._told_at = time.monotonic()
            if not self.runs.progress(self.now(), time.time()):
                self._off.set()
