"""One Rasa server: started for an engine, asked how it is, ended."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

import httpx
import yaml

from clinic.settings import ROOT, Settings

_END_SECONDS = 25
_ASK_SECONDS = 3.0
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Look(Enum):
    """What a server says of itself; not ready: it starts, or its database does not answer."""

    READY = "ready"
    NOT_READY = "not ready"
    WITHOUT_MODEL = "without a model"


@dataclass(frozen=True)
class Engine:
    """What a server needs: the folder with `data` and `domain.yml`, and the model."""

    id: str
    folder: Path
    model: Path


@dataclass
class Server:
    """A process of `rasa run`; times in seconds of a clock that does not jump."""

    engine: Engine
    port: int
    process: subprocess.Popen[bytes] = field(repr=False)
    started_at: float = field(default_factory=time.monotonic)

    @property
    def url(self) -> str:
        """Where `web` finds it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def is_running(self) -> bool:
        """Whether the process has not ended."""
        return self.process.poll() is None

    def look(self) -> Look:
        """How it is now. Rasa listens only after it has tried to load its model: without one it never will have one."""
        try:
            answer = httpx.get(f"{self.url}/webhooks/clinic/ready", timeout=_ASK_SECONDS)
            if answer.is_success:
                return Look.READY
            return Look.WITHOUT_MODEL if answer.json().get("error") == "no_model" else Look.NOT_READY
        except (httpx.HTTPError, ValueError):
            return Look.NOT_READY

    def end(self, patience: float = _END_SECONDS) -> None:
        """Let it finish its turns for so many seconds, then no longer."""
        if self.is_running:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        _endpoints_path(self.port).unlink(missing_ok=True)


def start(
    engine: Engine, port: int, settings: Settings, log: Path | None = None, environment: Mapping[str, str] | None = None
) -> Server:
    """Start Rasa in the engine's folder with the program's own code; raises `OSError`.

    `environment`: what differs from this process's own, where `settings` were read from elsewhere.
    """
    output = log.open("wb") if log else None
    # A group of its own: a signal to the keeper must not end a server in the middle of a turn.
    process = subprocess.Popen(  # noqa: S603 - our own program and paths
        command(engine, port, settings), cwd=engine.folder,
        env={**os.environ, **(environment or {}), "PYTHONPATH": str(ROOT)},
        stdout=output, stderr=output, start_new_session=True, preexec_fn=_end_with_the_keeper,  # noqa: PLW1509 - the keeper has one thread
    )  # fmt: skip
    return Server(engine, port, process)


def command(engine: Engine, port: int, settings: Settings) -> list[str]:
    """The command line of a server; writes its endpoints file."""
    return [
        str(ROOT / ".venv-rasa" / "bin" / "rasa"), "run", "--model", str(engine.model),
        "--endpoints", str(_endpoints_file(settings, port)), "--credentials", str(ROOT / "credentials.yml"),
        "--interface", "127.0.0.1", "--port", str(port),
    ]  # fmt: skip


def _end_with_the_keeper() -> None:
    """A keeper that is killed leaves no server behind that nobody knows of (Linux; elsewhere it would stay)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def free_port(preferred: int) -> int:
    """The preferred port, or another where it is taken."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found: int = probe.getsockname()[1]
            return found
    raise OSError("no free port on loopback")


def _endpoints_file(settings: Settings, port: int) -> Path:
    """`endpoints.yml` with this run's ports and database."""
    endpoints = yaml.safe_load((ROOT / "endpoints.yml").read_text("utf-8"))
    endpoints["action_endpoint"]["url"] = f"http://127.0.0.1:{settings.actions_port}/webhook"
    endpoints["tracker_store"]["url"] = settings.tracker_db_url
    path = _endpoints_path(port)
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(endpoints), "utf-8")
    return path


def _endpoints_path(port: int) -> Path:
    return ROOT / "var" / f"endpoints-{port}.yml"
