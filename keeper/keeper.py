"""What has to run, and making it so: one look at the releases, one step towards what they ask for."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from clinic.adapters.rasa_server import Engine, Look, Server, free_port, start
from clinic.releases.model import Publication, RasaServer
from clinic.releases.ports import Bundles, ReleaseStore, ReleaseStoreError
from clinic.settings import Settings
from keeper.trial import faults_of

log = structlog.get_logger()

# Longer than a turn may take after `web` has begun it with the former release.
_DRAIN_SECONDS = 25.0
_START_SECONDS = 240.0
_STARTS_AGAIN_AFTER = (0.0, 1.0, 5.0, 15.0, 60.0)


@dataclass
class Wanted:
    """An engine that has to run, and since when nobody wants it any more."""

    engine: Engine
    server: Server | None = None
    is_ready: bool = False
    unwanted_since: float | None = None
    failures: int = 0
    try_again_at: float = 0.0


@dataclass
class Keeper:
    """Keeps a server for the live release's engine, for the coming one's, and for a while for the former one's."""

    settings: Settings
    store: ReleaseStore
    bundles: Bundles
    installed: Engine
    remembered: Path  # which release is live, for a start while the database does not answer
    former_seconds: float = 15 * 60
    clock: Callable[[], float] = time.monotonic
    _kept: dict[str, Wanted] = field(default_factory=dict)

    def step(self) -> None:
        """Look and act once; takes no longer than asking the servers and trying one that is ready."""
        live, coming = self._releases()
        wanted = {engine.id: engine for engine in (live, coming and self._engine(coming)) if engine is not None}
        for engine in wanted.values():
            self._kept.setdefault(engine.id, Wanted(engine)).unwanted_since = None
        for kept in list(self._kept.values()):
            if kept.engine.id in wanted:
                self._keep_up(kept)
            else:
                self._let_go(kept)
        if coming is not None:
            self._bring_live(coming)

    def end(self) -> None:
        """End every server."""
        for kept in self._kept.values():
            if kept.server:
                kept.server.end()

    def _releases(self) -> tuple[Engine, Publication | None]:
        """The live engine and what is to come; without a database what was live last."""
        try:
            live, coming = self.store.live(), self.store.starting()
        except ReleaseStoreError as error:
            log.warning("releases cannot be read", error=str(error))
            return self._last_known(), None
        if live is None:
            return self.installed, coming
        engine = self._engine(live)
        self.remembered.parent.mkdir(parents=True, exist_ok=True)
        noted = {"release": live.release.id, "engine": engine.id, "folder": str(engine.folder)}
        if self.remembered.exists() and json.loads(self.remembered.read_text("utf-8")) == noted:
            return engine, coming
        self.remembered.write_text(json.dumps(noted), "utf-8")
        return engine, coming

    def _last_known(self) -> Engine:
        try:
            noted = json.loads(self.remembered.read_text("utf-8"))
        except (OSError, ValueError):
            return self.installed
        return _engine_in(noted["engine"], Path(noted["folder"]))

    def _engine(self, publication: Publication) -> Engine:
        if publication.release.engine == self.installed.id:
            return self.installed
        return _engine_in(publication.release.engine, self.bundles.folder(publication.release))

    def _keep_up(self, kept: Wanted) -> None:
        if kept.server is None or not kept.server.is_running:
            self._start(kept)
            return
        if not kept.is_ready and self.clock() - kept.server.started_at > _START_SECONDS:
            log.error("rasa did not get ready", engine=kept.engine.id)
            kept.server.end()
            return
        look = kept.server.look()
        if look is Look.WITHOUT_MODEL:
            log.error("rasa cannot load its model", engine=kept.engine.id)
            kept.failures += 1
            kept.server.end()
            return
        kept.is_ready = look is Look.READY
        kept.failures = 0 if kept.is_ready else kept.failures
        self._note(RasaServer(kept.engine.id, kept.server.url, kept.is_ready, time.time()))

    def _start(self, kept: Wanted) -> None:
        """Start it, later each time that it ends by itself."""
        if self.clock() < kept.try_again_at:
            return
        if kept.server is not None:
            log.error("rasa has ended", engine=kept.engine.id, code=kept.server.process.returncode)
        wait = _STARTS_AGAIN_AFTER[min(kept.failures + 1, len(_STARTS_AGAIN_AFTER) - 1)]
        kept.failures, kept.try_again_at, kept.is_ready = kept.failures + 1, self.clock() + wait, False
        try:
            kept.server = start(kept.engine, free_port(self._preferred_port()), self.settings)
        except OSError as error:
            log.error("rasa cannot be started", engine=kept.engine.id, error=type(error).__name__)

    def _preferred_port(self) -> int:
        return int(self.settings.rasa_url.rsplit(":", 1)[-1])

    def _let_go(self, kept: Wanted) -> None:
        """End a server that nobody asks for: the former release's stays for a while, one that failed does not."""
        now = self.clock()
        if kept.unwanted_since is None:
            kept.unwanted_since = now
        patience = max(self.former_seconds, _DRAIN_SECONDS) if kept.is_ready else 0.0
        if now - kept.unwanted_since < patience:
            if kept.server:
                self._note(RasaServer(kept.engine.id, kept.server.url, kept.server.look() is Look.READY, time.time()))
            return
        if kept.server:
            kept.server.end()
        del self._kept[kept.engine.id]
        self._forget(kept.engine.id)

    def _bring_live(self, coming: Publication) -> None:
        kept = self._kept[self._engine(coming).id]
        if kept.failures > 1:
            self._refuse(coming, "its Rasa server does not start: the model may be damaged or of another version")
        elif kept.is_ready and kept.server:
            faults = faults_of(kept.server.url, self.settings, coming.release.id)
            if faults:
                self._refuse(coming, "; ".join(faults))
            else:
                self.store.switch(coming.number, time.time())
                log.info("release is live", release=coming.release.id)

    def _refuse(self, coming: Publication, fault: str) -> None:
        log.error("release does not go live", release=coming.release.id, fault=fault)
        self.store.fail(coming.number, fault, time.time())
        self._kept[self._engine(coming).id].is_ready = False  # so it ends at once

    def _note(self, server: RasaServer) -> None:
        try:
            self.store.note_server(server)
        except ReleaseStoreError as error:
            log.warning("server not noted", error=str(error))

    def _forget(self, engine: str) -> None:
        try:
            self.store.forget_server(engine)
        except ReleaseStoreError as error:
            log.warning("server not forgotten", error=str(error))


def _engine_in(id: str, folder: Path) -> Engine:
    return Engine(id, folder, folder / "models" / "rls.tar.gz")
