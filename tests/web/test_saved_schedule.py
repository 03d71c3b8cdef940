"""A schedule that staff save holds in every running process within three seconds, without a restart."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from clinic.booking.schedule_parts import PartKind, SchedulePart
from clinic.bootstrap.booking import schedule_desk
from clinic.settings import ROOT, load_settings
from tests.processes import free_port
from tests.web_processes import running_webs

KEY = "key-of-the-test-12345"
SECONDS = 3.0
KIND = {"id": "check_up", "title": "Check-up", "minutes": 20, "buffer": 0, "also": []}


@contextmanager
def running_actions(database: str, folder: Path) -> Iterator[str]:
    """The action server's address, without Rasa; ended afterwards."""
    port = free_port()
    environment = {**os.environ, "CLINIC_DB_URL": database, "SECRET_KEY": "s" * 40}
    with (folder / "actions.log").open("ab") as log:
        command = [sys.executable, "-m", "actions", "--port", str(port)]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 60
        while not _answers(url):
            assert process.poll() is None, (folder / "actions.log").read_text("utf-8")
            assert time.monotonic() < until, "the actions do not answer"
            time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", timeout=5).is_success
    except httpx.HTTPError:
        return False


def kinds_of_the_api(url: str) -> list[str]:
    answer = httpx.get(f"{url}/booking/v1/visit-types", headers={"Authorization": f"Bearer {KEY}"}, timeout=10)
    return [kind["title"] for kind in answer.json()["visit_types"]]


def kinds_of_the_chat(url: str) -> list[str]:
    tracker: dict[str, Any] = {
        "sender_id": "ann", "slots": {"appointment_purpose": "visit"}, "latest_message": {"text": "book a visit"},
        "events": [], "paused": False, "followup_action": None, "active_loop": {}, "latest_action_name": None,
    }  # fmt: skip
    call = {"next_action": "action_ask_appointment_visit_type", "sender_id": "ann", "tracker": tracker, "domain": {}}
    answer = httpx.post(f"{url}/webhook", json=call, timeout=10).json()
    return [choice["title"] for reply in answer["responses"] for choice in reply["choices"]]


def wait_for(kinds: Callable[[], list[str]], until: float) -> bool:
    while "Check-up" not in kinds():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def test_a_saved_schedule_is_offered_everywhere_within_seconds(database: str, tmp_path: Path) -> None:
    desk = schedule_desk(load_settings({"CLINIC_DB_URL": database, "SECRET_KEY": "s" * 40}))
    with running_webs(database, [KEY], tmp_path) as (web,), running_actions(database, tmp_path) as actions:
        assert "Check-up" not in kinds_of_the_api(web) + kinds_of_the_chat(actions)
        desk.save(SchedulePart(PartKind.VISIT_TYPE, "check_up"), KIND, seen=0, by="m_1")
        until = time.monotonic() + SECONDS
        assert wait_for(lambda: kinds_of_the_api(web), until)
        assert wait_for(lambda: kinds_of_the_chat(actions), until)
