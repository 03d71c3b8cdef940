"""The encoder's files: built anew when asked for, and whole or as they were."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from clinic.settings import ROOT

# In Rasa's environment, as the real build; the graph itself is not built here.
BUILD = """
import sys
from pathlib import Path
from tools import build_encoder

def build(out):
    (out / "tokenizer.json").write_text("new")
    (out / "model.onnx").write_text("new" if sys.argv[2] == "whole" else "n")
    if sys.argv[2] != "whole":
        raise SystemExit(1)

build_encoder.TARGET, build_encoder.build = Path(sys.argv[1]), build
build_encoder.main()
"""


@pytest.mark.parametrize(("ends", "found"), [("whole", "new"), ("cut off", "old")])
def test_a_build_replaces_what_is_there_whole_or_not_at_all(ends: str, found: str, tmp_path: Path) -> None:
    names = {"model.onnx", "tokenizer.json"}
    for name in names:
        (tmp_path / name).write_text("old", "utf-8")
    (tmp_path / ".unfinished-killed").mkdir()
    python = ROOT / ".venv-rasa/bin/python"
    subprocess.run([python, "-c", BUILD, tmp_path, ends], cwd=ROOT, timeout=120, check=False)
    assert {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()} == dict.fromkeys(names, found)
