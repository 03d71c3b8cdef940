"""The worker's part of the gate: take the next run, do it, write its verdict down."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

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
    for ended in runs.unsettled():
        _settle(settings, ended)
    if run is None:
        return 0
    try:
        title, tree = change_sets.find(run.change_set).title, change_sets.tree(run.change_set).root
    except ChangesError as error:
        done = replace(run, state=GateState.FAILED, ended_at=time.time(), fault=str(error))
    else:
        done = _tried(settings, run, title, tree, should_stop)
    if runs.progress(done, time.time()):
        _settle(settings, done)
    log.info("gate run ended", run=done.id, state=done.state.value)
    return 1


def _tried(settings: Settings, run: GateRun, title: str, tree: Path, should_stop: Callable[[], bool]) -> GateRun:
    store, article = release_store(settings), article_path()

    def live_url() -> str:
        publication = store.live()
        servers = [s for s in store.servers() if publication is None or s.engine == publication.release.engine]
        return servers[0].url if servers else settings.rasa_url

    return Gate(
        asked=run, title=title, tree=tree, releases=release_desk(settings, audit_log(settings)),
        runs=gate_run_store(settings), folder=ROOT / "var" / "gate" / run.id, cache=GATE_CACHE, live_url=live_url,
        live_secret=settings.channel_secret, article=article if article.exists() else None, should_stop=should_stop,
    ).work()  # fmt: skip


def _settle(settings: Settings, run: GateRun) -> None:
    """Let the set of changes know; one that somebody has moved on meanwhile stays where it is."""
    try:
        change_set_desk(settings).move(run.change_set, _AFTER.get(run.state, ChangeSetState.OPEN))
    except ChangesError as error:
        log.info("set of changes not moved", change_set=run.change_set, reason=type(error).__name__)
