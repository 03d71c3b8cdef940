"""FHIR servers that others wrote, on free loopback ports: fhirstarter, and Medplum's router under Node."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from clinic.settings import ROOT
from tests.node_packages import install_packages
from tests.processes import free_port

_HERE = Path(__file__).parent
_MEDPLUM = _HERE / "medplum"
TYPES = ("Schedule", "Slot", "Appointment")


@contextmanager
def fhirstarter(token: str = "") -> Iterator[str]:
    """The base address of a server without conditional requests; with a token it lets in nobody else."""
    command = [str(ROOT / ".venv-peers/bin/python"), "-W", "ignore", str(_HERE / "fhirstarter_server.py")]
    with _serving([*command, "{port}", *filter(None, [token])], {"FHIR_SEQUENCE": "R4B"}) as url:
        yield url


@contextmanager
def medplum() -> Iterator[str]:
    """The base address of a server with conditional requests and versions."""
    install_packages(_MEDPLUM)
    with _serving(["node", str(_MEDPLUM / "server.mjs"), "{port}"], {}) as url:
        yield url


@contextmanager
def _serving(command: list[str], environment: dict[str, str]) -> Iterator[str]:
    port = free_port()
    server = subprocess.Popen([part.format(port=port) for part in command], env={**os.environ, **environment})
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(server, url)
        yield url
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(server: subprocess.Popen[bytes], url: str) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            httpx.get(f"{url}/Slot", timeout=5)
            return
        except httpx.TransportError:
            assert server.poll() is None, "the server has ended"
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.1)
