"""A PostgreSQL 15 server of one's own, on a free loopback port, in a folder that is removed; for tests and proofs."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa

from tests.processes import free_port
from tools.migrate import upgrade

PROGRAMS = Path("/usr/lib/postgresql/15/bin")


@contextmanager
def running_postgres() -> Iterator[str]:
    """The address of a fresh server's first database; nothing is in it."""
    folder = Path(tempfile.mkdtemp(prefix="rls-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data, port = folder / "data", free_port()
    start = [f"{PROGRAMS}/initdb", "-D", str(data), "-A", "trust", "-U", "clinic"]
    subprocess.run(_as_its_user(*start), check=True, stdout=subprocess.DEVNULL, cwd="/")
    # What is killed here are processes, not the machine, so nothing has to reach the disk.
    options = ["-h", "127.0.0.1", "-p", str(port), "-k", str(folder), "-c", "fsync=off"]
    with (folder / "log").open("wb") as log:
        command = _as_its_user(f"{PROGRAMS}/postgres", "-D", str(data), *options)
        server = subprocess.Popen(command, cwd="/", stdout=log, stderr=log)
    url = f"postgresql+psycopg://clinic@127.0.0.1:{port}/postgres"
    try:
        _wait_for(url)
        yield url
    finally:
        stop = [f"{PROGRAMS}/pg_ctl", "stop", "-D", str(data), "-m", "immediate"]
        subprocess.run(_as_its_user(*stop), check=True, stdout=subprocess.DEVNULL, cwd="/")
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def new_database(server: str) -> str:
    """The address of a database of its own on a running server, with the newest schema."""
    name = f"clinic_{uuid4().hex}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    url = server.rpartition("/")[0] + f"/{name}"
    upgrade(url)
    return url


def _as_its_user(*command: str) -> list[str]:
    """PostgreSQL refuses to run as root."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else list(command)


def _wait_for(url: str) -> None:
    until, engine = time.monotonic() + 30, sa.create_engine(url)
    while True:
        try:
            engine.connect().close()
        except sa.exc.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            engine.dispose()
            return
