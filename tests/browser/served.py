"""Staff pages on a real port, for a browser."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

_SECONDS = 20


@contextmanager
def served(app: FastAPI, port: int) -> Iterator[None]:
    """The app listens on a loopback port; which one is chosen before, since the app knows its own address."""
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", ws="none", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    until = time.monotonic() + _SECONDS
    while not server.started and thread.is_alive() and time.monotonic() < until:
        time.sleep(0.02)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)
