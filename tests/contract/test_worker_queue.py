"""huey's store in SQLite and in PostgreSQL: what is put there comes back, and only what this clinic has signed."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from clinic.settings import Settings, load_settings
from worker.heartbeat import beat, is_at_work
from worker.job import Job
from worker.schedule import SecondConsumer, schedule
from worker.store import QueueUnavailable, open_queue


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    on_file = f"sqlite:///{tmp_path / 'new folder' / 'jobs.db'}"
    url = on_file if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    own = {"SECRET_KEY": "s" * 40, "JOBS_DB_URL": url, "CLINIC_DB_URL": f"sqlite:///{tmp_path}/clinic.db"}
    return load_settings({**os.environ, **own})


def test_a_heartbeat_is_seen_from_elsewhere_and_grows_old(settings: Settings) -> None:
    assert not is_at_work(settings)
    beat(open_queue(settings))
    assert is_at_work(settings)
    assert not is_at_work(settings, since=time.time() + 1)


def test_a_job_is_done_in_its_rhythm_until_the_consumer_stops(settings: Settings) -> None:
    done: list[float] = []
    queue = open_queue(settings)
    schedule(queue, [Job("tick", 1, lambda: done.append(time.monotonic()))])
    consumer = SecondConsumer(queue, workers=2, max_delay=0.1, shutdown_timeout=5)
    consumer.scheduler.start()
    for _, thread in consumer.worker_threads:
        thread.start()
    until = time.monotonic() + 20
    while len(done) < 3 and time.monotonic() < until:
        time.sleep(0.05)
    consumer.stop(graceful=True)
    number = len(done)
    assert number >= 3
    assert done[2] - done[0] > 1
    assert not any(thread.is_alive() for _, thread in consumer.worker_threads)


def test_what_another_has_put_into_the_queue_is_not_run(settings: Settings) -> None:
    done: list[int] = []
    queue = open_queue(settings)
    schedule(queue, [Job("tick", 1, lambda: done.append(1))])
    (task,) = queue.read_periodic(None)
    message = queue.serialize_task(task)
    queue.storage.enqueue(message[:-1] + (b"0" if message[-1:] != b"0" else b"1"))
    with pytest.raises(ValueError, match="ignature"):
        queue.dequeue()
    queue.storage.enqueue(message)
    queue.execute(queue.dequeue())
    assert done == [1]


def test_a_store_that_is_away_is_said_in_words_without_its_password(tmp_path: Path) -> None:
    away = {"SECRET_KEY": "s" * 40, "JOBS_DB_URL": "postgresql+psycopg://clinic:sesame@127.0.0.1:1/jobs"}
    settings = load_settings({**os.environ, **away})
    with pytest.raises(QueueUnavailable) as raised:
        open_queue(settings)
    assert "sesame" not in str(raised.value)
    assert not is_at_work(settings)
