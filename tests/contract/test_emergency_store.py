"""Alarms of conversations on SQLite and PostgreSQL: each is listed once, and acknowledged once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from clinic.adapters.sql.emergencies import SqlEmergencies
from clinic.adapters.sql.turn_tables import conversation, erasure
from clinic.adapters.sql.turns import SqlTurnStore
from clinic.review.inbox.emergencies import EmergencyDesk, Seen
from clinic.turns import TurnState
from tests.contract.databases import database
from tests.staff_stand_ins import Audit

SEEN = Seen("m_1", 2_000.0, "called back")


class Chats:
    """Conversations as `web` records them, and their alarms."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.turns, self.alarms = SqlTurnStore(engine), SqlEmergencies(engine)

    def say(self, sender: str, words: str, kind: str = "answer", topic: str = "iron", at: float = 1_000.0) -> str:
        message_id = uuid4().hex
        turn, _ = self.turns.add(sender, message_id, words, at, at + 20)
        self.turns.take(sender, turn.number, at, at + 20)
        if kind in ("emergency", "urgent") and topic not in ("reminder", "still_careful"):
            self.turns.note_alarm(sender, f"{kind}_{topic}", at + 0.5)
        replies: list[dict[str, Any]] = [{"text": "…", "buttons": [], "metadata": {"kind": kind, "topic": topic}}]
        self.turns.finish(sender, turn.number, TurnState.DONE, replies, {}, at + 1)
        return message_id


@pytest.fixture(params=["sqlite", "postgres"])
def chats(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Chats]:
    with database(request, tmp_path, conversation, erasure) as engine:
        yield Chats(engine)


def test_alarms_are_listed_newest_first_and_nothing_else_is(chats: Chats) -> None:
    chats.say("ann", "what about iron", at=900)
    old = chats.say("ann", "chest pain", "emergency", "heart_lungs", at=1_000)
    chats.say("ann", "thanks", "emergency", "reminder", at=1_100)
    new = chats.say("bob", "my leg is swollen", "urgent", "clot", at=1_200)
    found = chats.alarms.newest(10)
    assert [(e.message_id, e.level, e.category, e.words, e.at) for e in found] == [
        (new, "urgent", "clot", "my leg is swollen", 1_200), (old, "emergency", "heart_lungs", "chest pain", 1_000),
    ]  # fmt: skip


def test_an_alarm_that_was_taken_back_is_still_listed(chats: Chats) -> None:
    message_id = chats.say("ann", "chest pain", "emergency", "heart_lungs")
    last = chats.turns.last_alarm("ann")
    assert last is not None
    chats.turns.take_back_alarm("ann", last.at)
    assert [e.message_id for e in chats.alarms.newest(10)] == [message_id]


def test_an_alarm_that_no_turn_tells_of_is_listed_by_its_conversation(chats: Chats) -> None:
    chats.say("ann", "what about iron", at=1_000)
    chats.turns.note_alarm("ann", "emergency_suicide", 5_000)  # by a comment on an answer
    (found,) = chats.alarms.newest(10)
    assert (found.sender, found.level, found.category, found.words) == ("ann", "emergency", "suicide", None)
    assert chats.alarms.see("ann", found.message_id, SEEN)
    assert chats.alarms.newest(10, only_unseen=True) == []


def test_as_many_are_counted_as_are_listed_whatever_raised_them(chats: Chats) -> None:
    def counted() -> int:
        found = chats.alarms.count_unseen()
        assert found == len(chats.alarms.newest(10, only_unseen=True))
        return found

    chats.say("ann", "what about iron", at=900)
    assert counted() == 0
    first = chats.say("ann", "chest pain", "emergency", "heart_lungs", at=1_000)
    chats.say("ann", "thanks", "emergency", "reminder", at=1_100)
    chats.say("bob", "my leg is swollen", "urgent", "clot", at=1_200)
    chats.turns.note_alarm("cat", "emergency_suicide", 5_000.25)  # by a comment on an answer
    assert counted() == 3
    assert chats.alarms.see("ann", first, SEEN)
    assert chats.alarms.see("cat", "at 5000.250", SEEN)
    assert counted() == 1
    chats.turns.note_alarm("bob", "emergency_suicide", 6_000)
    assert counted() == 2
    chats.turns.erase("bob", time.time())
    assert counted() == 0


def test_of_many_who_acknowledge_one_is_the_first(chats: Chats) -> None:
    message_id = chats.say("ann", "chest pain", "emergency", "heart_lungs")
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda n: chats.alarms.see("ann", message_id, Seen(f"m_{n}", 1.0)), range(8)))
    assert found.count(True) == 1
    (alarm,) = chats.alarms.newest(10)
    assert alarm.seen == Seen(f"m_{found.index(True)}", 1.0)


def test_what_a_visitor_erases_is_gone_with_its_acknowledgement(chats: Chats) -> None:
    message_id = chats.say("ann", "chest pain", "emergency", "heart_lungs")
    chats.alarms.see("ann", message_id, SEEN)
    chats.turns.erase("ann", time.time())
    assert chats.alarms.newest(10) == []
    assert not chats.alarms.see("ann", message_id, SEEN)


def test_staff_see_an_excerpt_without_what_is_personal_and_the_record_has_no_words(chats: Chats) -> None:
    audit = Audit()
    desk = EmergencyDesk(chats.alarms, lambda text: text.replace("Ann", "[name]"), audit, lambda: 3_000.0)
    message_id = chats.say("ann", "Ann has chest pain " + "and more " * 100, "emergency", "heart_lungs")
    (alarm,) = desk.listed()
    assert alarm.words is not None
    assert alarm.words.startswith("[name] has chest pain")
    assert len(alarm.words) < 170
    assert desk.unseen() == 1
    assert desk.acknowledge("ann", message_id, "m_1", " spoke to\n her ")
    assert not desk.acknowledge("ann", message_id, "m_2")
    assert desk.unseen() == 0
    assert desk.listed()[0].seen == Seen("m_1", 3_000.0, "spoke to her")
    assert audit.notes == [("m_1", "emergency.acknowledged", message_id, {"has_note": True})]
