"""What has to run, and making it so: one look at the releases, one step towards what they ask for."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from clinic.adapters.rasa_endpoints import EndpointsError
from clinic.adapters.rasa_server import Engine, Look, Server, free_port, start
from clinic.releases.model import Publication, RasaServer
from clinic.releases.ports import Bundles, ReleaseStore, ReleaseStoreError
from clinic.settings import Settings
from keeper.last_live import LastLive
from keeper.trial import faults_of

log = structlog.get_logger()

# Longer than a turn may take after `web` has begun it with the former release.
_DRAIN_SECONDS = 25.0
_START_SECONDS = 240.0
_MISSED_SECONDS = 60.0  # of one that was ready: the machine may be busy, the database away for a moment
_DOES_NOT_START = "its Rasa server does not start: the model may be damaged or of another version"
_STARTS_AGAIN_AFTER = (0.0, 1.0, 5.0, 15.0, 60.0)


@dataclass
class Wanted:
    """An engine that has to run, and since when nobody wants it any more."""

    engine: Engine
    server: Server | None = None
    is_ready: bool = False
    was_ready: bool = False  # once since its start
    missed_since: float | None = None  # since when no look found it ready
    unwanted_since: float | None = None
    failures: int = 0
    try_again_at: float = 0.0
    fault: str = _DOES_NOT_START


@dataclass
class Keeper:
    """Keeps a server for the live release's engine, for the coming one's, and for a while for the former one's."""

    settings: Settings
    store: ReleaseStore
    bundles: Bundles
    installed: Engine
    remembered: LastLive
    former_seconds: float = 15 * 60
    clock: Callable[[], float] = time.monotonic
    _kept: dict[str, Wanted] = field(default_factory=dict)

    def step(self) -> None:
        """Look and act once; takes no longer than asking the servers and trying one that is ready."""
        live, coming = self._releases()
        wanted = {live.id: live}
        if coming is not None:
            wanted.setdefault(coming.release.engine, self._engine(coming))
        for engine in wanted.values():
            kept = self._kept.setdefault(engine.id, Wanted(engine))
            kept.engine, kept.unwanted_since = engine, None
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
        self.remembered.remember(live.release.id, engine)
        return engine, coming

    def _last_known(self) -> Engine:
        known = self.remembered.recall()
        return _engine_in(*known) if known else self.installed

    def _engine(self, publication: Publication) -> Engine:
        return _engine_in(publication.release.engine, self.bundles.folder(publication.release))

    def _keep_up(self, kept: Wanted) -> None:
        if kept.server is None or not kept.server.is_running:
            self._start(kept)
            return
        look = kept.server.look()
        if look is Look.WITHOUT_MODEL:
            log.error("rasa cannot load its model", engine=kept.engine.id)
            kept.failures += 1
            kept.server.end()
            return
        kept.is_ready = look is Look.READY
        if kept.is_ready:
            kept.was_ready, kept.missed_since, kept.failures = True, None, 0
        elif self._is_hopeless(kept, kept.server):
            log.error("rasa does not get ready", engine=kept.engine.id, was_ready=kept.was_ready)
            kept.server.end()
            return
        self._note(RasaServer(kept.engine.id, kept.server.url, kept.is_ready, time.time()))

    def _is_hopeless(self, kept: Wanted, server: Server) -> bool:
        """Whether it was missed for too long: while it loads its model, or look after look once it was ready."""
        now = self.clock()
        kept.missed_since = now if kept.missed_since is None else kept.missed_since
        if kept.was_ready:
            return now - kept.missed_since > _MISSED_SECONDS
        return now - server.started_at > _START_SECONDS

    def _start(self, kept: Wanted) -> None:
        """Start it, later each time that it ends by itself."""
        if self.clock() < kept.try_again_at:
            return
        if kept.server is not None:
            log.error("rasa has ended", engine=kept.engine.id, code=kept.server.process.returncode)
        wait = _STARTS_AGAIN_AFTER[min(kept.failures + 1, len(_STARTS_AGAIN_AFTER) - 1)]
        kept.failures, kept.try_again_at = kept.failures + 1, self.clock() + wait
        kept.server, kept.is_ready, kept.was_ready, kept.missed_since = None, False, False, None
        promised = {other.server.port for other in self._kept.values() if other.server}
        try:
            kept.server = start(kept.engine, free_port(self._preferred_port(), promised), self.settings)
            kept.fault = _DOES_NOT_START
        except (OSError, EndpointsError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            log.error("rasa cannot be started", engine=kept.engine.id, error=str(reason))
            kept.fault = f"its Rasa server cannot be started: {reason}"

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
            self._refuse(coming, kept.fault)
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
