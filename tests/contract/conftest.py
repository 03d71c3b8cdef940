"""A PostgreSQL server of the tests' own, on a free loopback port, in a folder that is removed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.processes import free_port
from tools.migrate import upgrade

PROGRAMS = Path("/usr/lib/postgresql/15/bin")


def _as_its_user(*command: str) -> list[str]:
    """PostgreSQL refuses to run as root."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else list(command)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="rls-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data, port = folder / "data", free_port()
    start = [f"{PROGRAMS}/initdb", "-D", str(data), "-A", "trust", "-U", "clinic"]
    subprocess.run(_as_its_user(*start), check=True, stdout=subprocess.DEVNULL, cwd="/")
    options = ["-h", "127.0.0.1", "-p", str(port), "-k", str(folder), "-c", "fsync=off"]
    server = subprocess.Popen(_as_its_user(f"{PROGRAMS}/postgres", "-D", str(data), *options), cwd="/")
    url = f"postgresql+psycopg://clinic@127.0.0.1:{port}/postgres"
    try:
        _wait_for(url)
        upgrade(url)
        yield url
    finally:
        stop = [f"{PROGRAMS}/pg_ctl", "stop", "-D", str(data), "-m", "immediate"]
        subprocess.run(_as_its_user(*stop), check=True, stdout=subprocess.DEVNULL, cwd="/")
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(url: str) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            sa.create_engine(url).connect().close()
            return
        except sa.exc.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
