"""One run of the gate, step by step, each step told while it is done."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import structlog

from clinic.adapters.release_bundles import MODEL, BundleError
from clinic.releases.desk import ReleaseDesk
from clinic.releases.model import AGAINST, GateRun, GateState, Release
from clinic.releases.ports import GateRunStore
from clinic.review.gate.comparison import Finding, Measured, RedFlags, calibration_error, compare, percentile
from clinic.triage import load_gate
from clinic.triage.net import NET_FILE, load_net
from worker.gate.commands import Ended, last_word, plain, python, rasa, run
from worker.gate.conversations import Conversations
from worker.gate.ending import CalledOff, CannotBeChecked, CannotBeTried
from worker.gate.folders import own_folder
from worker.gate.measure import held_out, latency, red_flags
from worker.gate.progress import Progress
from worker.gate.taught import dangers_taught
from worker.gate.training import train
from worker.gate.trial_stack import TrialStack, enter_trial

log = structlog.get_logger()

_STACKS = 2  # that share the conversations, one for each core of the least machine


@dataclass
class Gate:
    """Everything one run needs; `title` of its set; `folder` is its own and gone afterwards."""

    asked: GateRun
    title: str
    tree: Path
    releases: ReleaseDesk
    runs: GateRunStore
    folder: Path
    cache: Path
    live_url: Callable[[], str]
    live_secret: str
    article: Path | None
    should_stop: Callable[[], bool]
    progress: Progress = field(init=False)

    def __post_init__(self) -> None:
        self.progress = Progress(self.asked, self.runs, self.should_stop)

    def work(self) -> GateRun:
        """The run with its verdict, whatever happens."""
        try:
            with own_folder(self.folder):
                return self._verdict(*self._tried())
        except CalledOff:
            return replace(self.progress.now(), state=GateState.CANCELLED)
        except CannotBeTried as error:
            self.progress.stop_running("failed")
            return replace(self.progress.now(), state=GateState.REFUSED, report={"findings": [vars(error.finding)]})
        except (CannotBeChecked, BundleError) as error:
            return self._failed(str(error))
        except OSError as error:
            return self._failed(f"The computer cannot go on with the check: {error.strerror or type(error).__name__}.")
        except Exception:
            log.exception("check broke off")
            return self._failed("The check broke off where nobody foresaw it. The log of the worker says where.")

    def _tried(self) -> tuple[list[Finding], Measured, Measured, Release, Release]:
        told = self.progress
        live = self.releases.live_or_installed()
        live_folder = self.releases.folder(live)
        with ThreadPoolExecutor(1) as beside:
            training = beside.submit(self._train)
            findings = self._check(live_folder)
            model = told.result(training)
        net = self.releases.installed_net() or live_folder / NET_FILE
        release = self.releases.keep(
            self.tree, model, net, commit=self.asked.head, title=self.title, by=self.asked.asked_by
        )  # fmt: skip
        new_folder = self.releases.folder(release)
        with told.step("understanding"):
            now, then = held_out(live_folder / MODEL), held_out(new_folder / MODEL)
        with ExitStack() as ending, ThreadPoolExecutor(_STACKS) as beside:

            def started(number: int) -> TrialStack:
                return enter_trial(ending, new_folder, self.folder / f"trial-{number}", told.is_off)

            with told.step("start"):
                stacks = list(beside.map(started, range(_STACKS)))
            heard = beside.submit(self._listen, live_folder, new_folder)
            with told.step("dialogues"):
                findings += Conversations(self.tree).try_on(stacks, lambda share: told.tell("dialogues", share))
            before, after = told.result(heard)
            slow, quick = self._time(stacks[0], [h.text for h in now])
        return findings, Measured(before, now, slow), Measured(after, then, quick), live, release

    def _check(self, live: Path) -> list[Finding]:
        with self.progress.step("check"):
            article = ["--article", str(self.article)] if self.article else []
            texts = self._run(python("-m", "tools.check_data", *article), "check_data")
            if texts.is_broken_off:
                raise CannotBeChecked(f"The check of the texts did not come to an end. {last_word(texts)}".strip())
            found = [Finding("texts", plain(line)) for line in texts.last_lines if texts.code]
            files = self._run(rasa("data", "validate", "--fail-on-warnings"), "validate")
            if files.code < 0:
                raise CannotBeChecked("Rasa's check of the files ran out of memory or was ended.")
            if files.code:
                told = [line for line in files.last_lines if "UserWarning" in line or "rror" in line]
                found.append(Finding("files", "Rasa's own check of the files fails.", tuple(map(plain, told))[:8]))
            gate = load_gate(live / "data/clinic/red_flags.yml")
            return [*found, *dangers_taught(live / "data", self.tree / "data", gate, load_net(live / NET_FILE, gate))]

    def _train(self) -> Path:
        with self.progress.step("train"):
            return train(self.tree, self.folder, self.progress.is_off)

    def _listen(self, live: Path, new: Path) -> tuple[RedFlags, RedFlags]:
        told = self.progress
        with told.step("red_flags"):
            before = red_flags(live, self.cache, lambda share: told.tell("red_flags", share / 2), told.is_off)
            return before, red_flags(
                new, self.cache, lambda share: told.tell("red_flags", 0.5 + share / 2), told.is_off
            )

    def _time(self, stack: TrialStack, texts: list[str]) -> tuple[list[float], list[float]]:
        with self.progress.step("speed"):
            servers = ((self.live_url(), self.live_secret), (stack.rasa_url, stack.channel_secret))
            try:
                live, new = latency(servers, texts)
            except httpx.HTTPError as error:
                log.error("a server of the check does not answer", error=str(error))
                raise CannotBeChecked("A part of the trial stopped answering. Start the check again.") from error
            return live, new

    def _verdict(
        self, findings: list[Finding], live: Measured, new: Measured, against: Release, release: Release
    ) -> GateRun:
        found = [*findings, *compare(live, new)]
        report = {
            "findings": [vars(f) for f in found],
            "numbers": {"live": _numbers(live), "new": _numbers(new)},
            "article": "compared" if self.article else "no article was given to compare with",
            AGAINST: against.engine,
        }
        state = GateState.REFUSED if found else GateState.PASSED
        return replace(self.progress.now(), state=state, report=report, release=release.id)

    def _failed(self, fault: str) -> GateRun:
        self.progress.stop_running("failed")
        return replace(self.progress.now(), state=GateState.FAILED, fault=fault)

    def _run(self, command: list[str], name: str) -> Ended:
        return run(command, self.tree, self.folder / f"{name}.log", self.progress.is_off)


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
