"""A Redis server of one's own, on a free loopback port, in a folder that is removed; stopped and paused by tests."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from tests.processes import free_port

PROGRAM = "/usr/bin/redis-server"


class RedisServer:
    """A real `redis-server` that keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, free_port()
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        options = ["--bind", "127.0.0.1", "--port", str(self._port), "--save", "", "--appendonly", "no"]
        with (self._folder / "log").open("ab") as log:
            command = [PROGRAM, *options, "--dir", str(self._folder)]
            self._server = subprocess.Popen(command, stdout=log, stderr=log)
        self._wait_until_it_answers()

    def stop(self) -> None:
        self._server.kill()
        self._server.wait(20)

    def hang(self) -> None:
        """The connection is taken, and nothing is answered."""
        self._server.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._server.send_signal(signal.SIGCONT)

    def keys(self) -> list[str]:
        with redis.Redis.from_url(self.url) as client:
            return [key.decode() for key in client.scan_iter()]

    def _wait_until_it_answers(self) -> None:
        until = time.monotonic() + 20
        with redis.Redis.from_url(self.url) as client:
            while True:
                try:
                    client.ping()
                except redis.RedisError:
                    if time.monotonic() > until:
                        raise
                    time.sleep(0.05)
                else:
                    return


@contextmanager
def running_redis() -> Iterator[RedisServer]:
    """A fresh, empty server."""
    folder = Path(tempfile.mkdtemp(prefix="rls-redis-"))
    server = RedisServer(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
