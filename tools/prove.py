"""The proofs that take longer than `make test` may; each writes its result to `docs/evidence`."""

from __future__ import annotations

import platform
import subprocess
from datetime import UTC, datetime

from clinic.settings import ROOT

_COMPARE = [".venv-rasa/bin/python", "-W", "ignore", "tools/compare_pipelines.py", "--folds", "5"]
_PYTEST = [".venv/bin/python", "-m", "pytest", "-q"]
PROOFS = {
    "turns": [".venv/bin/python", "-m", "tools.compare_turns"],
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
        (target / f"{name}.md").write_text(head + _last_table(done.stdout) + "\n", "utf-8")
    subprocess.run([*_PYTEST, "tests/prove"], cwd=ROOT, check=True)


def _last_table(printed: str) -> str:
    """The last table and what follows it: some proofs print theirs anew after each row."""
    lines = printed.strip().splitlines()
    starts = [i for i, line in enumerate(lines[1:]) if line.startswith("|---")]
    return "\n".join(lines[starts[-1] :] if starts else lines)


if __name__ == "__main__":
    main()
