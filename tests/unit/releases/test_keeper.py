"""The keeper, with a made-up clock and made-up servers: what it starts, leaves alone and ends."""

from __future__ import annotations

from pathlib import Path

import pytest

import keeper.keeper
from clinic.adapters import rasa_server
from clinic.adapters.rasa_endpoints import EndpointsError
from clinic.adapters.rasa_server import Look
from keeper.last_live import LastLive
from tests.unit.releases.made_up_machine import INSTALLED, PREFERRED, Machine, MadeUpServer, NobodyListens


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    found = Machine(tmp_path)
    monkeypatch.setattr(keeper.keeper, "start", found.start)
    monkeypatch.setattr(keeper.keeper, "faults_of", lambda *_: [])
    return found


def ready(machine: Machine) -> MadeUpServer:
    """The server of what is installed, ready and up for a long time."""
    machine.keeper.step()
    (server,) = machine.running
    server.looks = Look.READY
    machine.let_pass(1_000, every=10)
    return server


def test_a_server_that_misses_a_look_after_hours_goes_on(machine: Machine) -> None:
    server = ready(machine)
    server.looks = Look.NOT_READY
    machine.let_pass(30)
    server.looks = Look.READY
    machine.let_pass(1)
    server.looks = Look.NOT_READY
    machine.let_pass(50)
    assert machine.running == [server]


def test_a_look_after_a_long_pause_of_the_keeper_is_one_miss(machine: Machine) -> None:
    server = ready(machine)
    server.looks = Look.NOT_READY
    machine.let_pass(90, every=90)
    assert machine.running == [server]


def test_a_server_that_is_not_ready_any_more_for_a_minute_is_started_anew(machine: Machine) -> None:
    server = ready(machine)
    server.looks = Look.NOT_READY
    machine.let_pass(65)
    assert not server.is_running
    assert len(machine.running) == 1


def test_a_server_that_loads_its_model_has_four_minutes(machine: Machine) -> None:
    machine.keeper.step()
    (server,) = machine.running
    machine.let_pass(230)
    assert machine.running == [server]
    machine.let_pass(15)
    assert not server.is_running


def test_a_server_started_anew_has_its_four_minutes_again(machine: Machine) -> None:
    server = ready(machine)
    server.is_running = False
    machine.let_pass(5)
    (again,) = machine.running
    machine.let_pass(200)
    assert machine.running == [again]


def test_two_servers_started_at_once_have_two_ports(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rasa listens after its model is loaded: until then its port looks free."""
    monkeypatch.setattr(rasa_server.socket, "socket", NobodyListens)
    machine.store.publish("live", "r_live", "e_live")
    machine.store.publish("starting", "r_coming", "e_coming")
    machine.keeper.step()
    first, second = machine.running
    assert (first.engine.id, first.port) == ("e_live", PREFERRED)
    assert second.port != PREFERRED


def test_what_is_installed_runs_from_the_project_until_something_is_live(machine: Machine) -> None:
    first = ready(machine)
    assert first.engine.folder == INSTALLED.folder
    machine.store.publish("starting", "r_1", INSTALLED.id)
    machine.let_pass(1)
    assert machine.store.live() is not None
    assert machine.running == [first]
    first.is_running = False
    machine.let_pass(5)
    assert [server.engine.folder for server in machine.running] == [Path("/releases/r_1")]


def test_without_a_database_the_release_that_was_live_last_starts(machine: Machine) -> None:
    machine.store.publish("live", "r_1", "e_1")
    machine.keeper.step()
    machine.store.is_away = True
    machine.keeper = machine.another_keeper()
    machine.keeper.step()
    assert [server.engine.folder for server in machine.started] == [Path("/releases/r_1")] * 2


@pytest.mark.parametrize("damaged", ["", '{"release": "r_1", "eng', "[]", '{"engine": 1}', "\x00" * 10])
def test_a_damaged_file_of_what_was_live_is_as_none(machine: Machine, damaged: str) -> None:
    machine.file.write_text(damaged, "utf-8")
    machine.store.is_away = True
    machine.keeper.step()
    assert [server.engine for server in machine.started] == [INSTALLED]
    machine.store.is_away = False
    machine.store.publish("live", "r_1", "e_1")
    machine.keeper.step()
    assert LastLive(machine.file).recall() == ("e_1", Path("/releases/r_1"))


def test_a_full_disk_keeps_no_release_from_running_and_what_was_noted_stays(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.store.publish("live", "r_1", "e_1")
    machine.keeper.step()
    machine.store.publish("live", "r_2", "e_2")
    monkeypatch.setattr(Path, "write_text", cut_off)
    machine.keeper.step()
    assert machine.started[-1].engine.id == "e_2"
    assert LastLive(machine.file).recall() == ("e_1", Path("/releases/r_1"))


def test_why_no_server_can_be_started_is_the_fault_of_the_release_to_come(machine: Machine) -> None:
    ready(machine)
    machine.fails_with = EndpointsError("endpoints.yml cannot be used")
    machine.store.publish("starting", "r_1", "e_1")
    machine.let_pass(10)
    assert len(machine.running) == 1
    (fault,) = machine.store.faults
    assert "endpoints.yml" in fault


def cut_off(path: Path, text: str, *_: object) -> int:
    with path.open("w", encoding="utf-8") as file:
        file.write(text[:5])
    raise OSError(28, "No space left on device")
