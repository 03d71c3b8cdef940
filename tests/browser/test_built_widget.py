"""The built files of the widget: made from these sources, typed, and small."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
from pathlib import Path

import pytest

from clinic.answers.clinic_facts import load_clinic_facts
from clinic.answers.widget_strings import load_widget_strings
from clinic.settings import ROOT
from tests.node_packages import install_packages

WIDGET = ROOT / "widget"
DIST = WIDGET / "dist"
MOST_BYTES = 30_000
MOST_LAUNCHER_BYTES = 3_000


@pytest.fixture(scope="module", autouse=True)
def packages() -> None:
    install_packages(WIDGET)


def packed(content: bytes) -> int:
    return len(gzip.compress(content))


def test_the_built_files_are_those_of_the_sources(tmp_path: Path) -> None:
    subprocess.run(["node", "build.mjs", str(tmp_path)], cwd=WIDGET, check=True, capture_output=True)
    fresh = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    committed = {path.name: path.read_bytes() for path in DIST.iterdir()}
    assert fresh.keys() == committed.keys(), "stale: run `make widget`"
    assert fresh == committed, "stale: run `make widget`"


def test_the_types_are_sound() -> None:
    checked = subprocess.run(
        ["npm", "run", "--silent", "types"], cwd=WIDGET, check=False, capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout


def test_everything_together_is_small() -> None:
    names = json.loads((DIST / "integrity.json").read_text("utf-8"))
    scripts = {name: packed((DIST / name).read_bytes()) for name in names}
    strings = packed(json.dumps(load_widget_strings("en", load_clinic_facts(), is_reviewed=False)).encode())
    assert scripts["widget.js"] <= MOST_LAUNCHER_BYTES
    assert sum(scripts.values()) + strings <= MOST_BYTES


def test_every_word_that_the_widget_asks_for_is_there() -> None:
    sources = "".join(path.read_text("utf-8") for path in (WIDGET / "src").glob("*.ts"))
    asked = set(re.findall(r'\bt\("(\w+)"', sources)) | set(re.findall(r'"(trouble_\w+)"', sources))
    strings = load_widget_strings("en", load_clinic_facts(), is_reviewed=False)
    assert strings is not None
    assert asked <= strings["texts"].keys()
    assert len(asked) > 25
