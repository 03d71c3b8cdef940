"""The real worker, a real mail server: what the desk books is told by mail, once, whatever happens to either."""

from __future__ import annotations

import signal
import time
from datetime import timedelta

import pytest
from icalendar import Calendar

import tools.outbox
from clinic.booking.appointment import EventKind, EventState, EventTarget
from clinic.bootstrap.booking import booking_desk, waiting_list
from tests.processes import free_port
from tests.worker.clinic_with_worker import NAME, REASON, Clinic, wait_for


def test_a_booking_is_told_within_ten_seconds_and_recalled_in_time(clinic: Clinic) -> None:
    clinic.start_worker()
    visit = clinic.book_visit(remind_in=timedelta(hours=1))
    booked = time.monotonic()
    wait_for(clinic.is_(EventState.SENT, visit))
    assert time.monotonic() - booked < 10
    (confirmation,) = clinic.mail.mails
    (attached,) = confirmation.iter_attachments()
    (event,) = Calendar.from_ical(attached.get_content()).walk("VEVENT")
    assert event["dtstart"].dt == visit.slot.start
    assert visit.reference in confirmation.get_body().get_content()  # type: ignore[union-attr]
    assert clinic.event(visit, EventKind.REMINDER).state is EventState.WAITING
    clinic.let_minutes_pass(visit, 60)
    wait_for(clinic.is_(EventState.SENT, visit, EventKind.REMINDER))
    reminder = clinic.mail.mails[1]
    assert not list(reminder.iter_attachments())
    assert reminder["Message-ID"] != confirmation["Message-ID"]
    log = clinic.log()
    assert "mail" in log
    assert not any(private in log for private in (NAME, REASON, "ann@", visit.reference))


def test_mail_server_and_worker_down_and_up_again_make_one_letter(clinic: Clinic) -> None:
    clinic.mail.stop()
    first = clinic.start_worker()
    visit = clinic.book_visit()
    wait_for(lambda: clinic.event(visit).error == "ConnectionRefusedError")
    first.kill()
    first.wait()
    clinic.mail.start()
    clinic.let_minutes_pass(visit, 1)
    clinic.start_worker()
    wait_for(clinic.is_(EventState.SENT, visit))
    clinic.let_minutes_pass(visit, 60)
    another = clinic.book_visit()
    wait_for(clinic.is_(EventState.SENT, another))
    assert len(set(clinic.mail.begun)) == len(clinic.mail.begun) == 2


def test_a_letter_in_the_hands_of_a_killed_worker_is_left_to_a_person(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in clinic.environment.items():
        monkeypatch.setenv(name, value)
    clinic.mail.delay = 60
    first = clinic.start_worker()
    visit = clinic.book_visit()
    wait_for(lambda: clinic.mail.begun)
    first.kill()
    first.wait()
    clinic.start_worker()
    clinic.let_minutes_pass(visit, 5)
    wait_for(clinic.is_(EventState.DEAD, visit))
    assert outbox() is None
    shown = capsys.readouterr().out
    (line,) = [line for line in shown.splitlines() if visit.reference in line and "dead" in line]
    assert "sender_lost" in line
    assert not any(private in shown for private in (NAME, REASON, "ann@"))
    assert outbox("--retry", visit.reference) == 1
    assert clinic.event(visit).state is EventState.DEAD
    assert len(clinic.mail.begun) == 1
    clinic.mail.delay = 0
    assert outbox("--retry", visit.reference.lower(), "--even-if-sent") == 0
    wait_for(clinic.is_(EventState.SENT, visit))
    assert len(clinic.mail.begun) == 2


def test_two_workers_send_each_letter_once_and_a_signal_lets_them_finish(clinic: Clinic) -> None:
    workers = [clinic.run(), clinic.run()]
    wait_for(lambda: clinic.log().count("worker at work") == len(workers), 60)
    clinic.mail.delay = 0.1  # so that the one has letters to take while the other sends
    visits = [clinic.book_visit() for _ in range(12)]
    wait_for(lambda: all(clinic.event(visit).state is EventState.SENT for visit in visits), 20)
    assert len(set(clinic.mail.begun)) == len(clinic.mail.begun) == len(visits)
    clinic.mail.delay = 1.5
    more = [clinic.book_visit() for _ in range(8)]  # more than both can begin before they are stopped
    wait_for(lambda: len(clinic.mail.begun) > len(visits))
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
    assert [worker.wait(30) for worker in workers] == [0, 0]
    assert len(visits) < len(clinic.mail.mails) == len(clinic.mail.begun) < len(visits) + len(more)
    told = [e for e in clinic.book.events() if (e.kind, e.target) == (EventKind.BOOKED, EventTarget.MAIL)]
    states = [event.state for event in told]
    assert states.count(EventState.SENT) == len(clinic.mail.mails)
    assert states.count(EventState.WAITING) == len(visits) + len(more) - len(clinic.mail.mails)


def test_who_waits_hears_of_a_time_that_was_cancelled(clinic: Clinic) -> None:
    waiting, desk = waiting_list(clinic.settings), booking_desk(clinic.settings)
    assert waiting is not None
    assert desk is not None
    visit = clinic.book_visit()
    person = {"name": "Bob Example", "contact": "bob@example.org", "reason": REASON}
    waiting.join(key="k", sender="s", visit_type=visit.slot.visit_type, **person)
    desk.cancel(visit.reference, "ann@example.org", "ann")
    clinic.start_worker()
    wait_for(lambda: {mail["To"] for mail in clinic.mail.mails} == {"ann@example.org", "bob@example.org"})
    offer = next(mail for mail in clinic.mail.mails if mail["To"] == "bob@example.org")
    assert clinic.settings.public_url in offer.get_body().get_content()  # type: ignore[union-attr]
    assert "Bob" not in clinic.log()


def test_without_a_mail_server_letters_lie_in_a_folder_and_another_server_holds_none_up(clinic: Clinic) -> None:
    clinic.change(SMTP_HOST="", FHIR_URL=f"http://127.0.0.1:{free_port()}", CALDAV_URL="http://127.0.0.1:9/")
    visit = clinic.book_visit()
    clinic.start_worker()
    wait_for(clinic.is_(EventState.SENT, visit))
    (letter,) = (clinic.folder / "outbox").glob("*.eml")
    assert visit.reference in letter.read_text("utf-8")
    wait_for(lambda: clinic.event(visit, target=EventTarget.FHIR).error)
    assert clinic.event(visit, target=EventTarget.FHIR).state is EventState.WAITING
    wait_for(lambda: clinic.event(visit, target=EventTarget.CALENDAR).attempts == 1)


def outbox(*arguments: str) -> object:
    """The exit code of `python -m tools.outbox`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["outbox", *arguments])
        try:
            tools.outbox.main()
        except SystemExit as end:
            return end.code
    return None
