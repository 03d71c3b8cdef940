"""A conversation of a regression dialogue over REST."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from clinic.review.gate.dialogues import Row

_SENDER = "SELECT sender FROM turn WHERE message_id = ?"
_QUERIES = (
    "SELECT name, contact, reason, preferred_time, 'requested' AS status FROM appointment_request WHERE sender = ?",
    "SELECT name, contact, reason, visit_type, clinician, starts_at, status FROM appointment"
    " WHERE name IS NOT NULL AND sender = ?",
    "SELECT name, contact, reason, visit_type, 'waiting' AS status FROM waiting_list_entry WHERE sender = ?",
)


class RestTalk:
    """A `Conversation` of one sender; what it stored is read from a SQLite file."""

    def __init__(self, client: httpx.Client, database: Path, before_turn: Callable[[], None] = lambda: None) -> None:
        """`client` knows address and key; `before_turn` may raise what ends the conversation."""
        self._client, self._database, self._sender = client, database, uuid4().hex
        self._before_turn = before_turn
        self._message = ""
        self.last: list[dict[str, Any]] = []

    def say(self, message: str) -> list[str]:
        """Send a message; the kinds of the replies. Raises `httpx.HTTPError`."""
        self._before_turn()
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
