"""A machine for a keeper: its clock, its servers and the releases are made up."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from clinic.adapters.rasa_server import Engine, Look
from clinic.releases.model import Publication, PublicationState, Release
from clinic.releases.ports import ReleaseStoreError
from clinic.settings import load_settings
from keeper.keeper import Keeper
from keeper.last_live import LastLive

INSTALLED = Engine("e_installed", Path("/project"), Path("/project/models/rls.tar.gz"))
PREFERRED = 5999


@dataclass
class MadeUpServer:
    engine: Engine
    port: int
    started_at: float
    looks: Look = Look.NOT_READY
    is_running: bool = True
    process: Any = field(default_factory=lambda: SimpleNamespace(returncode=1))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def look(self) -> Look:
        return self.looks

    def end(self) -> None:
        self.is_running = False


class MadeUpStore:
    """Says what is live and what is coming; `is_away`: like a database that does not answer."""

    def __init__(self) -> None:
        self.publications: dict[str, Publication | None] = {"live": None, "starting": None}
        self.is_away = False
        self.faults: list[str] = []

    def publish(self, state: str, release: str, engine: str) -> None:
        made = Release(release, engine, None, "words", "m_1", 0.0)
        self.publications[state] = Publication(1, made, PublicationState(state), "m_1", "why", 0.0)

    def live(self) -> Publication | None:
        return self._found("live")

    def starting(self) -> Publication | None:
        return self._found("starting")

    def fail(self, _number: int, fault: str, _now: float) -> None:
        self.faults.append(fault)
        self.publications["starting"] = None

    def switch(self, _number: int, _now: float) -> None:
        self.publications = {"live": self.publications["starting"], "starting": None}

    def note_server(self, _server: object) -> None: ...

    def forget_server(self, _engine: str) -> None: ...

    def _found(self, state: str) -> Publication | None:
        if self.is_away:
            raise ReleaseStoreError("away")
        return self.publications[state]


class Machine:
    """A keeper on a machine of its own; `started`: its servers in the order in which they came."""

    def __init__(self, folder: Path) -> None:
        self.now, self.store, self.started = 1_000.0, MadeUpStore(), list[MadeUpServer]()
        self.file = folder / "live.json"
        self.fails_with: Exception | None = None
        self.keeper = self.another_keeper()

    def another_keeper(self) -> Keeper:
        settings = load_settings({**os.environ, "SECRET_KEY": "s" * 40, "RASA_URL": f"http://127.0.0.1:{PREFERRED}"})
        bundles: Any = SimpleNamespace(folder=lambda release: Path("/releases") / release.id)
        store: Any = self.store
        return Keeper(settings, store, bundles, INSTALLED, LastLive(self.file), clock=lambda: self.now)

    def start(self, engine: Engine, port: int, _settings: object) -> MadeUpServer:
        if self.fails_with is not None:
            raise self.fails_with
        self.started.append(MadeUpServer(engine, port, self.now))
        return self.started[-1]

    def let_pass(self, seconds: float, every: float = 0.5) -> None:
        until = self.now + seconds
        while self.now < until:
            self.now += every
            self.keeper.step()

    @property
    def running(self) -> list[MadeUpServer]:
        return [server for server in self.started if server.is_running]


class NobodyListens:
    """A socket on a machine where every port is free."""

    port = 40_000

    def __init__(self) -> None:
        self._bound = 0

    def __enter__(self) -> NobodyListens:
        return self

    def __exit__(self, *_: object) -> None: ...

    def setsockopt(self, *_: object) -> None: ...

    def bind(self, address: tuple[str, int]) -> None:
        NobodyListens.port += 1
        self._bound = address[1] or NobodyListens.port

    def getsockname(self) -> tuple[str, int]:
        return "127.0.0.1", self._bound
