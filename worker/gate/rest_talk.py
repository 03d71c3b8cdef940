"""Conversations of the regression dialogues over REST, and all of them tried."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from clinic.booking.timetable import Timetable
from clinic.review.dialogues import Dialogue, Row, days_in_words, fault_of

_QUERIES = (
    "SELECT name, contact, reason, preferred_time, 'requested' AS status FROM appointment_request",
    "SELECT name, contact, reason, visit_type, clinician, starts_at, status FROM appointment WHERE name IS NOT NULL",
    "SELECT name, contact, reason, visit_type, 'waiting' AS status FROM waiting_list_entry",
)
Rows = frozenset[tuple[tuple[str, Any], ...]]


class RestTalk:
    """A `Conversation` of one sender; what is stored is read from a SQLite file."""

    def __init__(self, client: httpx.Client, database: Path, sender: str | None = None) -> None:
        """`client` knows address and key."""
        self._client, self._database, self._sender = client, database, sender or uuid4().hex
        self._before = _rows(database)
        self.last: list[dict[str, Any]] = []

    def say(self, message: str) -> list[str]:
        """Send a message; the kinds of the replies. Raises `httpx.HTTPError`."""
        answer = self._client.post("/webhooks/rest/webhook", json={"sender": self._sender, "message": message})
        answer.raise_for_status()
        self.last = answer.json()
        return [reply["metadata"]["kind"] for reply in self.last]

    def press(self, title: str) -> list[str]:
        """Press a button of the last replies."""
        payloads = [b["payload"] for reply in self.last for b in reply["buttons"] if b["title"] == title]
        if not payloads:
            raise LookupError(title)
        return self.say(payloads[0])

    def stored(self) -> list[Row]:
        """What came into the database since the conversation began."""
        return [dict(row) for row in _rows(self._database) - self._before]


def try_all(
    dialogues: Sequence[Dialogue], timetable: Timetable, client: httpx.Client, database: Path,
    tell: Callable[[int], None], at_once: int = 1,
) -> dict[str, str]:  # fmt: skip
    """What is wrong with each dialogue that is not as it should be; `tell` hears how many are done.

    A dialogue that looks into the database is tried by itself: what others store would be taken for its own.
    """
    days, faults, done = days_in_words(timetable), {}, 0
    alone = [d for d in dialogues if any("stored" in turn for turn in d.turns)]
    together = [d for d in dialogues if d not in alone]

    def tried(dialogue: Dialogue) -> tuple[str, str | None]:
        try:
            return dialogue.name, fault_of(dialogue, RestTalk(client, database), days)
        except httpx.HTTPError as error:
            return dialogue.name, f"no answer ({type(error).__name__})"

    with ThreadPoolExecutor(at_once) as visitors:
        for name, fault in chain(visitors.map(tried, together), map(tried, alone)):
            done += 1
            tell(done)
            if fault:
                faults[name] = fault
    return faults


def _rows(database: Path) -> Rows:
    found: set[tuple[tuple[str, Any], ...]] = set()
    with sqlite3.connect(database) as connection:
        for query in _QUERIES:
            cursor = connection.execute(query)
            names = [column[0] for column in cursor.description]
            found |= {tuple(zip(names, row, strict=True)) for row in cursor}
    return frozenset(found)
