"""A pause or very many turns end a session: the visitor is told, and nothing of it is used any more."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable

from tests.processes import Processes, Visitor


def _tracker(stack: Processes) -> sqlite3.Connection:
    return sqlite3.connect(stack.environment["TRACKER_DB_URL"].removeprefix("sqlite:///"), timeout=10)


def _make_older(stack: Processes, since: float, seconds: float) -> None:
    """Move all events of the last moments into the past, as a night would."""
    with _tracker(stack) as database:
        rows = database.execute("SELECT id, data FROM conversation_event WHERE timestamp >= ?", (since,)).fetchall()
        for number, data in rows:
            event = json.loads(data)
            event["timestamp"] -= seconds
            statement = "UPDATE conversation_event SET data = ?, timestamp = ? WHERE id = ?"
            database.execute(statement, (json.dumps(event), event["timestamp"], number))


def _add_turns(stack: Processes, since: float, turns: int) -> None:
    """Repeat the visitor's last message in the database."""
    with _tracker(stack) as database:
        sender, last, data = database.execute(
            "SELECT sender_id, MAX(number), data FROM conversation_event WHERE type_name = 'user' AND timestamp >= ?",
            (since,),
        ).fetchone()
        (last,) = database.execute(
            "SELECT MAX(number) FROM conversation_event WHERE sender_id = ?", (sender,)
        ).fetchone()
        rows = [(sender, last + 1 + i, "user", time.time(), data) for i in range(turns)]
        statement = "INSERT INTO conversation_event (sender_id, number, type_name, timestamp, data) VALUES (?,?,?,?,?)"
        database.executemany(statement, rows)


def test_after_a_night_the_visitor_is_told_and_the_form_is_closed(
    stack: Processes, new_visitor: Callable[[], Visitor]
) -> None:
    visitor, since = new_visitor(), time.time()
    visitor.say("I want an appointment")
    visitor.say("Ada Lovelace")
    _make_older(stack, since, 12 * 3600)
    visitor.say("What causes restless legs?")
    assert visitor.topics == ["session_after_pause", "causes"]
    visitor.say("why?")
    assert "session_after_pause" not in visitor.topics


def test_after_very_many_turns_a_new_session_begins_and_forgets_the_topic(
    stack: Processes, new_visitor: Callable[[], Visitor]
) -> None:
    visitor, since = new_visitor(), time.time()
    visitor.say("What causes restless legs?")
    _add_turns(stack, since, 200)
    visitor.say("what did you say?")
    assert visitor.topics == ["session_after_many_turns", "clarify"]
    visitor.say("What causes restless legs?")
    assert visitor.topics == ["causes"]
