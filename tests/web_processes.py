"""Real `web` processes on free loopback ports and one database, without Rasa: enough for what `web` does by itself."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from clinic.settings import ROOT
from tests.processes import free_port

_START_SECONDS = 180


@contextmanager
def running_webs(database: str, keys: Sequence[str], folder: Path, number: int = 1) -> Iterator[list[str]]:
    """The addresses of so many processes that answer; `keys`: an integration each. Ended afterwards."""
    environment = {
        **os.environ,
        "RASA_URL": f"http://127.0.0.1:{free_port()}",
        "CLINIC_DB_URL": database,
        "SECRET_KEY": "a-secret-for-tests-that-is-long-enough",
        "API_KEYS": ",".join(f"integration{at}:{key}" for at, key in enumerate(keys)),
        "OMP_NUM_THREADS": "1",
    }
    with ExitStack() as running:
        started = [running.enter_context(_started(environment, folder / f"web-{at}.log")) for at in range(number)]
        for web in started:
            web.wait_until_it_answers()
        yield [web.url for web in started]


@dataclass(frozen=True)
class _Web:
    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def wait_until_it_answers(self) -> None:
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if httpx.get(f"{self.url}/healthz", timeout=5).is_success:
                    return
            except httpx.HTTPError:
                time.sleep(0.05)
        raise AssertionError(f"web does not answer: {self.log.read_text('utf-8', 'replace')[-2000:]}")


@contextmanager
def _started(environment: dict[str, str], log: Path) -> Iterator[_Web]:
    port = free_port()
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "web"],
            cwd=ROOT, env={**environment, "PORT": str(port)}, stdout=output, stderr=output,
        )  # fmt: skip
    try:
        yield _Web(f"http://127.0.0.1:{port}", process, log)
    finally:
        process.terminate()
        process.wait(40)
