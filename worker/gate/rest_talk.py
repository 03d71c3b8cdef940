"""Conversations of the regression dialogues over REST, and all of them tried."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from clinic.booking.timetable import Timetable
from clinic.review.dialogues import Dialogue, Row, days_in_words, fault_of

_SENDER = "SELECT sender FROM turn WHERE message_id = ?"
_QUERIES = (
    "SELECT name, contact, reason, preferred_time, 'requested' AS status FROM appointment_request WHERE sender = ?",
    "SELECT name, contact, reason, visit_type, clinician, starts_at, status FROM appointment"
    " WHERE name IS NOT NULL AND sender = ?",
    "SELECT name, contact, reason, visit_type, 'waiting' AS status FROM waiting_list_entry WHERE sender = ?",
)


class RestTalk:
    """A `Conversation` of one sender; what it stored is read from a SQLite file."""

    def __init__(self, client: httpx.Client, database: Path) -> None:
        """`client` knows address and key."""
        self._client, self._database, self._sender = client, database, uuid4().hex
        self._message = ""
        self.last: list[dict[str, Any]] = []

    def say(self, message: str) -> list[str]:
        """Send a message; the kinds of the replies. Raises `httpx.HTTPError`."""
        self._message = uuid4().hex
        body = {"sender": self._sender, "message": message, "metadata": {"message_id": self._message}}
        answer = self._client.post("/webhooks/rest/webhook", json=body)
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
        """What the conversation has brought into the database."""
        with closing(sqlite3.connect(self._database)) as connection:
            connection.row_factory = sqlite3.Row
            (sender,) = connection.execute(_SENDER, [self._message]).fetchone()
            return [dict(row) for query in _QUERIES for row in connection.execute(query, [sender])]


def try_all(
    dialogues: Sequence[Dialogue], timetable: Timetable, client: httpx.Client, database: Path,
    tell: Callable[[], None], at_once: int = 1,
) -> dict[str, str]:  # fmt: skip
    """What is wrong with each dialogue that is not as it should be; `tell` is called after each.

    Of those that book one is tried at a time: another could take the time it was offered.
    """
    days, faults = days_in_words(timetable), {}
    alone = [d for d in dialogues if any(turn.get("stored", "none") != "none" for turn in d.turns)]
    together = [d for d in dialogues if d not in alone]

    def tried(dialogue: Dialogue) -> tuple[str, str | None]:
        try:
            return dialogue.name, fault_of(dialogue, RestTalk(client, database), days)
        except httpx.HTTPError as error:
            return dialogue.name, f"no answer ({type(error).__name__})"

    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(at_once) as others:
        booked = one.map(tried, alone)
        for name, fault in chain(others.map(tried, together), booked):
            tell()
            if fault:
                faults[name] = fault
    return faults
