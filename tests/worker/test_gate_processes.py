"""What a check starts: it ends with the worker, however that ends, and signals reach it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from clinic.settings import ROOT
from tests.worker.clinic_with_worker import wait_for
from worker.gate.commands import Ended, run

# As the worker does: signals blocked, then a thread that starts a program of the gate.
WORKER = """
import signal, sys, threading
from pathlib import Path
from worker.gate.commands import run

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
folder = Path(sys.argv[1])
threading.Thread(target=run, args=(["sleep", "300"], folder, folder / "log", lambda: False)).start()
"""
RASA_OF_A_TRIAL = """
import os, signal, sys, time
from pathlib import Path
from clinic.adapters import rasa_server
from clinic.settings import load_settings

folder = Path(sys.argv[1])
rasa_server.command = lambda *_: ["sleep", "300"]
engine = rasa_server.Engine("e", folder, folder)
settings = load_settings({**os.environ, "SECRET_KEY": "s" * 40})
rasa_server.start(engine, 5005, settings, parent_ends=signal.Signals(int(sys.argv[2])))
time.sleep(300)
"""


@pytest.mark.parametrize(
    ("program", "more"),
    [(WORKER, ()), (RASA_OF_A_TRIAL, (signal.SIGKILL,)), (RASA_OF_A_TRIAL, (signal.SIGTERM,))],
)
def test_a_killed_worker_leaves_no_program_behind(program: str, more: tuple[int, ...], tmp_path: Path) -> None:
    arguments = [str(tmp_path), *(str(int(sign)) for sign in more)]
    with subprocess.Popen([sys.executable, "-c", program, *arguments], cwd=ROOT) as worker:
        wait_for(lambda: children(worker.pid))
        (child,) = children(worker.pid)
        wait_for(lambda: "sleep" in said(child, "comm"))
        assert blocked_signals(child) == 0
        worker.send_signal(signal.SIGKILL)
    wait_for(lambda: not is_running(child), 5)


@pytest.mark.parametrize(
    ("program", "is_broken_off"),
    [
        ("print('fine')", False),
        ("", False),
        ("print('a fault'); raise SystemExit(1)", False),
        ("raise SystemExit(1)", True),
        ("raise KeyError('example')", True),
        ("print('a fault', flush=True); import os; os.kill(os.getpid(), 9)", True),
    ],
)
def test_a_program_that_did_not_come_to_its_end_is_told_from_one_with_findings(
    program: str, is_broken_off: bool, tmp_path: Path
) -> None:
    ended: Ended = run([sys.executable, "-c", program], tmp_path, tmp_path / "log", lambda: False)
    assert ended.is_broken_off is is_broken_off


def children(process: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(process)], capture_output=True, text=True, check=False)
    return [int(pid) for pid in found.stdout.split()]


def said(process: int, what: str) -> str:
    try:
        return Path(f"/proc/{process}/{what}").read_text("utf-8")
    except OSError:
        return ""


def blocked_signals(process: int) -> int:
    (mask,) = (line.split()[1] for line in said(process, "status").splitlines() if line.startswith("SigBlk"))
    return int(mask, 16)


def is_running(process: int) -> bool:
    state = said(process, "stat").rpartition(")")[2].split()
    return bool(state) and state[0] != "Z"  # an orphan that nobody has collected yet has ended
