"""What a job must be: due in time, one at a time, never the end of the worker, silent about patients."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from clinic.booking.appointment import Appointment, AppointmentStatus, EventState
from clinic.booking.availability import TimeSlot
from clinic.booking.schedule_parts import PartKind, SchedulePart
from clinic.bootstrap.booking import booking_desk, schedule_desk
from clinic.settings import SettingsError, load_settings
from tests.worker.clinic_with_worker import Clinic, wait_for
from worker.job import Job
from worker.jobs import jobs
from worker.store import open_queue

NOW = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def due_in(job: Job, clock: Clock, seconds: int) -> list[int]:
    """The seconds from now on at which the job was due."""
    began, found = clock.now, []
    for second in range(seconds):
        clock.now = began + second
        if job.is_due(NOW):
            found.append(second)
    return found


def test_a_job_is_due_at_once_and_then_in_its_rhythm() -> None:
    clock = Clock()
    assert due_in(Job("rhythm", 20, int, clock), clock, 61) == [0, 20, 40, 60]


def test_what_was_missed_is_done_once() -> None:
    clock = Clock()
    job = Job("missed", 20, int, clock)
    due_in(job, clock, 5)
    clock.now += 3_600
    assert due_in(job, clock, 20) == [0]


def test_a_rare_job_that_failed_is_tried_again_in_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    clock, problems = Clock(), [ValueError("Ann Example")]

    def work() -> int:
        if problems:
            raise problems.pop()
        return 3

    job = Job("rare", 3_600, work, clock)
    assert job.is_due(NOW)
    job()
    clock.now += 1
    assert due_in(job, clock, 70) == [59]
    job()
    told = capsys.readouterr().out
    assert "ValueError" in told
    assert "works again" in told
    assert "Ann" not in told


def test_a_failure_that_lasts_is_told_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    job = Job("failing", 2, lambda: 1 // 0, clock)
    for _ in range(300):
        job()
        clock.now += 2
    assert capsys.readouterr().out.count("job failed") == 2


def test_a_job_under_way_is_not_begun_by_another_thread() -> None:
    begun, may_end = [], Event()

    def work() -> None:
        begun.append(1)
        may_end.wait(10)

    job = Job("slow", 1, work)
    first = Thread(target=job)
    first.start()
    job()
    may_end.set()
    first.join()
    assert len(begun) == 1
    job()
    assert len(begun) == 2


def test_holds_that_came_to_nothing_a_week_ago_are_forgotten(clinic: Clinic) -> None:
    old, new = hold(clinic, timedelta(days=8), "OLDHOLD2"), hold(clinic, timedelta(days=6), "NEWHOLD2")
    next(job for job in jobs(clinic.settings, lambda: False) if job.name == "housekeeping")()
    assert clinic.book.find(old.reference) is None
    assert clinic.book.find(new.reference) == new


def test_a_clinic_without_a_timetable_has_nothing_to_tell_until_staff_save_one(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = clinic.book_visit()
    monkeypatch.setattr("clinic.bootstrap.booking.load_timetable", lambda: None)
    assert booking_desk(clinic.settings) is None
    todo = jobs(clinic.settings, lambda: False)
    for job in todo:
        job()
    assert clinic.is_(EventState.WAITING, visit)()
    part = SchedulePart(PartKind.HOURS)
    schedule_desk(clinic.settings).save(part, {"mon": ["09:00-12:00"]}, seen=0, by="m_1", keeps_visits=True)
    wait_for(lambda: booking_desk(clinic.settings) is not None, 3)
    next(job for job in todo if job.name == "mail")()
    assert clinic.is_(EventState.SENT, visit)()


@pytest.mark.parametrize("address", ["mysql://127.0.0.1/jobs", "sqlite://", "sqlite:///:memory:", "jobs.db"])
def test_an_address_that_is_no_store_for_jobs_is_refused_by_its_setting(address: str) -> None:
    with pytest.raises(SettingsError, match="JOBS_DB_URL"):
        open_queue(load_settings({**os.environ, "SECRET_KEY": "s" * 40, "JOBS_DB_URL": address}))


def test_clinics_that_share_a_file_do_not_share_a_queue(tmp_path: Path) -> None:
    shared = {**os.environ, "SECRET_KEY": "s" * 40, "JOBS_DB_URL": f"sqlite:///{tmp_path}/jobs.db"}
    one, two, another_key = (
        open_queue(load_settings({**shared, **own}))
        for own in ({"CLINIC_DB_URL": "sqlite:///one.db"}, {"CLINIC_DB_URL": "sqlite:///two.db"},
                    {"CLINIC_DB_URL": "sqlite:///one.db", "SECRET_KEY": "t" * 40})
    )  # fmt: skip
    one.put("key", 1)
    assert (two.get("key", peek=True), another_key.get("key", peek=True)) == (None, None)
    assert one.get("key", peek=True) == 1


def hold(clinic: Clinic, ago: timedelta, reference: str) -> Appointment:
    at = datetime.now(UTC) - ago
    slot = TimeSlot(at, at + timedelta(minutes=40), "demo_one", "first_visit")
    wished = Appointment(reference, reference, reference, slot, AppointmentStatus.HELD, at + timedelta(minutes=10), at)
    return clinic.book.hold(wished, [("demo_one", at)], at)
