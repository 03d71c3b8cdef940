"""The worker's letters say what is live, from the next letter on and without a restart."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic.answers.content import INSTALLED, data_of, speak_from
from clinic.booking.appointment import EventState
from clinic.bootstrap.releases import release_store
from clinic.releases.model import Release
from tests.worker.clinic_with_worker import Clinic
from worker.job import Job
from worker.jobs import jobs

WORDS = "Your visit is booked."


class Publisher:
    """Makes releases that say something else in the letter about a booking, and lets them go live."""

    def __init__(self, clinic: Clinic) -> None:
        self._store = release_store(clinic.settings)
        self._made = 0

    def publish(self, words: str) -> None:
        self._made += 1
        release = Release(f"{self._made:012x}", "e", None, words, "m_1", time.time())
        for part in ("answers", "clinic"):
            shutil.copytree(INSTALLED / part, data_of(release.id) / part)
        letters = next(data_of(release.id).rglob("booking_mail.yml"))
        letters.write_text(letters.read_text("utf-8").replace(WORDS, words), "utf-8")
        self.go_live(release)

    def go_live(self, release: Release) -> None:
        self._store.add(release)
        self._store.switch(self._store.ask(release.id, "m_1", "test", time.time()), time.time())


@pytest.fixture
def publisher(clinic: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    monkeypatch.setenv("RELEASES_FOLDER", str(tmp_path / "releases"))
    yield Publisher(clinic)
    speak_from(INSTALLED)


@pytest.fixture
def mail(clinic: Clinic) -> Job:
    return next(job for job in jobs(clinic.settings, lambda: False) if job.name == "mail")


def letter(clinic: Clinic, mail: Job) -> str:
    """What the next letter about a booking says."""
    visit = clinic.book_visit()
    mail()
    assert clinic.is_(EventState.SENT, visit)()
    body = clinic.mail.mails[-1].get_body()
    assert body is not None
    text: str = body.get_content()
    return text


def test_an_approved_wording_is_in_the_next_letter(clinic: Clinic, publisher: Publisher, mail: Job) -> None:
    assert WORDS in letter(clinic, mail)
    publisher.publish("We look forward to your visit.")
    assert "We look forward to your visit." in letter(clinic, mail)
    publisher.publish("See you soon.")
    assert "See you soon." in letter(clinic, mail)


def test_a_release_that_cannot_be_read_leaves_the_letters_as_they_were(
    clinic: Clinic, publisher: Publisher, mail: Job
) -> None:
    publisher.publish("See you soon.")
    assert "See you soon." in letter(clinic, mail)
    publisher.go_live(Release("f" * 12, "e", None, "Its folder is not here", "m_1", time.time()))
    assert "See you soon." in letter(clinic, mail)
