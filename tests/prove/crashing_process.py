"""A process that books, and ends itself with SIGKILL at a named point; the product knows nothing of it.

Forked from a server that has read everything once (`start_server`), so that one costs milliseconds. It says what it
was answered, as a client would hear it, over a pipe.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from multiprocessing.connection import Connection
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, event

from clinic.adapters.calendar_file import Organizer
from clinic.adapters.letters import ApprovedLetters
from clinic.adapters.mail import SmtpMailer, SmtpServer
from clinic.adapters.sql.appointments import SqlAppointmentBook
from clinic.adapters.sql.attempts import SqlAttempts
from clinic.adapters.sql.engine import open_engine
from clinic.answers import load_catalogue
from clinic.answers.clinic_facts import load_clinic_facts
from clinic.booking.appointment import EventTarget
from clinic.booking.availability import TimeSlot
from clinic.booking.desk import BookingDesk
from clinic.booking.post_office import Letter, Mailer, PostOffice
from clinic.booking.timetable import Clinician, OpenInterval, Timetable, VisitType

VISIT = VisitType("first", "First visit", timedelta(minutes=40), timedelta(minutes=10))
TABLE = Timetable(
    zone=ZoneInfo("America/New_York"), hours=dict.fromkeys(range(5), (OpenInterval(time(9), time(12)),)),
    clinicians=(Clinician("a", "Dr. A", frozenset({"first"})),), visit_types=(VISIT,),
)  # fmt: skip
LETTERS = ApprovedLetters(
    load_catalogue(), load_clinic_facts(), TABLE, Organizer("Truffles Vein Specialists", "visits@clinic.example")
)
TOLD = (EventTarget.MAIL, EventTarget.CALENDAR)
NOW = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
FIRST, SECOND = (
    TimeSlot(start, start + VISIT.length, "a", "first")
    for start in (datetime(2026, 12, 7, 14, 0, tzinfo=UTC), datetime(2026, 12, 7, 14, 30, tzinfo=UTC))  # they overlap
)
KEY, SENDER, CONTACT = "k" * 64, "s" * 64, "ann@example.org"

_WRITES = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) (?:appointment|claim|appointment_event)\b")


class Point(StrEnum):
    """Where a step of a booking can end for ever."""

    BEFORE = "before the transaction"
    CLAIMED = "the cells were claimed"
    TOLD = "the first event was written"
    AT_COMMIT = "at the moment of the commit"
    COMMITTED = "committed, not answered yet"
    BEFORE_MAIL = "before the mail"
    MAILED = "the mail was handed over, not settled yet"


# A whole life of a visit, and the points each step can reach.
PLAN = ("hold", "book", "mail", "move", "mail", "cancel", "mail")
_CHANGE = (Point.BEFORE, Point.AT_COMMIT, Point.COMMITTED)
POINTS = {
    "hold": (*_CHANGE, Point.CLAIMED),
    "book": (*_CHANGE, Point.CLAIMED, Point.TOLD),
    "move": (*_CHANGE, Point.CLAIMED, Point.TOLD),
    "cancel": (*_CHANGE, Point.TOLD),
    "mail": (*_CHANGE, Point.BEFORE_MAIL, Point.MAILED),
}


@dataclass(frozen=True)
class Death:
    """The step of the plan, by its number, and the point in it, or else the number of a statement in it."""

    step: int
    point: Point | None = None
    statement: int = 0


@dataclass(frozen=True)
class Orders:
    """Steps still to be done (hold, book, move, cancel, mail), the reference as far as it is known, and the death."""

    database: str
    smtp_port: int
    steps: tuple[str, ...]
    reference: str | None = None
    death: Death | None = None
    now: datetime = NOW


class Reaper:
    """Watches an engine and ends the process where it is told."""

    def __init__(self, death: Death | None) -> None:
        self._death, self._step, self._statements = death, -1, 0
        self._has_written = self._has_committed = False

    def watch(self, engine: Engine) -> None:
        event.listen(engine, "begin", self._begins, insert=True)
        event.listen(engine, "before_cursor_execute", self._executes)
        event.listen(engine, "after_cursor_execute", self._executed)
        event.listen(engine, "commit", self._commits)
        event.listen(engine, "checkin", self._is_given_back)

    def next_step(self) -> None:
        self._step, self._statements = self._step + 1, 0

    def reach(self, point: Point) -> None:
        if self._death and (self._death.step, self._death.point) == (self._step, point):
            os.kill(os.getpid(), signal.SIGKILL)

    def _begins(self, _connection: Any) -> None:
        self._has_written = self._has_committed = False
        self.reach(Point.BEFORE)

    def _executes(self, *_: Any) -> None:
        self._statements += 1
        if self._death and (self._death.step, self._death.statement) == (self._step, self._statements):
            os.kill(os.getpid(), signal.SIGKILL)

    def _executed(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self._has_written |= bool(_WRITES.match(statement))
        if statement.startswith("INSERT INTO claim "):
            self.reach(Point.CLAIMED)
        elif statement.startswith("INSERT INTO appointment_event "):
            self.reach(Point.TOLD)

    def _commits(self, _connection: Any) -> None:
        if self._has_written:
            self._has_committed = True
            self.reach(Point.AT_COMMIT)

    def _is_given_back(self, *_: Any) -> None:
        if self._has_committed:
            self.reach(Point.COMMITTED)


class MortalMailer:
    """A mailer whose process may end around a mail."""

    def __init__(self, mailer: Mailer, reaper: Reaper) -> None:
        self._mailer, self._reaper = mailer, reaper

    def send(self, letter: Letter) -> None:
        self._reaper.reach(Point.BEFORE_MAIL)
        self._mailer.send(letter)
        self._reaper.reach(Point.MAILED)


def act(orders: Orders, answers: Connection) -> None:
    """Do the steps; each answer is the reference, or how many mails were sent."""
    engine, reaper, reference = open_engine(orders.database), Reaper(orders.death), orders.reference or ""
    reaper.watch(engine)
    book = SqlAppointmentBook(engine, TOLD)
    desk = BookingDesk(book, TABLE, SqlAttempts(engine, now=lambda: orders.now), now=lambda: orders.now)
    server = SmtpServer("127.0.0.1", orders.smtp_port, "visits@clinic.example", encryption="none")
    office = PostOffice(book, book, LETTERS, MortalMailer(SmtpMailer(server), reaper), lambda: orders.now)
    person = {"name": "Ann Example", "contact": CONTACT, "reason": "restless legs"}
    steps: dict[str, Callable[[], object]] = {
        "hold": lambda: desk.hold(KEY, SENDER, FIRST).reference,
        "book": lambda: desk.book(reference, SENDER, **person).reference,
        "move": lambda: desk.move(reference, CONTACT, SECOND, SENDER).reference,
        "cancel": lambda: desk.cancel(reference, CONTACT, SENDER).reference,
        "mail": office.deliver,
    }
    for step in orders.steps:
        reaper.next_step()
        answer = steps[step]()
        reference = answer if isinstance(answer, str) else reference
        answers.send(answer)
    engine.dispose()


def run(orders: Orders) -> tuple[list[str | int], int]:
    """A process of its own that does these steps: what it was answered, and its exit code (-9: killed)."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pytest", __name__])
    hears, tells = context.Pipe(duplex=False)
    process = context.Process(target=act, args=(orders, tells))
    process.start()
    tells.close()
    answers: list[str | int] = []
    while True:
        try:
            answers.append(hears.recv())
        except EOFError:
            break
    process.join(60)
    assert process.exitcode is not None
    return answers, process.exitcode
