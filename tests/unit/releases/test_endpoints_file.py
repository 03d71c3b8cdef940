"""The endpoints file of a Rasa server holds a password: nobody else reads it, and it does not stay."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from clinic.adapters import rasa_endpoints, rasa_server
from clinic.adapters.rasa_endpoints import EndpointsError, clear_endpoints, write_endpoints
from clinic.adapters.rasa_server import Engine
from clinic.settings import Settings, load_settings


@pytest.fixture
def settings() -> Settings:
    return load_settings({**os.environ, "SECRET_KEY": "s" * 40, "TRACKER_DB_URL": "postgresql+psycopg2://u:secret@h/d"})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(rasa_endpoints, "_FOLDER", tmp_path)
    return tmp_path


def test_it_is_for_its_owner_alone_even_where_an_open_one_was(folder: Path, settings: Settings) -> None:
    (folder / "endpoints-5005.yml").write_text("of before", "utf-8")
    (folder / "endpoints-5005.yml").chmod(0o644)
    written = write_endpoints(settings, 5005)
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert "secret" in written.read_text("utf-8")


def test_of_killed_processes_none_stays_and_of_living_ones_each(folder: Path, settings: Settings) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as alive:
        with subprocess.Popen([sys.executable, "-c", ""]) as gone:
            gone.wait(10)
        for port, owner in ((1, alive.pid), (2, gone.pid), (3, os.getpid())):
            (folder / f"endpoints-{port}.yml").write_text(f"# of process {owner}\na: b\n", "utf-8")
        (folder / "endpoints-4.yml").write_text("a: of a version that wrote no owner\n", "utf-8")
        clear_endpoints(folder)
        assert [path.name for path in folder.iterdir()] == ["endpoints-1.yml"]
        alive.kill()


def test_it_is_gone_when_the_server_cannot_be_started(folder: Path, settings: Settings) -> None:
    with pytest.raises(OSError):
        rasa_server.start(Engine("e", folder / "missing", folder / "missing.tar.gz"), 5005, settings)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("broken", ["action_endpoint: [", "", "- a list\n", "tracker_store:\n"])
def test_a_broken_endpoints_yml_is_named(
    folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    (folder / "endpoints.yml").write_text(broken, "utf-8")
    monkeypatch.setattr(rasa_endpoints, "ROOT", folder)
    with pytest.raises(EndpointsError, match=r"endpoints\.yml"):
        write_endpoints(settings, 5005)
