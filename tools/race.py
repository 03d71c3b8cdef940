"""`make race`: hundreds of clients want one time, over HTTP, against two `web` processes on one database.

One of them gets it, every other one hears that it is taken and which free ones are nearest, nobody hears nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from clinic.booking.timetable import Timetable
from clinic.booking.timetable_file import load_timetable
from clinic.settings import ROOT
from tests.postgres_server import new_database, running_postgres
from tests.processes import running_processes
from tests.web_processes import running_webs
from tools import race_check
from tools.migrate import upgrade
from tools.race_chats import ChatRace, race_chats
from tools.race_round import Door, Outcome, Wish, faults, free_ones_that_cannot_be_had, run_round

EVIDENCE = ROOT / "docs" / "evidence" / "race.md"
DATABASES = ("SQLite", "PostgreSQL 15")
KEYS = [f"race-key-{at:02}" for at in range(20)]  # so that no key comes near its limit a minute
_HEAD = (
    "database", "rounds", "clients a round", "double clicks a round", "booked", "heard taken", "busy, tried again",
    "5xx or silence", "overlaps or lost", "p50 s", "p95 s", "max s", "whole s",
)  # fmt: skip

_WHAT = """\
In each round all clients want the same time of the same clinician at once, over HTTP, from two `web` processes on one
database. Each has a sender and a key of its own; every tenth sends its wish to both processes at once, with the same
key. Who holds the time confirms it. The seconds are those until a client knows: booked, or taken. Who hears 503
`unavailable` sends the same key again until the answer comes.

After each round every time that was named as free was held and given up again. At the end the appointments were
compared by their intervals, buffers included, without the table of claims."""


@dataclass
class Race:
    """All rounds on one database."""

    database: str
    clients: int
    rounds: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    in_database: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def row(self) -> list[str]:
        """The line of the table."""
        waited = sorted(one.seconds for one in self.outcomes)
        winners = {one.reference for one in self.outcomes if one.reference}
        numbers = [
            self.rounds,
            self.clients,
            len(self.outcomes) // self.rounds - self.clients,
            len(winners),
            sum(one.is_taken for one in self.outcomes),
            sum(one.busy for one in self.outcomes),
            sum(len(one.faults) for one in self.outcomes),
            len(self.in_database),
        ]
        times = [waited[len(waited) // 2], waited[int(len(waited) * 0.95)], waited[-1]]
        return [self.database, *map(str, numbers), *(f"{t:.2f}" for t in times), f"{self.seconds:.0f}"]


async def race(urls: list[str], database: str, url: str, rounds: int, clients: int) -> Race:
    """So many rounds on a database that is at `url`, whose processes are at `urls`; a line is printed after each."""
    found, begun, chance = Race(database, clients), time.monotonic(), random.Random(rounds * clients)
    for number in range(1, rounds + 1):
        async with Door(urls, KEYS) as door:
            wish = await _some_free_time(door, chance)
            outcomes = await run_round(door, wish, clients)
            named = {slot for one in outcomes for slot in one.nearest}
            gone = [f"named as free and not: {slot}" for slot in await free_ones_that_cannot_be_had(door, wish, named)]
        found.faults += [f"round {number}: {fault}" for fault in [*faults(outcomes), *gone]]
        found.outcomes += outcomes
        found.rounds = number
        slowest = max(one.seconds for one in outcomes)
        print(f"{database}, round {number} of {rounds}: {slowest:.1f} s, {len(found.faults)} faults", flush=True)
    confirmed = {one.reference for one in found.outcomes if one.reference}
    found.in_database = await asyncio.to_thread(race_check.faults, url, _timetable(), confirmed)
    found.seconds = time.monotonic() - begun
    return found


async def _some_free_time(door: Door, chance: random.Random) -> Wish:
    kinds = (await door.of(0).get("/visit-types")).raise_for_status().json()["visit_types"]
    params = {"visit_type": chance.choice(kinds)["id"], "limit": 200}
    slots = (await door.of(0).get("/slots", params=params)).raise_for_status().json()["slots"]
    slot = chance.choice(slots[len(slots) // 10 :])  # the first ones are about to become too near
    return Wish(slot["visit_type"], slot["clinician"], slot["start"])


def _timetable() -> Timetable:
    found = load_timetable()
    if found is None:
        raise SystemExit("data/clinic/clinic.yml has no times to book, so there is nothing to race for")
    return found


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """The addresses of an empty SQLite file and of an empty database on a PostgreSQL server of its own, by name."""
    on_file = f"sqlite:///{folder / 'race.db'}"
    upgrade(on_file)
    with running_postgres() as server:
        yield dict(zip(DATABASES, (on_file, new_database(server)), strict=True))


def run(rounds: int, clients: int) -> list[Race]:
    """The races on both databases, one after the other."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as running:
        folder, races = Path(name), []
        for database, url in running.enter_context(databases(folder)).items():
            with running_webs(url, KEYS, folder, number=2) as urls:
                races.append(asyncio.run(race(urls, database, url, rounds, clients)))
        return races


def run_chats(rounds: int, chats: int) -> ChatRace:
    """The race in the chat, on a whole stack with SQLite."""
    with tempfile.TemporaryDirectory() as name, running_processes(Path(name)) as stack:
        return asyncio.run(race_chats(stack, _timetable(), rounds, chats))


def table(races: list[Race]) -> str:
    """Markdown."""
    rows = [list(_HEAD), ["---"] * len(_HEAD), *(one.row() for one in races)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _write(races: list[Race], chats: ChatRace | None, command: str) -> None:
    where = f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores for everything together"
    faults = _faults(races)
    said = f"{len(faults)} faults." if faults else "No fault."
    if chats:
        said += f"\n\n## In the chat\n\n{chats.line()}"
    EVIDENCE.parent.mkdir(parents=True, exist_ok=True)
    EVIDENCE.write_text(
        f"# Many want one time\n\n{where}; `{command}`.\n\n{_WHAT}\n\n{table(races)}\n\n{said}\n", "utf-8"
    )


def _faults(races: list[Race]) -> list[str]:
    return [f"{one.database}: {fault}" for one in races for fault in [*one.faults, *one.in_database]]


def main() -> None:
    """Run, print the table, write the evidence; exit 1 when anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--clients", type=int, default=500)
    parser.add_argument("--chat-rounds", type=int, default=3)
    parser.add_argument("--chats", type=int, default=50)
    arguments = parser.parse_args()
    races = run(arguments.rounds, arguments.clients)
    command = " ".join(["python -m tools.race", *sys.argv[1:]]) if sys.argv[1:] else "make race"
    print(table(races))
    _write(races, None, command)  # what is known stays known, whatever becomes of the chats
    chats = run_chats(arguments.chat_rounds, arguments.chats) if arguments.chat_rounds else None
    if chats:
        print(chats.line())
        _write(races, chats, command)
    found = [*_faults(races), *(chats.faults if chats else [])]
    for fault in found:
        print(fault, file=sys.stderr)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
