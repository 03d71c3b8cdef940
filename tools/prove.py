"""The proofs that take longer than `make test` may; each writes its result to `docs/evidence`."""

from __future__ import annotations

import platform
import subprocess
from datetime import UTC, datetime

from clinic.settings import ROOT

_COMPARE = [".venv-rasa/bin/python", "-W", "ignore", "tools/compare_pipelines.py", "--folds", "5"]
PROOFS = {
    "pipelines": [*_COMPARE, "--only-folds", "1", "--per-intent", "12"],
    "pipelines-all-data": [*_COMPARE, "--pipelines", "counts", "encoder", "encoder_calibrated", "ours"],
}


def main() -> None:
    """Run every proof and write what it printed, with date, machine and command."""
    target = ROOT / "docs" / "evidence"
    target.mkdir(parents=True, exist_ok=True)
    for name, command in PROOFS.items():
        print(f"== {name}", flush=True)
        done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
        where = f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {platform.python_version()}"
        head = f"# {name}\n\n{where}\n\n    {' '.join(command)}\n\n"
        tables = done.stdout.strip().split("\n| pipeline |")
        (target / f"{name}.md").write_text(head + "| pipeline |" + tables[-1] + "\n", "utf-8")


if __name__ == "__main__":
    main()
