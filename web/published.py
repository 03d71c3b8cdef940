"""What visitors get now: `web` follows the pointer to the live release, so that going live needs no restart.

A turn takes release and server once, when it is sent to Rasa; one that is under way ends where it began.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import lru_cache

import structlog

from clinic.answers import load_catalogue
from clinic.answers.clinic_facts import load_clinic_facts
from clinic.answers.content import data_of, speak_from
from clinic.releases.model import RasaServer, Release
from clinic.releases.ports import ReleaseStore
from clinic.settings import Settings, releases_folder
from clinic.triage import SafetyGate, load_gate
from clinic.triage.net import NET_FILE, SafetyNet, load_net
from web.chat.live_gate import LiveGate
from web.chat.rasa_client import Live
from web.chat.second_net import SecondNet

log = structlog.get_logger()

_LOOK_SECONDS = 0.5
_LATE_SECONDS = 15.0  # a server that its keeper has not seen for so long may be gone


class Published:
    """Follows the releases: wording, gate and net of this process are those of the live one."""

    def __init__(
        self, settings: Settings, store: ReleaseStore, gate: LiveGate, net: SecondNet, installed: Callable[[], str]
    ) -> None:
        """Nothing is read before `look`; until then it is what was installed; `installed` tells its engine."""
        self._settings, self._store, self._gate, self._net = settings, store, gate, net
        self._installed = lru_cache(installed)
        self._now = Live(settings.rasa_url)
        self._prepared: dict[str, tuple[SafetyGate, SafetyNet]] = {}

    @property
    def now(self) -> Live:
        """What a turn that begins now gets."""
        return self._now

    async def run(self) -> None:
        """Look again and again; while the database does not answer, all stays as it is."""
        while True:
            try:
                await asyncio.to_thread(self.look)
            except Exception as error:  # whatever is wrong with a release, the one before goes on
                log.warning("releases not followed", error=type(error).__name__)
            await asyncio.sleep(_LOOK_SECONDS)

    def look(self) -> None:
        """Take over the live release if it is another one, and the server that runs for it."""
        publication, coming = self._store.live(), self._store.starting()
        servers = [s for s in self._store.servers() if s.is_ready and time.time() - s.beat_at < _LATE_SECONDS]
        if publication is None:
            self._now = Live(servers[0].url if len(servers) == 1 else self._settings.rasa_url)
        elif (found := self._live(publication.release, servers)) != self._now:
            if found.release != self._now.release:
                self._take_over(publication.release)
                log.info("release taken over", release=found.release)
            self._now = found
        if coming is not None:
            self._prepare(coming.release)

    def _live(self, release: Release, servers: list[RasaServer]) -> Live:
        """Raises `LookupError` while the server of another engine is not there yet."""
        url = next((s.url for s in servers if s.engine == release.engine), None)
        if url is None and release.engine != self._engine():
            raise LookupError("the live release's server is not there")
        return Live(url or self._now.rasa_url, release.id, release.engine)

    def _engine(self) -> str:
        return self._now.engine or self._installed()

    def _take_over(self, release: Release) -> None:
        """Read everything before anything is changed: a release that cannot be read changes nothing."""
        self._prepare(release)
        if release.engine != self._engine():
            gate, net = self._prepared[release.engine]
            self._gate.use(gate)
            self._net.use(net)
        self._prepared = {engine: parts for engine, parts in self._prepared.items() if engine == release.engine}
        speak_from(data_of(release.id))

    def _prepare(self, release: Release) -> None:
        """Read a release while the one before is still live; gate and net take seconds."""
        folder, data = releases_folder() / release.id, data_of(release.id)
        load_catalogue(data)
        load_clinic_facts(data / "clinic/clinic.yml", data / "clinic/countries.yml", self._settings.country)
        if release.engine not in (self._engine(), *self._prepared):
            gate = load_gate(folder / "data/clinic/red_flags.yml")
            self._prepared[release.engine] = gate, load_net(folder / NET_FILE, gate)
