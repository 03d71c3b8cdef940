"""A stack for trying a release: `web`, actions and Rasa on free ports of loopback, on databases of its own.

They run in the release's folder and read nothing else; nobody is told of anything that happens in it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import structlog

from clinic.adapters.rasa_endpoints import EndpointsError
from clinic.adapters.rasa_server import Engine, Look, Server, start
from clinic.settings import ROOT, Settings, load_settings, new_secret
from worker.gate.commands import Ended, end, last_lines, last_word, python, run
from worker.gate.commands import start as start_program
from worker.gate.ending import CalledOff, CannotBeChecked
from worker.gate.ports import reserved_ports

log = structlog.get_logger()

_START_SECONDS = 180.0
_LOOK_SECONDS = 0.2
_TRIES = 2


@dataclass(frozen=True)
class TrialStack:
    """Where it answers, with which key, and the database its visits go to."""

    url: str
    key: str
    rasa_url: str
    channel_secret: str
    database: Path

    def client(self) -> httpx.Client:
        """A client that shows the key."""
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {self.key}"}, timeout=30)


class PartEnded(CannotBeChecked):
    """A process of the trial ended while the trial started."""


def enter_trial(ending: ExitStack, release: Path, folder: Path, is_off: Callable[[], bool]) -> TrialStack:
    """A stack that `ending` ends; where one of its processes ends at its start, a second one in its place."""
    for attempt in range(1, _TRIES):
        try:
            return ending.enter_context(trial_stack(release, folder / str(attempt), is_off))
        except PartEnded as error:
            log.warning("trial starts again", reason=str(error))
    return ending.enter_context(trial_stack(release, folder / str(_TRIES), is_off))


@contextmanager
def trial_stack(release: Path, folder: Path, is_off: Callable[[], bool]) -> Iterator[TrialStack]:
    """A stack on a release's folder; raises `CannotBeChecked` and `CalledOff`, and leaves no process behind.

    The thread that enters it has to stay until it is left: its processes end with it.
    """
    with reserved_ports(3) as ports:
        yield from _on_ports(ports, release, folder, is_off)


def _on_ports(ports: list[int], release: Path, folder: Path, is_off: Callable[[], bool]) -> Iterator[TrialStack]:
    environment = _environment(folder, ports)
    settings = load_settings({**os.environ, **environment})
    logs = folder / "log"
    migrated = run(python("-m", "tools.migrate"), ROOT, logs / "migrate.log", is_off, environment)
    if migrated.code:
        raise CannotBeChecked(f"The trial's database could not be made. {last_word(migrated)}".strip())
    with ExitStack() as ending:
        engine = Engine("trial", release, release / "models" / "rls.tar.gz")
        server = _rasa(engine, int(environment["RASA_PORT"]), settings, logs / "rasa.log", environment)
        ending.callback(server.end, patience=0)
        processes = {"rasa": server.process}
        for name, more in (("web", ()), ("actions", ("--port", environment["ACTIONS_PORT"]))):
            processes[name] = _started(python("-m", name, *more), release, logs / f"{name}.log", environment)
            ending.callback(end, processes[name])
        stack = TrialStack(
            f"http://127.0.0.1:{settings.port}", environment["API_KEYS"].partition(":")[2], server.url,
            settings.channel_secret, folder / "clinic.db",
        )  # fmt: skip

        def look_at_parts() -> None:
            if server.look() is Look.WITHOUT_MODEL:
                raise CannotBeChecked("Rasa cannot load the model that was trained.")
            for name, process in processes.items():
                _refuse_ended(name, process, logs / f"{name}.log")

        _wait(lambda: _is_ready(stack, settings), look_at_parts, is_off)
        yield stack


def _environment(folder: Path, ports: list[int]) -> dict[str, str]:
    """Ports, databases and keys for this trial alone; letters go to a folder, calendars and servers are not told."""
    rasa_port, web_port, actions_port = map(str, ports)
    return {
        "APP_ENV": "development", "PORT": web_port, "RASA_PORT": rasa_port, "ACTIONS_PORT": actions_port,
        "RASA_URL": f"http://127.0.0.1:{rasa_port}", "HOST": "127.0.0.1", "PUBLIC_URL": f"http://127.0.0.1:{web_port}",
        "CLINIC_DB_URL": f"sqlite:///{folder / 'clinic.db'}", "TRACKER_DB_URL": f"sqlite:///{folder / 'tracker.db'}",
        "JOBS_DB_URL": f"sqlite:///{folder / 'jobs.db'}", "MAIL_FOLDER": str(folder / "outbox"), "SMTP_HOST": "",
        "CALDAV_URL": "", "FHIR_URL": "", "REDIS_URL": "", "TRUSTED_PROXIES": "", "OIDC_ISSUER": "",
        "RELEASES_FOLDER": str(folder / "none"), "SECRET_KEY": new_secret(), "API_KEYS": f"gate:{new_secret()}",
        "API_KEY_HASHES": "", "REST_MESSAGES_PER_MINUTE": "1000000",
        "OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1",
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip


def _rasa(engine: Engine, port: int, settings: Settings, log: Path, environment: dict[str, str]) -> Server:
    try:
        return start(engine, port, settings, log, environment, signal.SIGKILL)
    except EndpointsError as error:
        raise CannotBeChecked(f"The trial's Rasa cannot be started: {error}.") from error


def _started(command: list[str], cwd: Path, log: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return start_program(command, cwd, output, {**os.environ, **environment})


def _refuse_ended(name: str, process: subprocess.Popen[bytes], said: Path) -> None:
    code = process.poll()
    if code is not None:
        last = last_lines(said)
        log.error("part of the trial ended", part=name, code=code, last_lines=last)
        raise PartEnded(f"A part of the trial ended while it started: {name}. {last_word(Ended(code, last))}".strip())


def _wait(is_ready: Callable[[], bool], look_at_parts: Callable[[], None], is_off: Callable[[], bool]) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if is_off():
            raise CalledOff
        if is_ready():
            return
        look_at_parts()
        time.sleep(_LOOK_SECONDS)
    raise CannotBeChecked(f"The trial was not ready in {_START_SECONDS:.0f} seconds.")


def _is_ready(stack: TrialStack, settings: Settings) -> bool:
    try:
        actions = httpx.get(f"http://127.0.0.1:{settings.actions_port}/health", timeout=2)
        return actions.is_success and httpx.get(f"{stack.url}/readyz", timeout=5).is_success
    except httpx.HTTPError:
        return False
