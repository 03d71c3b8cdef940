"""The page on booking by curl: its commands, literally, against a real `web` process with a database of its own."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import httpx
import sqlalchemy as sa

from clinic.settings import ROOT
from tests.web_processes import running_webs

PAGE = ROOT / "docs/how-to/book-by-curl.md"
KEY = "a-key-of-the-page"


def test_the_page_books_moves_and_cancels_a_visit(database: str, tmp_path: Path) -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    with running_webs(database, [KEY], tmp_path) as (url,):
        params = {"visit_type": "first_visit", "limit": 200}
        headers = {"Authorization": f"Bearer {KEY}"}
        free = httpx.get(f"{url}/booking/v1/slots", params=params, headers=headers).json()["slots"]
        done = subprocess.run(
            ["bash", "-eu", "-o", "pipefail", "-c", "".join(blocks)],
            env={**os.environ, "BASE": url, "KEY": KEY}, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    kind, shown, held, refused, *rest = done.stdout.splitlines()
    first, later = free[0]["start"], free[60]["start"]
    assert kind == "kind of visit: first_visit"
    assert shown == f"free: {first} with {free[0]['clinician']}"
    reference, again = re.findall(r"\b[0-9A-Z]{8}\b", held)
    assert reference == again
    assert refused.startswith("refused: time_taken, nearest: 20")
    assert rest == ["booked", first, later, "cancelled"]
    assert changes(database) == [("booked", 0), ("moved", 1), ("cancelled", 2)]


def changes(database: str) -> list[tuple[str, int]]:
    """What is told by mail, reminders aside."""
    engine, of_changes = sa.create_engine(database), "target = 'mail' AND kind <> 'reminder'"
    with engine.begin() as connection:
        told = sa.text(f"SELECT kind, sequence FROM appointment_event WHERE {of_changes} ORDER BY id")
        rows = [tuple(row) for row in connection.execute(told)]
    engine.dispose()
    return rows
