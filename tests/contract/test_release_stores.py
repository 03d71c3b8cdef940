"""Releases, what is live, and the gate's runs, on both databases."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from clinic.adapters.sql.change_set_tables import change_comment, change_set
from clinic.adapters.sql.change_sets import SqlChangeSets
from clinic.adapters.sql.gate_runs import SqlGateRuns
from clinic.adapters.sql.release_tables import gate_run, publication, rasa_server, release
from clinic.releases.model import GateRun, GateState, PublicationState, RasaServer, Release
from clinic.releases.ports import PublishingNow
from clinic.review.changes.change_set import ChangeSet, ChangeSetState
from tests.contract.databases import database


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlGateRuns]:
    with database(request, tmp_path, gate_run, publication, rasa_server, release, change_comment, change_set) as engine:
        yield SqlGateRuns(engine)


def a_release(store: SqlGateRuns, engine: str = "e" * 12) -> Release:
    made = Release(uuid4().hex[:12], engine, "abc", "Iron and sleep", "ann", time.time())
    store.add(made)
    return made


def a_run() -> GateRun:
    return GateRun(uuid4().hex[:16], "set1", "head1", GateState.QUEUED, asked_by="ann", asked_at=time.time())


def test_nothing_is_live_before_anything_was_published(store: SqlGateRuns) -> None:
    assert store.live() is None
    assert store.publications() == []


def test_a_switch_makes_one_live_and_the_other_a_former_one(store: SqlGateRuns) -> None:
    first, second = a_release(store), a_release(store)
    store.switch(store.ask(first.id, "ann", "first", 1.0), 2.0)

    store.switch(store.ask(second.id, "ann", "second", 3.0), 4.0)

    live = store.live()
    assert live is not None
    assert live.release == second
    assert [p.state for p in store.publications()] == [PublicationState.LIVE, PublicationState.FORMER]


def test_what_nobody_asked_to_go_live_is_known_once_it_is_old(store: SqlGateRuns) -> None:
    tried, published = a_release(store), a_release(store)
    number = store.ask(published.id, "ann", "", 1.0)
    store.fail(number, "it did not start", 2.0)

    assert store.never_asked_for(time.time() + 1) == [tried]
    assert store.never_asked_for(tried.made_at) == []


def test_going_back_to_a_release_makes_it_live_again(store: SqlGateRuns) -> None:
    first, second = a_release(store), a_release(store)
    for made in (first, second, first):
        store.switch(store.ask(made.id, "ann", "", 1.0), 2.0)

    live = store.live()
    assert live is not None
    assert live.release.id == first.id
    assert len(store.publications()) == 3


def test_of_many_who_publish_at_once_one_does(store: SqlGateRuns) -> None:
    made = a_release(store)

    def ask(_: int) -> bool:
        try:
            store.ask(made.id, "ann", "", 1.0)
        except PublishingNow:
            return False
        return True

    with ThreadPoolExecutor(8) as clerks:
        assert sum(clerks.map(ask, range(16))) == 1


def test_a_release_that_did_not_start_leaves_the_live_one_live(store: SqlGateRuns) -> None:
    first, second = a_release(store), a_release(store)
    store.switch(store.ask(first.id, "ann", "", 1.0), 2.0)
    number = store.ask(second.id, "ann", "", 3.0)

    store.fail(number, "it does not start", 4.0)
    store.switch(number, 5.0)

    live = store.live()
    assert live is not None
    assert live.release == first
    assert store.starting() is None
    assert store.publications()[0].fault == "it does not start"


def test_a_server_is_noted_over_and_over_and_forgotten_once(store: SqlGateRuns) -> None:
    server = RasaServer("e" * 12, "http://127.0.0.1:5005", is_ready=False, beat_at=1.0)
    store.note_server(server)
    store.note_server(replace(server, is_ready=True, beat_at=2.0))

    assert store.servers() == [replace(server, is_ready=True, beat_at=2.0)]
    store.forget_server(server.engine)
    assert store.servers() == []


def test_a_run_is_taken_by_one_worker_and_one_run_at_a_time(store: SqlGateRuns) -> None:
    store.queue(a_run())
    store.queue(a_run())

    with ThreadPoolExecutor(4) as workers:
        taken = [run for run in workers.map(lambda _: store.take(100.0, 0.0), range(4)) if run]

    assert len(taken) == 1
    assert taken[0].state is GateState.RUNNING


def test_progress_is_kept_and_a_cancelled_run_is_told_so(store: SqlGateRuns) -> None:
    run = a_run()
    store.queue(run)
    taken = store.take(100.0, 0.0)
    assert taken is not None

    assert store.progress(replace(taken, steps=[{"name": "train"}]), 101.0)
    assert store.cancel(run.id, 102.0)

    assert not store.cancel(run.id, 102.5)
    assert not store.progress(replace(taken, state=GateState.PASSED), 103.0)
    kept = store.run(run.id)
    assert kept is not None
    assert (kept.state, kept.steps) == (GateState.CANCELLED, [{"name": "train"}])


def test_a_run_whose_worker_was_killed_is_over_and_the_next_one_begins(store: SqlGateRuns) -> None:
    change_sets = SqlChangeSets(store._engine)
    change_sets.add(ChangeSet("set1", "Iron", ChangeSetState.TESTING, "ann", 1.0, "changes/set1", "head1"))
    first, second = a_run(), replace(a_run(), change_set="set2")
    store.queue(first)
    store.take(100.0, 0.0)
    store.queue(second)

    assert store.take(110.0, 80.0) is None
    taken = store.take(200.0, 170.0)

    assert taken is not None
    assert taken.id == second.id
    assert [run.id for run in store.unsettled()] == [first.id]
    change_sets.move("set1", ChangeSetState.OPEN, {ChangeSetState.TESTING})
    assert store.unsettled() == []


def test_a_set_that_is_checked_anew_is_not_taken_for_one_whose_check_is_over(store: SqlGateRuns) -> None:
    SqlChangeSets(store._engine).add(
        ChangeSet("set1", "Iron", ChangeSetState.TESTING, "ann", 1.0, "changes/set1", "head1")
    )
    store.queue(replace(a_run(), asked_at=100.0))
    store.take(100.0, 0.0)
    store.queue(replace(a_run(), asked_at=300.0))
    store.take(300.0, 200.0)
    assert store.unsettled() == []
