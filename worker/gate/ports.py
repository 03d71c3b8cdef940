"""Ports of loopback for the trial: kept from everybody else from their choice until the trial has ended."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager


@contextmanager
def reserved_ports(count: int) -> Iterator[list[int]]:
    """So many ports; raises `OSError` where none is free.

    Each stays bound and never listens: the kernel gives it to nobody who asks for any port, and a server that asks
    for it by its number and sets `SO_REUSEADDR`, as asyncio's do, can listen on it. A port that is merely looked up
    can be another's by the time Rasa has loaded its model, a quarter of a minute later.
    """
    with ExitStack() as held:
        yield [_reserved(held.enter_context(socket.socket())) for _ in range(count)]


def _reserved(holder: socket.socket) -> int:
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind(("127.0.0.1", 0))
    port: int = holder.getsockname()[1]
    return port
