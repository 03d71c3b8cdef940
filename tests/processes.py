"""The real processes on free loopback ports and databases of their own, started, stopped and paused by tests."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from clinic.adapters.rasa_server import Engine
from clinic.adapters.rasa_server import command as rasa_command
from clinic.settings import ROOT, Settings, load_settings
from tools.migrate import upgrade
from tools.run_local import commands

KEY = "system-test-key"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Processes:
    """web, rasa and actions of one stack; each can be ended and started again by name."""

    folder: Path
    with_keeper: bool = False
    environment: dict[str, str] = field(init=False)
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rasa_port = free_port()
        self.environment = {
            "PORT": str(free_port()),
            "RASA_PORT": str(rasa_port),
            "RASA_URL": f"http://127.0.0.1:{rasa_port}",
            "ACTIONS_PORT": str(free_port()),
            "CLINIC_DB_URL": f"sqlite:///{self.folder}/clinic.db",
            "TRACKER_DB_URL": f"sqlite:///{self.folder}/tracker.db",
            "JOBS_DB_URL": f"sqlite:///{self.folder}/jobs.db",
            "RELEASES_FOLDER": str(self.folder / "releases"),
            "MAIL_FOLDER": str(self.folder / "outbox"),
            "SECRET_KEY": "system-test-secret-that-is-long-enough",
            "API_KEYS": f"tests:{KEY}",
            "REST_MESSAGES_PER_MINUTE": "100000",
            "OMP_NUM_THREADS": "1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "RASA_TELEMETRY_ENABLED": "false",
            "PYTHONWARNINGS": "ignore",
        }
        upgrade(self.environment["CLINIC_DB_URL"])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.environment['PORT']}"

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text("utf-8", "replace")

    def start(self, *names: str) -> None:
        settings = load_settings({**os.environ, **self.environment})
        for name in names:
            with (self.folder / f"{name}.log").open("ab") as output:
                self._running[name] = subprocess.Popen(
                    self._command(name, settings),
                    cwd=ROOT, env={**os.environ, **self.environment}, stdout=output, stderr=output,
                )  # fmt: skip

    def _command(self, name: str, settings: Settings) -> list[str]:
        """Rasa itself where the tests end and pause it; its keeper where releases are published."""
        if name != "rasa" or self.with_keeper:
            return shlex.split(commands(settings)[name])
        installed = Engine("installed", ROOT, ROOT / "models" / "rls.tar.gz")
        return rasa_command(installed, int(self.environment["RASA_PORT"]), settings)

    def end(self, name: str, sign: signal.Signals = signal.SIGKILL) -> None:
        process = self._running.pop(name)
        process.send_signal(sign)
        process.wait(30)

    def signal(self, name: str, sign: signal.Signals) -> None:
        self._running[name].send_signal(sign)

    def children(self, name: str) -> list[int]:
        """Processes that it has started and that run."""
        found = subprocess.run(
            ["pgrep", "-P", str(self._running[name].pid)], capture_output=True, text=True, check=False
        )
        return [int(pid) for pid in found.stdout.split()]

    def is_alive(self, name: str) -> bool:
        return name in self._running and self._running[name].poll() is None

    def wait_until_ready(self, seconds: float = 180) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                if httpx.get(f"{self.url}/readyz", timeout=5).is_success and self._actions_answer():
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.3)
        raise AssertionError(f"not ready: {self.log('rasa')[-2000:]} {self.log('web')[-1000:]}")

    def _actions_answer(self) -> bool:
        return httpx.get(f"http://127.0.0.1:{self.environment['ACTIONS_PORT']}/health", timeout=5).is_success

    def end_all(self) -> None:
        for name in list(self._running):
            self.signal(name, signal.SIGCONT)
            self.end(name, signal.SIGTERM)


@contextmanager
def running_processes(folder: Path) -> Iterator[Processes]:
    """A whole stack of its own, ready, and ended afterwards."""
    processes = Processes(folder)
    try:
        processes.start("actions", "rasa", "web")
        processes.wait_until_ready()
        yield processes
    finally:
        processes.end_all()


class Visitor:
    """Talks over REST as one sender."""

    def __init__(self, processes: Processes, sender: str) -> None:
        self._client = httpx.Client(base_url=processes.url, headers={"Authorization": f"Bearer {KEY}"}, timeout=30)
        self._sender = sender
        self.last: list[dict[str, Any]] = []

    def post(self, message: Any, **metadata: Any) -> httpx.Response:
        body = {"sender": self._sender, "message": message, "metadata": metadata or None}
        return self._client.post("/webhooks/rest/webhook", json=body)

    def say(self, message: str) -> list[str]:
        """Send a message; the kinds of the replies in order."""
        answer = self.post(message)
        assert answer.is_success, answer.text
        self.last = answer.json()
        return [r["metadata"]["kind"] for r in self.last]

    def press(self, title: str) -> list[str]:
        """Press a button of the last replies."""
        return self.say(next(b["payload"] for r in self.last for b in r["buttons"] if b["title"] == title))

    @property
    def topics(self) -> list[str]:
        return [r["metadata"]["topic"] for r in self.last]
