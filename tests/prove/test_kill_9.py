"""kill -9, hundreds of times: plans of many kinds, ended at named points and at any statement; see `after_a_kill`."""

from __future__ import annotations

import os
import platform
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.postgres_server import new_database, running_postgres
from tests.prove.after_a_kill import Mailbox, kill_and_try_again, open_mailbox
from tests.prove.crashing_process import PLAN, POINTS, Death, Orders, Point
from tools.migrate import upgrade

EVIDENCE = Path("docs/evidence/kill-9.md")
DATABASES = ("SQLite", "PostgreSQL 15")
SEEDS, TIMES = 300, 3
_MOST_STATEMENTS = 16  # of one step
_CHANGES = (
    ("hold",),
    ("hold", "book"),
    ("hold", "book", "move"),
    ("hold", "book", "cancel"),
    ("hold", "book", "move", "cancel"),
)


@pytest.fixture(scope="module", params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    if request.param == DATABASES[0]:
        url = f"sqlite:///{tmp_path_factory.mktemp('kill') / Path('clinic.db')}"
        upgrade(url)
        yield request.param, url
        return
    with running_postgres() as server:
        yield request.param, new_database(server)


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with open_mailbox() as found:
        yield found


@pytest.fixture(scope="module")
def table() -> Iterator[list[str]]:
    head = [
        "# kill -9 in the middle of a booking",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores; `make prove`.",
        "",
        "A process holds, books, moves and cancels a visit, sends its mails, and ends itself with SIGKILL. Before the "
        "next one goes on, and afterwards: the visit is whole or absent, and its reference is the one that was told; "
        "cells, patient and events fit together; no mail came twice, and none of a visit that is not there. A mail "
        "whose sender was lost is left to staff and not sent again.",
        "",
        "| database | ended | runs | killed | mails sent | overtaken, not sent | left to staff |",
        "|---|---|---|---|---|---|---|",
    ]
    rows: list[str] = []
    yield rows
    if len(rows) == len(DATABASES) * (len(Point) + 1):  # each row stands for a test that passed
        EVIDENCE.write_text("\n".join([*head, *rows]) + "\n", "utf-8")


def some_plan(chance: random.Random) -> tuple[str, ...]:
    """A hold and some of what can follow it; mail is delivered after some steps, and at the end."""
    changes = chance.choice(_CHANGES)
    with_mail = [step for change in changes for step in ((change, "mail") if chance.random() < 0.6 else (change,))]
    return (*with_mail, "mail")


def some_death(chance: random.Random, plan: tuple[str, ...]) -> Death:
    step = chance.randrange(len(plan))
    if plan[step] != "mail" and chance.random() < 0.5:
        return Death(step, chance.choice(POINTS[plan[step]]))
    return Death(step, statement=chance.randint(1, _MOST_STATEMENTS))


def end_many_times(database: tuple[str, str], deaths: list[tuple[tuple[str, ...], Death]], mailbox: Mailbox) -> str:
    """The line of the table but for its beginning."""
    mails, killed = Counter[str](), 0
    for plan, death in deaths:
        was_killed, states = kill_and_try_again(Orders(database[1], mailbox.port, plan, death=death), mailbox)
        mails, killed = mails + states, killed + was_killed
    return f"{len(deaths)} | {killed} | {mails['sent']} | {mails['dropped']} | {mails['dead']} |"


@pytest.mark.parametrize("point", Point)
def test_at_a_named_point(database: tuple[str, str], mailbox: Mailbox, table: list[str], point: Point) -> None:
    steps = [at for at, step in enumerate(PLAN) if point in POINTS[step]]
    deaths = [(PLAN, Death(at, point)) for at in steps] * TIMES
    table.append(f"| {database[0]} | {point} | {end_many_times(database, deaths, mailbox)}")


def test_anywhere(database: tuple[str, str], mailbox: Mailbox, table: list[str]) -> None:
    chances = [random.Random(seed) for seed in range(SEEDS)]
    deaths = [(plan, some_death(chance, plan)) for chance in chances for plan in [some_plan(chance)]]
    table.append(f"| {database[0]} | anywhere, {SEEDS} plans | {end_many_times(database, deaths, mailbox)}")
