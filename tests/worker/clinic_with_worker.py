"""A clinic of a test's own: database, mail server on loopback, and worker processes that can be paused and killed."""

from __future__ import annotations

import asyncio
import email
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from clinic.adapters.memory import MemoryAttempts
from clinic.adapters.sql.appointments import SqlAppointmentBook, appointment_event
from clinic.adapters.sql.engine import open_engine
from clinic.booking.appointment import Appointment, AppointmentEvent, EventKind, EventState, EventTarget
from clinic.booking.desk import BookingDesk
from clinic.booking.timetable_file import load_timetable
from clinic.bootstrap.booking import appointment_book, booking_desk
from clinic.settings import ROOT, Settings, load_settings
from tests.processes import free_port
from tools.migrate import upgrade
from worker.heartbeat import is_at_work

NAME, REASON = "Ann Example", "unruly evenings"
# Visits are far from the lead time and from their reminders, at whatever time of day the tests run.
IN_A_WEEK = timedelta(days=7)


def wait_for(condition: Callable[[], object], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"not within {seconds} s"
        time.sleep(0.1)


class MailServer:
    """Keeps what it is sent; `delay`: how long it thinks after the text of a mail, before it says that it has it."""

    def __init__(self) -> None:
        self.port, self.delay = free_port(), 0.0
        self.begun: list[str] = []
        self.mails: list[EmailMessage] = []
        self._controller: Controller | None = None

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        mail = email.message_from_bytes(envelope.content or b"", policy=default)
        assert isinstance(mail, EmailMessage)
        self.begun.append(mail["Message-ID"])
        await asyncio.sleep(self.delay)
        self.mails.append(mail)
        return "250 OK"


@dataclass
class Clinic:
    """What the processes share, and what was started of them."""

    folder: Path
    mail: MailServer
    environment: dict[str, str] = field(init=False)
    settings: Settings = field(init=False)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.environment = {
            "SECRET_KEY": "worker-test-secret-that-is-long-enough",
            "CLINIC_DB_URL": f"sqlite:///{self.folder}/clinic.db",
            "JOBS_DB_URL": f"sqlite:///{self.folder}/jobs.db",
            "MAIL_FOLDER": str(self.folder / "outbox"),
            "MAIL_FROM": "visits@clinic.example",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.mail.port),
            "SMTP_ENCRYPTION": "none",
        }
        upgrade(self.environment["CLINIC_DB_URL"])
        self.change()

    def change(self, **environment: str) -> None:
        self.environment |= environment
        self.settings = load_settings({**os.environ, **self.environment})

    def start_worker(self) -> subprocess.Popen[bytes]:
        """A worker at work."""
        since = time.time()
        worker = self.run()
        wait_for(lambda: is_at_work(self.settings, since) or worker.poll() is not None, 60)
        assert worker.poll() is None, self.log()
        return worker

    def run(self, *arguments: str) -> subprocess.Popen[bytes]:
        """`python -m worker`; `log` has what it says."""
        with (self.folder / "worker.log").open("ab") as output:
            worker = subprocess.Popen(
                [sys.executable, "-m", "worker", *arguments],
                cwd=ROOT, env={**os.environ, **self.environment}, stdout=output, stderr=output,
            )  # fmt: skip
        self.workers.append(worker)
        return worker

    def log(self) -> str:
        return (self.folder / "worker.log").read_text("utf-8")

    @property
    def book(self) -> SqlAppointmentBook:
        return appointment_book(self.settings)

    def book_visit(self, remind_in: timedelta | None = None, contact: str = "ann@example.org") -> Appointment:
        """A visit booked by the desk as the processes have it; `remind_in`: when its reminder is due from now on."""
        desk = booking_desk(self.settings)
        assert desk is not None
        sender = uuid4().hex
        soonest = datetime.now(UTC) + IN_A_WEEK
        (slot,) = desk.free("first_visit", None, soonest, soonest + IN_A_WEEK, most=1)
        held = desk.hold(uuid4().hex, sender, slot)
        if remind_in is not None:
            desk = self._desk_that_reminds(held, remind_in)
        return desk.book(held.reference, sender, name=NAME, contact=contact, reason=REASON)

    def _desk_that_reminds(self, held: Appointment, remind_in: timedelta) -> BookingDesk:
        timetable, now = load_timetable(), held.created_at
        assert timetable is not None
        soon = replace(timetable, remind_before=held.slot.start - now - remind_in)
        return BookingDesk(self.book, soon, MemoryAttempts())

    def event(
        self, visit: Appointment, kind: EventKind = EventKind.BOOKED, target: EventTarget = EventTarget.MAIL
    ) -> AppointmentEvent:
        wanted = (visit.reference, kind, target)
        return next(e for e in self.book.events() if (e.reference, e.kind, e.target) == wanted)

    def is_(self, state: EventState, visit: Appointment, kind: EventKind = EventKind.BOOKED) -> Callable[[], bool]:
        return lambda: self.event(visit, kind).state is state

    def let_minutes_pass(self, visit: Appointment, minutes: int) -> None:
        """For what the outbox has to do about a visit, so that no test waits for minutes."""
        mine = appointment_event.c.reference == visit.reference
        engine = open_engine(self.settings.clinic_db_url)
        with engine.begin() as connection:
            for event in connection.execute(sa.select(appointment_event).where(mine)).mappings().all():
                due = event["due_at"] - timedelta(minutes=minutes)
                this = appointment_event.c.id == event["id"]
                connection.execute(sa.update(appointment_event).where(this).values(due_at=due))
        engine.dispose()

    def end(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                worker.send_signal(signal.SIGCONT)
                worker.kill()
            worker.wait(10)
        self.mail.stop()
