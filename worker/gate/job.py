"""The worker's part of the gate: take the next run, do it, write its verdict down."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog

from clinic.bootstrap.releases import gate_run_store, release_desk, release_store
from clinic.bootstrap.review import article_path, change_set_desk
from clinic.bootstrap.staff import audit_log
from clinic.releases.model import GateRun, GateState
from clinic.review.changes.change_set import ChangeSetState
from clinic.review.content.errors import ChangesError
from clinic.settings import ROOT, Settings
from worker.gate.run import Gate

log = structlog.get_logger()

GATE_SECONDS = 1
GATE_CACHE = ROOT / "var" / "cache"
_STALE_SECONDS = 30.0
_AFTER = {
    GateState.PASSED: ChangeSetState.PASSED,
    GateState.REFUSED: ChangeSetState.REFUSED,
}


def work_off(settings: Settings, should_stop: Callable[[], bool]) -> int:
    """Do the next run that was asked for, if there is one; how many were done."""
    runs, change_sets = gate_run_store(settings), change_set_desk(settings)
    now = time.time()
    run = runs.take(now, now - _STALE_SECONDS)
    for interrupted in runs.interrupted():
        _settle(settings, interrupted)
    if run is None:
        return 0
    releases = release_desk(settings, audit_log(settings))
    store, article = release_store(settings), article_path()

    def live_url() -> str:
        publication = store.live()
        servers = [s for s in store.servers() if publication is None or s.engine == publication.release.engine]
        return servers[0].url if servers else settings.rasa_url

    done = Gate(
        asked=run, tree=change_sets.tree(run.change_set).root, releases=releases, runs=runs,
        folder=ROOT / "var" / "gate" / run.id, cache=GATE_CACHE, live_url=live_url,
        live_secret=settings.channel_secret, article=article if article.exists() else None, should_stop=should_stop,
    ).work()  # fmt: skip
    if runs.progress(done, time.time()):
        _settle(settings, done)
    log.info("gate run ended", run=done.id, state=done.state.value)
    return 1


def _settle(settings: Settings, run: GateRun) -> None:
    """Let the set of changes know; one that somebody has moved on meanwhile stays where it is."""
    try:
        change_set_desk(settings).move(run.change_set, _AFTER.get(run.state, ChangeSetState.OPEN))
    except ChangesError as error:
        log.info("set of changes not moved", change_set=run.change_set, reason=type(error).__name__)
