"""Programs of the gate, run to their end at a low priority, or ended when the check is called off."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from clinic.adapters.child_process import ends_with_parent
from clinic.settings import ROOT
from worker.gate.ending import CalledOff

_LOOK_SECONDS = 0.2
_LAST_LINES = 12
_LONGEST_LINE = 400
_TRACEBACK = "Traceback (most recent call last)"


@dataclass(frozen=True)
class Ended:
    """How a program ended: its exit code, negative for a signal, and the last lines it wrote."""

    code: int
    last_lines: list[str]
    has_traceback: bool = False

    @property
    def is_broken_off(self) -> bool:
        """Whether it did not come to its end, so that what it said, if anything, is no verdict."""
        is_silent = not any(line.strip() for line in self.last_lines)
        return self.code < 0 or (self.code > 0 and (self.has_traceback or is_silent))


def run(
    command: list[str], cwd: Path, log: Path, is_off: Callable[[], bool], environment: Mapping[str, str] | None = None
) -> Ended:
    """Run a program with the project's code on its path; raises `CalledOff` after ending it, and `OSError`."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "RASA_TELEMETRY_ENABLED": "false", **(environment or {})}
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = start(command, cwd, output, env)
        try:
            while process.poll() is None:
                if is_off():
                    raise CalledOff
                time.sleep(_LOOK_SECONDS)
        finally:
            end(process)
    said = _lines(log)
    return Ended(process.returncode, said[-_LAST_LINES:], any(line.startswith(_TRACEBACK) for line in said))


def start(command: list[str], cwd: Path, output: IO[bytes], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a program that no kill of this process leaves behind; raises `OSError`."""
    return subprocess.Popen(  # noqa: S603 - our own programs
        command, cwd=cwd, env=environment, stdout=output, stderr=output, start_new_session=True,
        preexec_fn=ends_with_parent(),  # noqa: PLW1509 - it takes no lock
    )  # fmt: skip


def end(process: subprocess.Popen[bytes]) -> None:
    """End a program and what it has started, at once."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def rasa(*arguments: str) -> list[str]:
    """A command of Rasa's environment, behind everything that visitors wait for."""
    return ["nice", "-n", "5", str(ROOT / ".venv-rasa" / "bin" / "rasa"), *arguments]


def python(*arguments: str) -> list[str]:
    """A command of the project's own environment."""
    return ["nice", "-n", "5", str(ROOT / ".venv" / "bin" / "python"), *arguments]


def plain(line: str) -> str:
    """A line of a program as staff may read it: without this machine's folders, and not too long."""
    return line.replace(f"{sys.prefix}/", "").strip()[:_LONGEST_LINE]


def last_lines(log: Path) -> list[str]:
    """The end of what a program wrote."""
    return _lines(log)[-_LAST_LINES:]


def last_word(ended: Ended) -> str:
    """The last thing a program said, or nothing."""
    said = [line for line in ended.last_lines if line.strip()]
    return f"Its last words: {plain(said[-1])}" if said else ""


def _lines(log: Path) -> list[str]:
    return log.read_text("utf-8", "replace").splitlines()
