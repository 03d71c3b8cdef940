"""The stream of events: in time, without loss, and never in the way of anything else."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from clinic.settings import ROOT
from tests.processes import free_port
from tests.web.chatting import SECRET_KEY, Stream, Tab, code
from web.chat_api import events

_IN_TIME = 2.5
_START_SECONDS = 180


@pytest.fixture
def tab(web: httpx.Client) -> Tab:
    return Tab(web)


def ids(stream: Stream, number: int) -> list[int | None]:
    found = [stream.next() for _ in range(number)]
    return [event.id for event in found if event is not None]


def opened(tab: Tab) -> httpx.Response:
    """What a stream that is refused answers."""
    return tab.call("GET", "/chat/events")


def test_an_event_arrives_in_time_while_the_connection_stays_open(tab: Tab) -> None:
    with tab.events() as stream:
        for number in (1, 2):
            tab.send("does iron help")
            completed = time.monotonic()
            event = stream.next()
            assert event is not None
            assert (event.kind, event.id) == ("turn", number)
            assert time.monotonic() - completed < _IN_TIME


def test_the_stream_tells_what_a_reload_shows(tab: Tab) -> None:
    with tab.events() as stream:
        tab.send("does iron help")
        event = stream.next()
    assert event is not None
    assert [event.data] == tab.turns()


def test_a_stream_goes_on_after_the_last_event_without_loss_or_doubles(tab: Tab) -> None:
    for _ in range(3):
        tab.send("does iron help")
    with tab.events() as stream:
        assert ids(stream, 2) == [1, 2]
    tab.send("and coffee")
    with tab.events(after=2) as stream:
        assert ids(stream, 2) == [3, 4]
        tab.send("and tea")
        assert ids(stream, 1) == [5]


def test_a_last_event_that_is_no_number_is_refused(tab: Tab) -> None:
    for wrong in ("x", "-1", "99999999999"):
        tab.headers["Last-Event-ID"] = wrong
        assert code(opened(tab)) == (422, "bad_request")


def test_a_quiet_stream_is_kept_alive(tab: Tab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_PING_SECONDS", 0.2)
    with tab.events() as stream:
        assert next(stream._lines).startswith(":")


def test_a_stream_ends_by_itself_after_a_while(tab: Tab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_LONGEST_SECONDS", 0.5)
    with tab.events() as stream:
        assert stream.next() is None


def test_a_sender_has_few_streams_and_another_one_is_not_held_up(tab: Tab, web: httpx.Client) -> None:
    with ExitStack() as streams:
        for _ in range(events.MOST_OF_A_SENDER):
            assert streams.enter_context(tab.events()).status_code == 200
        refused = opened(tab)
        assert code(refused) == (429, "too_many")
        assert int(refused.headers["retry-after"]) > 0
        with Tab(web).events() as stream:
            assert stream.status_code == 200
    assert _status_when_free(tab) == 200


def test_a_process_has_a_limit_of_streams(tab: Tab, web: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MOST_OF_A_PROCESS", 1)
    other = Tab(web)
    with tab.events():
        refused = opened(other)
        assert code(refused) == (503, "busy")
        assert int(refused.headers["retry-after"]) > 0
        assert other.send("does iron help").status_code == 200
    assert _status_when_free(other) == 200


def test_a_failing_database_ends_the_stream_quietly(tab: Tab, database: str) -> None:
    with capture_logs() as logs, tab.events() as stream:
        with sqlite3.connect(database.removeprefix("sqlite:///")) as connection:
            connection.execute("DROP TABLE turn")
        assert stream.next() is None
    assert [line["event"] for line in logs] == ["event stream ended"]


def test_a_process_that_is_told_to_stop_does_not_wait_for_open_pages(database: str, tmp_path: Path) -> None:
    with running_process(database, tmp_path) as (process, client), Tab(client).events(seconds=10) as stream:
        process.terminate()
        told = time.monotonic()
        assert stream.next() is None
        process.wait(10)
        assert time.monotonic() - told < 5
    assert "Traceback" not in (tmp_path / "web.log").read_text()


@contextmanager
def running_process(database: str, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], httpx.Client]]:
    """`python -m web` without Rasa."""
    port, environment = free_port(), {**os.environ, "CLINIC_DB_URL": database, "SECRET_KEY": SECRET_KEY}
    environment |= {"PORT": str(port), "RASA_URL": f"http://127.0.0.1:{free_port()}", "OMP_NUM_THREADS": "1"}
    with (folder / "web.log").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "web"], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            _wait_until_it_answers(process, client)
            yield process, client
    finally:
        process.kill()
        process.wait(10)


def _wait_until_it_answers(process: subprocess.Popen[bytes], client: httpx.Client) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            client.get("/healthz")
            return
        except httpx.HTTPError:
            time.sleep(0.05)
    raise AssertionError("web does not answer")


def _status_when_free(tab: Tab) -> int:
    """The status of a stream, once the server has noticed that others are gone."""
    until = time.monotonic() + 5
    while True:
        with tab.events() as stream:
            if stream.status_code == 200 or time.monotonic() > until:
                return stream.status_code
        time.sleep(0.05)
