"""Everything `make test` runs: checks, then the suites, with the real parts they need.

As root, Debian's packages that are missing are installed. Otherwise suites without their parts are named and
left out, and with CI=true that is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from clinic.settings import ROOT

POSTGRES = Path("/usr/lib/postgresql/15/bin/postgres")
CHROMIUM = Path("/usr/bin/chromium")
REDIS = Path("/usr/bin/redis-server")
NODE = (("nodejs", Path("/usr/bin/node")), ("npm", Path("/usr/bin/npm")))
_PYTEST = [".venv/bin/python", "-m", "pytest"]
_RASA = ".venv-rasa/bin/rasa"


@dataclass(frozen=True)
class Suite:
    """A command, and the Debian packages it cannot do without, each with a program it brings."""

    title: str
    command: list[str]
    needs: tuple[tuple[str, Path], ...] = ()

    def lacking(self) -> list[str]:
        """The packages that are not installed."""
        return [package for package, program in self.needs if not program.exists()]


SUITES = (
    Suite("checks", ["make", "--no-print-directory", "check"]),
    Suite("unit, actions, data, web", [*_PYTEST, "tests/unit", "tests/actions", "tests/data", "tests/web", "-n", "2"],
          (("redis-server", REDIS), *NODE)),
    Suite("databases, mail, calendar and FHIR servers", [*_PYTEST, "tests/contract", "-n", "2"],
          (("postgresql", POSTGRES), *NODE)),
    Suite("the worker", [*_PYTEST, "tests/worker", "-n", "2"]),
    Suite("understanding of danger", [*_PYTEST, "tests/nlu"]),
    Suite("Rasa's own validation", [_RASA, "data", "validate", "--fail-on-warnings"]),
    Suite("Rasa's own stories", [_RASA, "test", "core", "--stories", "tests/stories",
                                 "--fail-on-prediction-errors", "--model", "models/rls.tar.gz",
                                 "--out", "var/rasa-test", "--no-plot"]),
    Suite("the whole stack", [*_PYTEST, "tests/system"]),
    Suite("conversations", [*_PYTEST, "tests/conversations", "-n", "2"]),
    Suite("the page in a browser", [*_PYTEST, "tests/browser", "-n", "2", "--dist", "loadfile"],
          (("chromium", CHROMIUM), *NODE)),
    Suite("from a missed question to its answer", [*_PYTEST, "tests/loop"], (("chromium", CHROMIUM),)),
)  # fmt: skip


def install_missing() -> None:
    """Install the suites' Debian packages when root."""
    missing = sorted({package for suite in SUITES for package in suite.lacking()})
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"installing {', '.join(missing)}", flush=True)
        quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run(["apt-get", "update"], check=False, **quiet)  # type: ignore[call-overload]
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", *missing], check=False, **quiet)  # type: ignore[call-overload]


def main() -> None:
    """Run every suite, go on after a failure, end with a summary; exit 1 unless all passed."""
    install_missing()
    failed, left_out, started = [], [], time.monotonic()
    for suite in SUITES:
        if suite.lacking():
            left_out.append(f"{suite.title} (needs Debian's {', '.join(suite.lacking())})")
            continue
        print(f"== {suite.title}", flush=True)
        begun = time.monotonic()
        if subprocess.run(suite.command, cwd=ROOT, check=False).returncode != 0:
            failed.append(suite.title)
        print(f"== {suite.title}: {time.monotonic() - begun:.0f} s", flush=True)
    for title in left_out:
        print(f"left out: {title}", flush=True)
    ran = len(SUITES) - len(left_out)
    print(f"suites in {time.monotonic() - started:.0f} s: {ran - len(failed)} passed, {len(failed)} failed", flush=True)
    if failed:
        print(f"failed: {', '.join(failed)}", flush=True)
    sys.exit(1 if failed or (left_out and os.environ.get("CI") == "true") else 0)


if __name__ == "__main__":
    main()
