"""Which second net a set of changes is tried with."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from clinic.adapters.release_bundles import BundleError
from clinic.releases.model import GateRun, GateState
from clinic.triage.net import NET_FILE
from worker.gate.run import Gate


class Releases:
    """A desk that notes the net of a release, and makes none."""

    def __init__(self, installed: Path | None) -> None:
        self.installed, self.nets = installed, list[Path]()

    def live_or_installed(self) -> Any:
        return SimpleNamespace(id="live")

    def folder(self, release: Any) -> Path:
        return Path(release.id)

    def installed_net(self) -> Path | None:
        return self.installed

    def keep(self, _tree: Path, _model: Path, net: Path, **_: object) -> Any:
        self.nets.append(net)
        raise BundleError("that is all there is to see")


@pytest.mark.parametrize(
    ("installed", "taken"), [(Path("trained.npz"), Path("trained.npz")), (None, "live" / NET_FILE)]
)
def test_a_net_that_was_trained_anew_goes_the_way_of_a_set_and_the_live_one_stays_where_there_is_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, installed: Path | None, taken: Path
) -> None:
    monkeypatch.setattr(Gate, "_check", lambda *_: [])
    monkeypatch.setattr(Gate, "_train", lambda _: Path("model"))
    releases: Any = Releases(installed)
    runs: Any = SimpleNamespace(progress=lambda *_: True)
    asked = GateRun("g_1", "c_1", "c0ffee", GateState.RUNNING, "m_1", 0.0)
    no: Any = None
    Gate(asked, "", tmp_path, releases, runs, tmp_path / "gate" / "g_1", tmp_path, no, "", None, bool).work()
    assert releases.nets == [taken]
