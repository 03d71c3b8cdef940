"""What has to be true of a booking whose process was killed: before anything is tried again, and afterwards."""

from __future__ import annotations

import email
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.policy import default

import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from clinic.adapters.sql.appointments import SqlAppointmentBook, appointment, claim
from clinic.adapters.sql.engine import open_engine
from clinic.booking.appointment import (
    TAKES_TIME,
    Appointment,
    AppointmentEvent,
    AppointmentStatus,
    EventKind,
    EventState,
    EventTarget,
)
from clinic.booking.availability import Cell, TimeSlot, cells
from tests.processes import free_port
from tests.prove.crashing_process import FIRST, LETTERS, NOW, SECOND, TOLD, VISIT, Orders, Point, run

_LOST_AFTER = timedelta(minutes=6)  # longer than a sender may take
_NOT_YET = {Point.BEFORE, Point.CLAIMED, Point.TOLD, Point.AT_COMMIT}
_BOOKED, _HELD = AppointmentStatus.BOOKED, AppointmentStatus.HELD


@dataclass
class Mailbox:
    """Message-IDs as they came in at the other end."""

    port: int
    message_ids: list[str] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.message_ids.append(str(email.message_from_bytes(content, policy=default)["Message-ID"]))
        return "250 OK"


@contextmanager
def open_mailbox() -> Iterator[Mailbox]:
    mailbox = Mailbox(free_port())
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


@dataclass(frozen=True)
class Known:
    """A booking as the book has it, `None` where it has none; `changes`: its events without their targets."""

    status: AppointmentStatus
    slot: TimeSlot
    changes: tuple[tuple[EventKind, int], ...] = ()


def after(steps: tuple[str, ...]) -> Known | None:
    """What the book must say after these steps."""
    known: Known | None = None
    for step in steps:
        if step == "hold":
            known = Known(_HELD, FIRST)
        elif known is not None and step != "mail":
            kind = {"book": EventKind.BOOKED, "move": EventKind.MOVED, "cancel": EventKind.CANCELLED}[step]
            status = AppointmentStatus.CANCELLED if step == "cancel" else _BOOKED
            told = (kind, sum(kind is not EventKind.BOOKED for kind, _ in known.changes) + (step != "book"))
            known = Known(status, SECOND if step == "move" else known.slot, (*known.changes, told))
    return known


@dataclass(frozen=True)
class Book:
    """All that a database holds, read by a connection of its own."""

    appointments: list[Appointment]
    claims: dict[Cell, str]
    events: list[AppointmentEvent]

    @property
    def known(self) -> Known | None:
        """The one booking there is."""
        assert len(self.appointments) <= 1
        for one in self.appointments:
            told = [(e.kind, e.sequence) for e in self.events if e.target is EventTarget.CALENDAR]
            return Known(one.status, one.slot, tuple(told))
        return None

    def assert_whole(self) -> None:
        """Cells, patient and events belong together, and there is nothing else."""
        takes_time = [one for one in self.appointments if one.status in TAKES_TIME]
        assert self.claims == {cell: one.reference for one in takes_time for cell in cells(one.slot, VISIT)}
        assert all((one.patient is None) is (one.status is _HELD) for one in self.appointments)
        events = Counter((e.reference, e.kind, e.sequence, e.target) for e in self.events)
        changes = [(e.reference, e.kind, e.sequence) for e in self.events if e.target is EventTarget.CALENDAR]
        wanted = Counter((*change, target) for change in changes for target in TOLD)
        recalled = [(reference, number) for reference, kind, number in changes if kind is not EventKind.CANCELLED]
        wanted += Counter((reference, EventKind.REMINDER, number, EventTarget.MAIL) for reference, number in recalled)
        assert events == wanted


def read(database: str) -> Book:
    engine = open_engine(database)
    book = SqlAppointmentBook(engine)
    with engine.begin() as connection:
        references = list(connection.execute(sa.select(appointment.c.reference)).scalars())
        rows = connection.execute(sa.select(claim)).all()
    owners = {row.cell: (row.clinician, row.reference) for row in rows}
    assert len(owners) == len(rows)  # there is one clinician
    zone = NOW.tzinfo
    claims = {
        (who, at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)): reference
        for at, (who, reference) in owners.items()
    }
    found = Book([one for one in map(book.find, references) if one], claims, book.events())
    engine.dispose()
    return found


def empty(database: str) -> None:
    engine = open_engine(database)
    with engine.begin() as connection:
        connection.execute(appointment.delete())
        connection.exec_driver_sql("DELETE FROM attempt")
    engine.dispose()


def kill_and_try_again(orders: Orders, mailbox: Mailbox) -> tuple[bool, Counter[str]]:
    """Kill a process in the middle of its steps, look, let the next one go on, look again.

    Whether it was killed (a plan may end before the statement that was named), and how many mails came to which state.

    Who goes on knows no more than what the killed one was answered.
    """
    assert orders.death is not None
    empty(orders.database)
    mailbox.message_ids.clear()
    answers, exit_code = run(orders)
    assert exit_code in (-9, 0)
    was_killed, done = exit_code == -9, len(answers)
    assert was_killed is (done < len(orders.steps))
    assert was_killed or not orders.death.point

    found = read(orders.database)
    found.assert_whole()
    told = [answer for answer in answers if isinstance(answer, str)]
    reference = told[0] if told else None
    before, one_more = after(orders.steps[:done]), after(orders.steps[: done + 1])
    if orders.death.point is None:
        assert found.known in (before, one_more)
    elif was_killed:
        assert found.known == (before if orders.death.point in _NOT_YET else one_more)
    stored = [one.reference for one in found.appointments]
    assert reference is None or stored == [reference]

    later = replace(
        orders, steps=(*orders.steps[done:], "mail"), reference=reference, death=None, now=NOW + _LOST_AFTER
    )
    again, exit_code = run(later)
    assert exit_code == 0
    named = {answer for answer in (*answers, *again) if isinstance(answer, str)}
    assert len(named) == 1
    assert not stored or named == set(stored)  # a key that had its booking stored is told of that one
    end = read(orders.database)
    end.assert_whole()
    assert end.known == after(orders.steps)
    return was_killed, _mails(end, mailbox, later.now, was_killed)


def _mails(book: Book, mailbox: Mailbox, now: datetime, was_killed: bool) -> Counter[str]:
    """Each mail came once at most, tells of what is in the book, and what did not come stands there for staff."""
    (one,) = book.appointments
    due = [e for e in book.events if e.target is EventTarget.MAIL and (e.due_at <= now or e.state is EventState.DEAD)]
    known = {letter.message_id: told for told in due if (letter := LETTERS.write(told, one))}
    assert len(known) == len(due)
    arrived = Counter(mailbox.message_ids)
    assert arrived.keys() <= known.keys()
    assert set(arrived.values()) <= {1}
    for message_id, told in known.items():
        if told.state is EventState.SENT:
            assert message_id in arrived
        elif told.state is EventState.DROPPED:
            assert message_id not in arrived
        else:  # whoever sent it was lost: it may have come or not, and staff see it
            assert (told.state, told.error, was_killed) == (EventState.DEAD, "sender_lost", True)
    states = Counter(told.state.value for told in known.values())
    assert states["dead"] <= 1
    return states
