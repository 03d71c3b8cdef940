"""One Rasa server: started for an engine, asked how it is, ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import repeat
from pathlib import Path

import httpx

from clinic.adapters.child_process import ends_with_parent
from clinic.adapters.rasa_endpoints import endpoints_path, write_endpoints
from clinic.settings import ROOT, Settings

_END_SECONDS = 25
_ASK_SECONDS = 3.0
_TRIES = 20


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
        endpoints_path(self.port).unlink(missing_ok=True)


def start(
    engine: Engine, port: int, settings: Settings, log: Path | None = None,
    environment: Mapping[str, str] | None = None, parent_ends: signal.Signals = signal.SIGTERM,
) -> Server:  # fmt: skip
    """Start Rasa in the engine's folder with the program's own code; raises `OSError`, and `EndpointsError`.

    `environment`: what differs from this process's own, where `settings` were read from elsewhere. `parent_ends`: the
    signal it gets when the thread that starts it ends, so that a kill leaves no server behind that nobody knows of.
    """
    arguments, output = command(engine, port, settings), log.open("wb") if log else None
    try:
        # A group of its own: a signal to the keeper must not end a server in the middle of a turn.
        process = subprocess.Popen(  # noqa: S603 - our own program and paths
            arguments, cwd=engine.folder, env={**os.environ, **(environment or {}), "PYTHONPATH": str(ROOT)},
            stdout=output, stderr=output, start_new_session=True, preexec_fn=ends_with_parent(parent_ends),  # noqa: PLW1509 - it takes no lock
        )  # fmt: skip
    except OSError:
        endpoints_path(port).unlink(missing_ok=True)
        raise
    return Server(engine, port, process)


def command(engine: Engine, port: int, settings: Settings) -> list[str]:
    """The command line of a server; writes its endpoints file."""
    return [
        str(ROOT / ".venv-rasa" / "bin" / "rasa"), "run", "--model", str(engine.model),
        "--endpoints", str(write_endpoints(settings, port)), "--credentials", str(ROOT / "credentials.yml"),
        "--interface", "127.0.0.1", "--port", str(port),
    ]  # fmt: skip


def free_port(preferred: int, promised: Collection[int] = ()) -> int:
    """The preferred port, or another where it is taken; `promised`: to servers that may not listen on theirs yet."""
    for port in (preferred, *repeat(0, _TRIES)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found: int = probe.getsockname()[1]
            if found not in promised:
                return found
    raise OSError("no free port on loopback")
