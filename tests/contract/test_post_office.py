"""Mail over a real SMTP server on loopback: each thing is told once, in time, whatever the server does."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from clinic.adapters.calendar_file import Organizer
from clinic.adapters.letters import ApprovedLetters
from clinic.adapters.mail import FolderMailer, SmtpMailer, SmtpServer
from clinic.adapters.memory import MemoryAppointmentBook
from clinic.adapters.sql.appointments import SqlAppointmentBook, appointment
from clinic.answers import load_catalogue
from clinic.answers.clinic_facts import load_clinic_facts
from clinic.booking.appointment import Appointment, AppointmentStatus, EventState, Patient
from clinic.booking.availability import TimeSlot, cells
from clinic.booking.model import new_reference
from clinic.booking.post_office import Mailer, PostOffice
from clinic.booking.timetable import Clinician, OpenInterval, Timetable, VisitType
from clinic.intake import Contact, ContactKind
from tests.contract.databases import database
from tests.contract.smtp_inbox import smtp

VISIT = VisitType("first", "First visit", timedelta(minutes=40))
TABLE = Timetable(
    zone=ZoneInfo("America/New_York"), hours={0: (OpenInterval(time(9), time(12)),)},
    clinicians=(Clinician("a", "Dr. A", frozenset({"first"})),), visit_types=(VISIT,),
)  # fmt: skip
LETTERS = ApprovedLetters(
    load_catalogue(), load_clinic_facts(), TABLE, Organizer("Truffles Vein Specialists", "visits@clinic.example")
)
VISIT_AT = datetime(2026, 12, 7, 14, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def book(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlAppointmentBook | MemoryAppointmentBook]:
    if request.param == "memory":
        yield MemoryAppointmentBook()
        return
    with database(request, tmp_path, appointment) as engine:
        yield SqlAppointmentBook(engine)


def office(book: SqlAppointmentBook | MemoryAppointmentBook, mailer: Mailer, clock: Clock) -> PostOffice:
    return PostOffice(book, book, LETTERS, mailer, clock)


def at(start: datetime) -> TimeSlot:
    return TimeSlot(start, start + VISIT.length, "a", "first")


def booked(book: SqlAppointmentBook | MemoryAppointmentBook, clock: Clock, contact: str = "ann@example.org") -> str:
    kind = ContactKind.EMAIL if "@" in contact else ContactKind.PHONE
    person = Patient("Ann Example", Contact(kind, contact), "restless legs")
    wished = Appointment(
        new_reference(), uuid4().hex, "s", at(VISIT_AT), AppointmentStatus.HELD, clock.now + TABLE.hold, clock.now
    )
    taken = cells(wished.slot, VISIT)
    book.hold(wished, taken, clock.now)
    book.book(wished.reference, person, taken, clock.now, remind_at=VISIT_AT - timedelta(hours=24))
    return wished.reference


def test_a_booking_is_confirmed_once_with_its_full_time_and_a_calendar_file(book, inbox, clock) -> None:  # type: ignore[no-untyped-def]
    reference = booked(book, clock)
    post = office(book, smtp(inbox), clock)
    assert (post.deliver(), post.deliver()) == (1, 0)
    (mail,) = inbox.mails
    text, attached = mail.get_body().get_content(), next(mail.iter_attachments())  # type: ignore[union-attr]
    assert "Monday, December 7, 2026 at 9:00 AM EST" in text
    assert reference in text
    assert "{" not in mail["Subject"] + text
    assert attached.get_content_type() == "text/calendar"
    assert attached.get_param("method") == "REQUEST"
    (event,) = Calendar.from_ical(attached.get_content()).walk("VEVENT")
    assert event["dtstart"].dt == VISIT_AT


def test_a_change_overtakes_what_was_not_sent_yet_and_is_one_event_in_the_calendar(book, inbox, clock) -> None:  # type: ignore[no-untyped-def]
    reference = booked(book, clock)
    later = at(VISIT_AT + timedelta(hours=1))
    book.move(reference, later, cells(later, VISIT), clock.now, remind_at=later.start - timedelta(hours=24))
    post = office(book, smtp(inbox), clock)
    post.deliver()
    book.cancel(reference, clock.now)
    post.deliver()
    files = [next(mail.iter_attachments()) for mail in inbox.mails]
    events = [Calendar.from_ical(file.get_content()).walk("VEVENT")[0] for file in files]
    assert [file.get_param("method") for file in files] == ["REQUEST", "CANCEL"]
    assert [event["sequence"] for event in events] == [1, 2]
    assert len({event["uid"] for event in events}) == 1
    clock.now = VISIT_AT
    assert post.deliver() == 0


def test_a_reminder_comes_the_day_before_and_for_the_newest_time_only(book, inbox, clock) -> None:  # type: ignore[no-untyped-def]
    reference = booked(book, clock)
    later = at(VISIT_AT + timedelta(days=1))
    book.move(reference, later, cells(later, VISIT), clock.now, remind_at=later.start - timedelta(hours=24))
    post = office(book, smtp(inbox), clock)
    post.deliver()
    inbox.mails.clear()
    clock.now = VISIT_AT - timedelta(hours=24)
    assert post.deliver() == 0
    clock.now += timedelta(days=1)
    assert (post.deliver(), post.deliver()) == (1, 0)
    assert "Tuesday, December 8" in inbox.mails[0]["Subject"]


def test_a_server_that_is_down_is_tried_again_and_the_letter_comes_once(book, inbox, clock, tmp_path) -> None:  # type: ignore[no-untyped-def]
    booked(book, clock)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = SmtpMailer(SmtpServer("127.0.0.1", closed.getsockname()[1], "v@clinic.example", encryption="none"))
        for _ in range(3):
            assert office(book, nobody, clock).deliver() == 0
            clock.now += timedelta(minutes=20)
    assert office(book, smtp(inbox), clock).deliver() == 1
    assert len(inbox.mails) == 1


def test_a_refused_letter_is_a_dead_one_that_staff_can_see(book, inbox, clock) -> None:  # type: ignore[no-untyped-def]
    booked(book, clock)
    inbox.answer = "554 no"
    assert office(book, smtp(inbox), clock).deliver() == 0
    (first, _) = book.events()
    assert (first.state, first.error) == (EventState.DEAD, "SMTPResponseException")


def test_after_a_day_of_failures_it_is_given_up(book, inbox, clock) -> None:  # type: ignore[no-untyped-def]
    booked(book, clock)
    inbox.answer = "451 later"
    post = office(book, smtp(inbox), clock)
    for _ in range(40):
        post.deliver()
        clock.now += timedelta(hours=1)
    first = book.events()[0]
    assert first.state is EventState.DEAD
    assert 4 <= first.attempts <= 12


def test_a_reminder_is_tried_again_too(book, inbox, clock) -> None:  # type: ignore[no-untyped-def]
    booked(book, clock)
    post = office(book, smtp(inbox), clock)
    post.deliver()
    clock.now = VISIT_AT - timedelta(hours=24)
    inbox.answer = "451 later"
    assert post.deliver() == 0
    clock.now += timedelta(minutes=2)
    inbox.answer = "250 OK"
    assert post.deliver() == 1


def test_a_letter_that_cannot_be_written_holds_up_no_other(book, inbox, clock, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    booked(book, clock)
    write, failing = LETTERS.write, [True]

    def fail_once(event, appointment):  # type: ignore[no-untyped-def]
        if failing.pop() if failing else False:
            raise KeyError("gone")
        return write(event, appointment)

    monkeypatch.setattr(LETTERS, "write", fail_once)
    post = office(book, smtp(inbox), clock)
    assert post.deliver() == 0
    assert book.events()[0].error == "KeyError"
    clock.now += timedelta(minutes=2)
    assert post.deliver() == 1


def test_what_a_lost_sender_had_in_hand_is_never_sent_twice(book, inbox, clock) -> None:  # type: ignore[no-untyped-def]
    booked(book, clock)
    book.take_due(clock.now, clock.now + timedelta(minutes=5))
    clock.now += timedelta(minutes=6)
    assert office(book, smtp(inbox), clock).deliver() == 0
    first = book.events()[0]
    assert (first.state, first.error) == (EventState.DEAD, "sender_lost")


def test_somebody_without_an_address_gets_no_mail(book, inbox, clock) -> None:  # type: ignore[no-untyped-def]
    booked(book, clock, contact="+12025550117")
    assert office(book, smtp(inbox), clock).deliver() == 0
    assert book.events()[0].state is EventState.DROPPED


def test_without_a_server_letters_lie_in_a_folder(book, clock, tmp_path) -> None:  # type: ignore[no-untyped-def]
    reference = booked(book, clock)
    assert office(book, FolderMailer(tmp_path / "outbox", "visits@clinic.example"), clock).deliver() == 1
    (file,) = (tmp_path / "outbox").glob("*.eml")
    assert reference.encode() in file.read_bytes()


def test_a_refused_password_kills_no_letter(book, inbox, clock) -> None:  # type: ignore[no-untyped-def]
    booked(book, clock)
    wrong = SmtpServer("127.0.0.1", inbox.port, "visits@clinic.example", "nobody", "wrong", encryption="none")
    assert office(book, SmtpMailer(wrong), clock).deliver() == 0
    assert book.events()[0].state is EventState.WAITING
    clock.now += timedelta(minutes=2)
    assert office(book, smtp(inbox), clock).deliver() == 1


def test_an_unknown_encryption_is_refused_rather_than_taken_for_none() -> None:
    with pytest.raises(ValueError, match="starttls"):
        SmtpServer("127.0.0.1", 25, "visits@clinic.example", encryption="STARTTLS")
