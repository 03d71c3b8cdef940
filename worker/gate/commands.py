"""Programs of the gate, run to their end at a low priority, or ended when the check is called off."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from clinic.settings import ROOT

_LOOK_SECONDS = 0.2
_LAST_LINES = 12


class CalledOff(Exception):
    """Somebody has cancelled the check, or the worker has to end."""


@dataclass(frozen=True)
class Ended:
    """How a program ended: its exit code, negative for a signal, and the last lines it wrote."""

    code: int
    last_lines: list[str]


def run(
    command: list[str], cwd: Path, log: Path, is_off: Callable[[], bool], environment: Mapping[str, str] | None = None
) -> Ended:
    """Run a program with the project's code on its path; raises `CalledOff` after ending it, and `OSError`."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "RASA_TELEMETRY_ENABLED": "false", **(environment or {})}
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own programs
            command, cwd=cwd, env=env, stdout=output, stderr=output, start_new_session=True
        )
        try:
            while process.poll() is None:
                if is_off():
                    raise CalledOff
                time.sleep(_LOOK_SECONDS)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    return Ended(process.returncode, log.read_text("utf-8", "replace").splitlines()[-_LAST_LINES:])


def rasa(*arguments: str) -> list[str]:
    """A command of Rasa's environment, behind everything that visitors wait for."""
    return ["nice", "-n", "5", str(ROOT / ".venv-rasa" / "bin" / "rasa"), *arguments]


def python(*arguments: str) -> list[str]:
    """A command of the project's own environment."""
    return ["nice", "-n", "5", str(ROOT / ".venv" / "bin" / "python"), *arguments]
