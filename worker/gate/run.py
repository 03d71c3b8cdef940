"""One run of the gate, step by step, each step told while it is done."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from threading import Event, Lock
from typing import Any

import httpx
import structlog

from clinic.adapters.release_bundles import MODEL, BundleError
from clinic.booking.timetable_file import load_timetable
from clinic.releases.desk import ReleaseDesk
from clinic.releases.model import GateRun, GateState, Release
from clinic.releases.ports import GateRunStore
from clinic.review.dialogues import Dialogue, load_dialogue
from clinic.review.gate import MOST_SHOWN, Finding, Measured, RedFlags, calibration_error, compare, percentile
from clinic.triage import load_gate
from clinic.triage.net import NET_FILE, load_net
from worker.gate.commands import CalledOff, Ended, python, rasa, run
from worker.gate.measure import held_out, latency, red_flags
from worker.gate.rest_talk import try_all
from worker.gate.taught import dangers_taught
from worker.gate.trial_stack import DoesNotStart, TrialStack, trial_stack

log = structlog.get_logger()

STEPS = {
    "check": "Check the texts and files",
    "train": "Train with the new sentences",
    "understanding": "Ask test questions",
    "red_flags": "Listen for danger",
    "start": "Start a trial",
    "dialogues": "Try conversations",
    "speed": "Measure the speed",
}
_CONVERSATIONS = "tests/conversations"
# Stacks that share the conversations, one for each core of the least machine, and visitors of each at once.
_STACKS, _AT_ONCE = 2, 2
_TRIED_AGAIN = 2  # times: another visitor may have taken the time that was offered
_BEAT_SECONDS = 1.0


class CannotBeChecked(Exception):
    """The run cannot be finished, and says nothing of the changes; the message says why and what to do."""


@dataclass
class Gate:
    """Everything one run needs; `folder` is its own and gone afterwards."""

    asked: GateRun
    tree: Path
    releases: ReleaseDesk
    runs: GateRunStore
    folder: Path
    cache: Path
    live_url: Callable[[], str]
    live_secret: str
    article: Path | None
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

    def work(self) -> GateRun:
        """The run with its verdict, whatever happens."""
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            return self._verdict(*self._tried())
        except CalledOff:
            return replace(self._now(), state=GateState.CANCELLED)
        except (CannotBeChecked, DoesNotStart, BundleError) as error:
            return self._failed(str(error))
        except OSError as error:
            return self._failed(f"The computer cannot go on with the check: {error.strerror or type(error).__name__}.")
        except httpx.HTTPError as error:
            log.error("a server of the check does not answer", error=str(error))
            return self._failed("A part of the trial stopped answering. Start the check again.")
        except Exception:
            log.exception("check broke off")
            return self._failed("The check broke off where nobody foresaw it. The log of the worker says where.")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _tried(self) -> tuple[list[Finding], Measured, Measured, Release | None]:
        live = self.releases.live_or_installed()
        live_folder = self.releases.folder(live)
        with ThreadPoolExecutor(1) as beside:
            training = beside.submit(self._train)
            findings = self._check(live_folder)
            model = self._result(training)
        release = self.releases.keep(
            self.tree, model, live_folder / NET_FILE, commit=self.asked.head, title=self.asked.change_set,
            by=self.asked.asked_by,
        )  # fmt: skip
        new_folder = self.releases.folder(release)
        with self._step("understanding"):
            now, then = held_out(live_folder / MODEL), held_out(new_folder / MODEL)
        with ExitStack() as ending, ThreadPoolExecutor(_STACKS) as beside:

            def started(number: int) -> TrialStack:
                return ending.enter_context(trial_stack(new_folder, self.folder / f"trial-{number}", self._is_off))

            with self._step("start"):
                stacks = list(beside.map(started, range(_STACKS)))
            heard = beside.submit(self._listen, live_folder, new_folder)
            findings += self._talk(stacks)
            before, after = self._result(heard)
            slow, quick = self._time(stacks[0], [h.text for h in now])
        return findings, Measured(before, now, slow), Measured(after, then, quick), release

    def _check(self, live: Path) -> list[Finding]:
        with self._step("check"):
            article = ["--article", str(self.article)] if self.article else []
            texts = self._run(python("-m", "tools.check_data", *article), "check_data")
            found = [Finding("texts", _plain(line)) for line in texts.last_lines if texts.code] or []
            files = self._run(rasa("data", "validate", "--fail-on-warnings"), "validate")
            if files.code:
                told = [line for line in files.last_lines if "UserWarning" in line or "rror" in line]
                found.append(Finding("files", "Rasa's own check of the files fails.", tuple(map(_plain, told))[:8]))
            gate = load_gate(live / "data/clinic/red_flags.yml")
            return [*found, *dangers_taught(live / "data", self.tree / "data", gate, load_net(live / NET_FILE, gate))]

    def _train(self) -> Path:
        with self._step("train"):
            out = self.folder / "models"
            command = rasa("train", "--skip-validation", "--out", str(out), "--fixed-model-name", "rls")
            ended, model = self._run(command, "train"), out / "rls.tar.gz"
            if ended.code or not model.exists():
                why = "it ran out of memory or was ended" if ended.code < 0 else "it broke off"
                raise CannotBeChecked(f"The training did not come to an end: {why}. {_last_word(ended)}")
            return model

    def _listen(self, live: Path, new: Path) -> tuple[RedFlags, RedFlags]:
        with self._step("red_flags"):
            before = red_flags(live, self.cache, lambda share: self._tell("red_flags", share / 2), self._is_off)
            return before, red_flags(
                new, self.cache, lambda share: self._tell("red_flags", 0.5 + share / 2), self._is_off
            )

    def _talk(self, stacks: list[TrialStack]) -> list[Finding]:
        """Try the conversations, each stack its share of them; what fails is tried again by itself."""
        with self._step("dialogues"), ThreadPoolExecutor(len(stacks)) as beside:
            dialogues, timetable = self._dialogues(), load_timetable(self.tree / "data/clinic/clinic.yml")
            if timetable is None:
                raise CannotBeChecked("Without a timetable in clinic.yml the conversations cannot be tried.")
            done = count(1)

            def tried(number: int) -> dict[str, str]:
                stack, share = stacks[number], dialogues[number :: len(stacks)]
                with stack.client() as client:
                    parts = timetable, client, stack.database
                    faults = try_all(
                        share, *parts, lambda: self._tell("dialogues", next(done) / len(dialogues)), _AT_ONCE
                    )
                    for _ in range(_TRIED_AGAIN):
                        faults = try_all([d for d in share if d.name in faults], *parts, lambda: None)
                    return faults

            faults = {name: fault for found in beside.map(tried, range(len(stacks))) for name, fault in found.items()}
        shown = tuple(f"{name}: {fault}" for name, fault in faults.items())[:MOST_SHOWN]
        return [Finding("dialogues", f"{len(faults)} conversations go wrong.", shown)] if faults else []

    def _dialogues(self) -> list[Dialogue]:
        try:
            found = [load_dialogue(path) for path in sorted((self.tree / _CONVERSATIONS).glob("*/*.yml"))]
        except ValueError as error:
            raise CannotBeChecked(f"A conversation to try cannot be read: {error}") from error
        return [d for d in found if not d.not_yet]

    def _time(self, stack: TrialStack, texts: list[str]) -> tuple[list[float], list[float]]:
        with self._step("speed"):
            servers = ((self.live_url(), self.live_secret), (stack.rasa_url, stack.channel_secret))
            live, new = latency(servers, texts)
            return live, new

    def _verdict(self, findings: list[Finding], live: Measured, new: Measured, release: Release | None) -> GateRun:
        found = [*findings, *compare(live, new)]
        report = {
            "findings": [vars(f) for f in found],
            "numbers": {"live": _numbers(live), "new": _numbers(new)},
            "article": "compared" if self.article else "no article was given to compare with",
        }
        state = GateState.REFUSED if found else GateState.PASSED
        return replace(self._now(), state=state, report=report, release=release.id if release else None)

    def _failed(self, fault: str) -> GateRun:
        for step in self._steps.values():
            step["state"] = "failed" if step["state"] == "running" else step["state"]
        return replace(self._now(), state=GateState.FAILED, fault=fault)

    def _run(self, command: list[str], name: str) -> Ended:
        return run(command, self.tree, self.folder / f"{name}.log", self._is_off)

    def _result(self, future: Any) -> Any:
        """What the other thread found; while waiting it keeps telling that the run is alive."""
        while not future.done():
            if self._is_off():
                break
            time.sleep(0.2)
        return future.result()

    def _is_off(self) -> bool:
        if self.should_stop():
            self._off.set()
        if time.monotonic() - self._told_at > _BEAT_SECONDS:
            self._save()
        return self._off.is_set()

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        started, step = time.monotonic(), self._steps[name]
        step["state"] = "running"
        self._save()
        yield
        step.update(state="done", share=1.0, seconds=round(time.monotonic() - started, 1))
        self._save()

    def _tell(self, name: str, share: float) -> None:
        self._steps[name]["share"] = round(share, 3)
        if self._is_off():
            raise CalledOff

    def _save(self) -> None:
        with self._lock:
            self._told_at = time.monotonic()
            if not self.runs.progress(self._now(), time.time()):
                self._off.set()

    def _now(self) -> GateRun:
        return replace(self.asked, steps=[dict(step) for step in self._steps.values()])


def _numbers(of: Measured) -> dict[str, Any]:
    right = sum(h.is_right for h in of.held_out)
    return {
        "recall": round(of.red_flags.recall, 4), "dangers": len(of.red_flags.dangers),
        "false_alarms": round(of.red_flags.false_alarms, 4), "harmless": len(of.red_flags.harmless),
        "understood": round(right / max(len(of.held_out), 1), 4), "questions": len(of.held_out),
        "calibration_error": round(calibration_error(of.held_out), 4),
        "p50_ms": round(percentile(of.latency, 0.5), 1) if of.latency else None,
        "p95_ms": round(percentile(of.latency, 0.95), 1) if of.latency else None,
    }  # fmt: skip


def _plain(line: str) -> str:
    return line.replace(f"{sys.prefix}/", "").strip()[:400]


def _last_word(ended: Ended) -> str:
    said = [line.strip() for line in ended.last_lines if line.strip()]
    return f"Its last words: {_plain(said[-1])}" if said else ""
