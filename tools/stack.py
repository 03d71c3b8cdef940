"""The running stack for tools and tests: the one that is there, or one started for the occasion."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from clinic.settings import ROOT, load_settings

_START_SECONDS = 240


@dataclass(frozen=True)
class Stack:
    """Where it answers and with which key."""

    url: str
    key: str

    def client(self) -> httpx.Client:
        """A client that shows the key."""
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {self.key}"}, timeout=30)


@contextmanager
def running_stack() -> Iterator[Stack]:
    """The stack on `PORT` if it is ready, else one that is started here and stopped afterwards."""
    settings = load_settings()
    stack = Stack(f"http://127.0.0.1:{settings.port}", next(iter(settings.api_keys), ""))
    if is_ready(stack.url):
        yield stack
        return
    with started_stack({}) as process_stack:
        yield process_stack


@contextmanager
def started_stack(environment: dict[str, str], log: Path | None = None) -> Iterator[Stack]:
    """A stack of its own with these settings over the environment; stopped by SIGTERM to its process group."""
    settings = load_settings({**os.environ, **environment})
    stack = Stack(f"http://127.0.0.1:{settings.port}", next(iter(settings.api_keys), ""))
    log = log or ROOT / "var" / "log" / "stack.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tools.run_local"],
            cwd=ROOT, env={**os.environ, **environment}, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
        try:
            _wait_until_ready(stack, process, log)
            yield stack
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def is_ready(url: str) -> bool:
    """Whether `/readyz` says yes."""
    try:
        return httpx.get(f"{url}/readyz", timeout=5).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _wait_until_ready(stack: Stack, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if is_ready(stack.url):
            return
        if process.poll() is not None:
            raise RuntimeError(f"the stack ended while starting:\n{log.read_text()[-3000:]}")
        time.sleep(0.3)
    raise RuntimeError(f"the stack was not ready in {_START_SECONDS} s:\n{log.read_text()[-3000:]}")
