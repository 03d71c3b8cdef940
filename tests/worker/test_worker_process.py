"""The worker as a process: what it waits for, what it refuses, how it ends."""

from __future__ import annotations

import signal

import pytest

import worker.__main__
from clinic.adapters.sql.engine import open_engine
from clinic.booking.appointment import EventState
from tests.worker.clinic_with_worker import Clinic, wait_for
from worker.heartbeat import is_at_work


def test_it_waits_for_the_database_and_not_at_its_end_for_a_mail_server(clinic: Clinic) -> None:
    visit = clinic.book_visit()
    engine = open_engine(clinic.settings.clinic_db_url)
    with engine.begin():  # SQLite has one writer, and this is it
        assert not is_at_work(clinic.settings)
        process = clinic.start_worker()
        wait_for(lambda: says(clinic, "job failed", "job=mail"))
    engine.dispose()
    wait_for(clinic.is_(EventState.SENT, visit))
    assert says(clinic, "job works again", "job=mail")
    assert "Traceback" not in clinic.log()
    assert clinic.run("--check").wait(30) == 0

    clinic.mail.delay = 60
    unlucky = clinic.book_visit()
    wait_for(lambda: len(clinic.mail.begun) == 2)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    assert clinic.event(unlucky).state is EventState.SENDING
    assert says(clinic, "worker ended", "cut_off=1")


@pytest.mark.parametrize(
    ("setting", "value", "named"),
    [
        ("JOBS_DB_URL", "mysql://127.0.0.1/jobs", "JOBS_DB_URL"),
        ("SMTP_ENCRYPTION", "STARTTLS", "SMTP_ENCRYPTION"),
        ("APP_ENV", "production", "demonstration clinic"),
    ],
)
def test_what_it_must_not_start_with_is_named(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, named: str
) -> None:
    for name, own in {**clinic.environment, "API_KEYS": "", setting: value}.items():
        monkeypatch.setenv(name, own)
    monkeypatch.setattr("sys.argv", ["worker"])
    with pytest.raises(SystemExit, match=named):
        worker.__main__.main()


def says(clinic: Clinic, *words: str) -> bool:
    """Whether one line of the log has all these words."""
    return any(all(word in line for word in words) for line in clinic.log().splitlines())
