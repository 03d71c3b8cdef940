"""The race in the chat: many visitors stand at the read-back of one time, and all say yes at once.

A time is held by one visitor, so that others are told at once that it is taken. For fifty to reach the read-back of
the same time, each hold is made to run out before the next visitor picks: it is what happens to fifty people who each
left the chat open for ten minutes.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from sqlalchemy import create_engine, text

from clinic.booking.timetable import Timetable
from tests.processes import KEY, Processes
from tools import race_check

_OPENING = ("I would like to book a visit", "First visit", "anyone")
_SECONDS = 60
_AT_ONCE = 8


@dataclass
class ChatRace:
    """All rounds; `winners`: the references that were given."""

    chats: int
    rounds: int = 0
    winners: list[str] = field(default_factory=list)
    heard_taken: int = 0
    faults: list[str] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)

    def line(self) -> str:
        """What is said of it in the evidence."""
        slowest = max(self.waited, default=0.0)
        return (
            f"{self.rounds} rounds of {self.chats} chats that stood at the read-back of one time and said yes at once: "
            f"{len(self.winners)} visits booked, {self.heard_taken} heard that the time is taken and saw others, "
            f"{len(self.faults)} faults, slowest answer {slowest:.1f} s."
        )


class Chat:
    """One visitor over REST."""

    def __init__(self, client: httpx.AsyncClient, name: str) -> None:
        """`name`: the sender."""
        self._client, self.name = client, name
        self.replies: list[dict[str, Any]] = []

    async def say(self, message: str) -> list[str]:
        """The topics of the replies."""
        answer = await self._client.post("/webhooks/rest/webhook", json={"sender": self.name, "message": message})
        answer.raise_for_status()
        self.replies = answer.json()
        return [reply["metadata"]["topic"] for reply in self.replies]

    @property
    def times(self) -> list[str]:
        """The titles of the times that are offered."""
        return [b["title"] for reply in self.replies for b in reply["buttons"] if ":" in b["title"]]


async def race_chats(stack: Processes, timetable: Timetable, rounds: int = 3, chats: int = 50) -> ChatRace:
    """So many rounds; a line is printed after each."""
    race, database = ChatRace(chats), stack.environment["CLINIC_DB_URL"]
    headers = {"Authorization": f"Bearer {KEY}"}
    async with httpx.AsyncClient(base_url=stack.url, headers=headers, timeout=_SECONDS) as client:
        for number in range(1, rounds + 1):
            ready = [Chat(client, f"race-{number}-{who}") for who in range(chats)]
            await _bring_to_the_read_back(ready, number, database)
            await _all_say_yes(ready, race)
            race.rounds = number
            print(f"chats, round {number} of {rounds}: {len(race.faults)} faults", flush=True)
    race.faults += await asyncio.to_thread(race_check.faults, database, timetable, set(race.winners))
    return race


async def _bring_to_the_read_back(chats: list[Chat], number: int, database: str) -> None:
    wanted = ""
    for chat in chats:
        for message in _OPENING:
            await chat.say(message)
        wanted = wanted or chat.times[number % len(chat.times)]
        await chat.say(wanted.rpartition(",")[0] if wanted.count(",") == 3 else wanted)
        await asyncio.to_thread(_let_holds_run_out, database)
    gate = asyncio.Semaphore(_AT_ONCE)
    await asyncio.gather(*(_tell(chat, gate) for chat in chats))


async def _tell(chat: Chat, gate: asyncio.Semaphore) -> None:
    async with gate:
        topics: list[str] = []
        for message in ("Robin Example", f"{chat.name}@example.org", "restless legs"):
            topics = await chat.say(message)
        if "appointment_confirmed" not in topics:
            raise AssertionError(f"{chat.name} is not at the read-back but at {topics}")


async def _all_say_yes(chats: list[Chat], race: ChatRace) -> None:
    heard = await asyncio.gather(*(_timed(chat, race) for chat in chats))
    booked = [chat for chat, topics in zip(chats, heard, strict=True) if "appointment_booked" in topics]
    taken = [c for c, t in zip(chats, heard, strict=True) if {"hold_expired", "appointment_time"} <= set(t) and c.times]
    race.winners += [word for chat in booked for word in _reference(chat)]
    race.heard_taken += len(taken)
    if len(booked) != 1:
        race.faults.append(f"{len(booked)} chats were told that the visit is booked")
    race.faults += [f"{c.name} heard {t}" for c, t in zip(chats, heard, strict=True) if c not in (*booked, *taken)]


async def _timed(chat: Chat, race: ChatRace) -> list[str]:
    begun = time.monotonic()
    try:
        return await chat.say("yes")
    except httpx.HTTPError as error:
        return [type(error).__name__]
    finally:
        race.waited.append(time.monotonic() - begun)


def _reference(chat: Chat) -> list[str]:
    words = " ".join(reply["text"] for reply in chat.replies).split("Your reference is ")
    return [words[1][:8]] if len(words) == 2 else []


def _let_holds_run_out(database: str) -> None:
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE appointment SET held_until = :past WHERE status = 'held'"),
            {"past": datetime(2000, 1, 1, tzinfo=UTC).strftime("%Y-%m-%d %H:%M:%S.000000")},
        )
    engine.dispose()
