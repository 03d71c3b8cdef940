"""Turns as `web` writes them down, made up: for counting them, few by hand and many by chance."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, insert

from clinic.adapters.sql.appointment_requests import appointment_request
from clinic.adapters.sql.appointments import appointment, appointment_event
from clinic.adapters.sql.numbers_tables import reply_count, turn_count
from clinic.adapters.sql.turn_tables import conversation, feedback, turn

Row = dict[str, Any]


def with_tables(engine: Engine) -> None:
    """The tables of the numbers, where no migration has made them yet."""
    turn_count.metadata.create_all(engine, tables=[turn_count, reply_count], checkfirst=True)


def reply(kind: str, topic: str, length: int = 10) -> Row:
    """A reply as a turn keeps it."""
    return {"text": "w" * length, "buttons": [], "metadata": {"kind": kind, "topic": topic, "sources": []}}


@dataclass
class Chats:
    """Rows of conversations, kept until they are written."""

    engine: Engine
    rows: dict[str, list[Row]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    def say(
        self,
        sender: str,
        at: datetime,
        *replies: Row,
        seconds: float = 0.5,
        state: str = "done",
        text: str | None = "words",
        said_by: str = "assistant",
        **trace: Any,
    ) -> str:
        """One turn; its message id."""
        if sender not in self.numbers:
            self._add("conversation", sender=sender, turns=0, leased_until=0.0, events=0)
        number = self.numbers[sender] = self.numbers.get(sender, 0) + 1
        message_id, created = uuid4().hex, at.timestamp()
        done = created + seconds if state in ("done", "failed") else None
        self._add(
            "turn", sender=sender, number=number, message_id=message_id, text=text, state=state,
            waits_until=created + 20, created_at=created, completed_at=done, replies=json.dumps(list(replies)),
            trace=json.dumps(trace), said_by=said_by,
        )  # fmt: skip
        return message_id

    def thumb(self, sender: str, message_id: str, at: datetime, helpful: bool, index: int = 0) -> None:
        """What a visitor thinks of a reply."""
        self._add("feedback", sender=sender, message_id=message_id, reply=index, helpful=helpful, word=None,
                  at=at.timestamp())  # fmt: skip

    def visit(self, sender: str, at: datetime, *changes: str, targets: tuple[str, ...] = ("mail", "calendar")) -> None:
        """A booked visit and what happened to it: "booked", "moved", "cancelled", a minute apart."""
        reference = uuid4().hex[:8].upper()
        status = "cancelled" if "cancelled" in changes else "booked"
        self._add(
            "appointment", reference=reference, hold_key=uuid4().hex, sender=sender, clinician="lee",
            visit_type="first_visit", starts_at=at + timedelta(days=9), ends_at=at + timedelta(days=9, minutes=40),
            status=status, held_until=at, created_at=at, sequence=len(changes) - 1, name="Ann Example",
            contact="ann@example.com", contact_kind="email", reason="legs",
        )  # fmt: skip
        for sequence, change in enumerate(changes):
            moment = at + timedelta(minutes=sequence)
            for target in targets:
                self._add("appointment_event", reference=reference, kind=change, sequence=sequence, at=moment,
                          due_at=moment, state="sent", attempts=1, target=target)  # fmt: skip

    def request(self, sender: str, at: datetime, is_question: bool = False) -> None:
        """What staff are asked to call or write back about."""
        self._add(
            "appointment_request", reference=uuid4().hex[:8].upper(), idempotency_key=uuid4().hex, sender=sender,
            name="Ann Example", contact="ann@example.com", contact_kind="email", reason="legs",
            preferred_time="any time", status="requested", created_at=at, is_question=is_question,
        )  # fmt: skip

    def write(self) -> None:
        """All that was said."""
        tables = (conversation, turn, feedback, appointment, appointment_event, appointment_request)
        with self.engine.begin() as connection:
            for table in tables:
                rows = self.rows.pop(table.name, [])
                for start in range(0, len(rows), 5_000):
                    connection.execute(insert(table), rows[start : start + 5_000])

    def _add(self, table: str, **row: Any) -> None:
        self.rows.setdefault(table, []).append(row)


_KINDS = (
    [("answer", topic) for topic in ("iron", "sleep", "relief_now", "treatment", "causes", "pregnancy", "symptoms")] * 6
    + [("refusal", "dose"), ("refusal", "medicine_change"), ("refusal", "diagnosis")] * 3
    + [("not_covered", "not_covered")] * 4 + [("clarify", "clarify")] * 4 + [("clarify", "rephrase")] * 2
    + [("out_of_scope", "out_of_scope")] * 4 + [("chitchat", "thanks")] * 8 + [("emergency", "heart_lungs")]
    + [("urgent", "clot")] * 2
)  # fmt: skip
_FORM = ("appointment_visit_type", "appointment_time", "appointment_name", "appointment_contact", "appointment_reason",
         "appointment_confirmed")  # fmt: skip


def make_up(engine: Engine, turns: int, days: int, until: datetime, seed: int = 7, length: int = 900) -> None:
    """Chats of a clinic by chance, always the same ones for a seed: more by day, fewer at weekends, more of late."""
    chance, chats, said = random.Random(seed), Chats(engine), 0
    while said < turns:
        at = until - timedelta(days=days * chance.random() ** 1.15)
        local = at.astimezone(UTC)
        if local.weekday() >= 5 and chance.random() < 0.6:
            continue
        at = at.replace(hour=int(chance.triangular(8, 30, 17)) % 24)
        if at >= until:
            continue
        said += _chat(chance, chats, at, length)
    chats.write()


def _chat(chance: random.Random, chats: Chats, at: datetime, length: int) -> int:
    sender, count = uuid4().hex * 2, chance.choice((1, 2, 3, 4, 6, 9))
    for n in range(count):
        kind, topic = chance.choice(_KINDS)
        moment = at + timedelta(minutes=n)
        seconds = min(chance.lognormvariate(-1, 0.6), 12)
        state = "failed" if chance.random() < 0.004 else "done"
        replies = [] if state == "failed" else [reply(kind, topic, length)]
        message = chats.say(sender, moment, *replies, seconds=seconds, state=state, intent=topic, ranking=["w"] * 60)
        if kind == "answer" and state == "done" and chance.random() < 0.08:
            chats.thumb(sender, message, moment, chance.random() < 0.82)
    if chance.random() < 0.12:
        count += _booking(chance, chats, sender, at + timedelta(minutes=20))
    elif chance.random() < 0.05:
        chats.request(sender, at, chance.choice((True, False)))
    if chance.random() < 0.03:
        chats.say(sender, at + timedelta(hours=2), reply("booking", "visit_reminder"), text=None, said_by="notice")
    return count


def _booking(chance: random.Random, chats: Chats, sender: str, at: datetime) -> int:
    for n, slot in enumerate(_FORM):
        held = [reply("booking", "time_held")] if slot == "appointment_name" else []
        chats.say(sender, at + timedelta(minutes=n), *held, reply("booking", slot), form="appointment_form",
                  requested_slot=slot, intent="inform")  # fmt: skip
        if chance.random() < 0.12:
            return n + 1
    moment = at + timedelta(minutes=len(_FORM))
    chats.say(sender, moment, reply("booking", "appointment_booked"), form=None, requested_slot=None)
    changes = chance.choice((["booked"], ["booked"], ["booked", "moved"], ["booked", "cancelled"]))
    chats.visit(sender, moment, *changes)
    for change in changes[1:]:
        chats.say(sender, moment + timedelta(minutes=1), reply("booking", f"visit_{change}"))
    return len(_FORM) + len(changes)
