"""Apps on loopback ports of their own, each in a thread."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

_START_SECONDS = 20


def free_listener() -> socket.socket:
    """A free port that nobody else gets; whoever calls there is refused until something is served on it."""
    found = socket.socket()
    found.bind(("127.0.0.1", 0))
    return found


def address_of(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


class Served:
    """A uvicorn server that answers; `listener`: for an app that knows its own address; `options`: of uvicorn."""

    def __init__(self, app: Any, listener: socket.socket | None = None, **options: Any) -> None:
        listener = listener or free_listener()
        self.url = address_of(listener)
        config = uvicorn.Config(app, log_level="error", ws="none", **{"proxy_headers": False, **options})
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([listener],), daemon=True)
        self._thread.start()
        until = time.monotonic() + _START_SECONDS
        while not self._server.started and self._thread.is_alive() and time.monotonic() < until:
            time.sleep(0.02)
        assert self._server.started, f"nothing is served on {self.url}"

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)


@contextmanager
def served(app: Any, listener: socket.socket) -> Iterator[None]:
    """Staff pages for a browser."""
    server = Served(app, listener, lifespan="off", proxy_headers=True)
    try:
        yield
    finally:
        server.stop()
