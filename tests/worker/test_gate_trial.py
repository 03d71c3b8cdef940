"""A trial whose parts do not stay: tried once more on other ports, and told with what the part said last."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from worker.gate import trial_stack
from worker.gate.commands import Ended, end
from worker.gate.ending import CannotBeChecked
from worker.gate.ports import reserved_ports
from worker.gate.trial_stack import enter_trial

STAYS, ENDS = "import time; time.sleep(300)", "raise SystemExit('address in use')"


class Parts:
    """Stand-ins for a trial's programs; `started`: all of them, `ready`: whether those of this try all stay."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, web: list[str]) -> None:
        self.started: list[subprocess.Popen[bytes]] = []
        self.ready, self._web = False, iter(web)
        monkeypatch.setattr(trial_stack, "run", lambda _, __, log, *___: log.parent.mkdir(parents=True) or Ended(0, []))
        monkeypatch.setattr(trial_stack, "_rasa", self._rasa)
        monkeypatch.setattr(trial_stack, "_started", self._start)
        monkeypatch.setattr(trial_stack, "_is_ready", lambda *_: self.ready)

    def _rasa(self, _engine: object, _port: int, _settings: object, log: Path, _environment: object) -> Any:
        process = self._program(STAYS, log)
        return SimpleNamespace(process=process, url="", look=lambda: None, end=lambda patience: end(process))

    def _start(self, command: list[str], _cwd: Path, log: Path, _environment: object) -> subprocess.Popen[bytes]:
        if "web" not in command:
            return self._program(STAYS, log)
        program = next(self._web)
        self.ready = program == STAYS
        return self._program(program, log)

    def _program(self, program: str, log: Path) -> subprocess.Popen[bytes]:
        with log.open("wb") as output:
            self.started.append(
                subprocess.Popen([sys.executable, "-c", program], stderr=output, start_new_session=True)
            )
        return self.started[-1]

    def have_ended(self) -> bool:
        return all(process.poll() is not None for process in self.started)


def test_a_part_that_ends_at_its_start_is_started_once_more(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    parts = Parts(monkeypatch, [ENDS, STAYS])
    with ExitStack() as ending:
        stack = enter_trial(ending, tmp_path, tmp_path / "trial", bool)
        assert all(process.poll() is None for process in parts.started[3:])
        assert stack.database.parent.is_dir()
    assert len(parts.started) == 6
    assert parts.have_ended()


def test_a_part_that_ends_each_time_is_named_with_its_last_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    parts = Parts(monkeypatch, [ENDS, ENDS, STAYS])
    with ExitStack() as ending, pytest.raises(CannotBeChecked, match=r"web\..*address in use"):
        enter_trial(ending, tmp_path, tmp_path / "trial", bool)
    assert len(parts.started) == 6
    assert parts.have_ended()


def test_a_reserved_port_goes_to_the_server_it_is_for_and_to_nobody_else() -> None:
    with reserved_ports(3) as ports:
        assert len(set(ports)) == 3
        with socket.socket() as stranger, pytest.raises(OSError, match="in use"):
            stranger.bind(("127.0.0.1", ports[0]))
        with socket.create_server(("127.0.0.1", ports[0])) as server:
            with socket.create_connection(server.getsockname(), 5) as visitor:
                visitor.sendall(b"hello")
            asked, _ = server.accept()
            with asked:
                assert asked.recv(5) == b"hello"
