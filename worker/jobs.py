"""What the worker does and how often; each job is a use case of `clinic.bootstrap`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

from clinic.booking.waiting_list_sync import WaitingListSync
from clinic.bootstrap import (
    appointment_book,
    busy_reader,
    chat_reminders,
    mirrors,
    outbox_desk,
    post_office,
    waiting_list_sync,
)
from clinic.settings import Settings
from worker.job import Job

log = structlog.get_logger()

MAIL_SECONDS = 2
CHAT_SECONDS = 5
WAITING_LIST_SECONDS = 5
MIRROR_SECONDS = 60
BUSY_SECONDS = 5 * 60
HOUSEKEEPING_SECONDS = 60 * 60
_LETTERS_AT_A_GO = 5
_HOLDS_ARE_KEPT = timedelta(days=7)


def jobs(settings: Settings, should_stop: Callable[[], bool]) -> list[Job]:
    """The jobs of a clinic as it is set up; `should_stop` is asked between two letters. Raises `TimetableError`."""
    found = [Job("housekeeping", HOUSEKEEPING_SECONDS, lambda: _keep_house(settings))]
    if (office := post_office(settings)) is None:
        log.warning("no timetable in clinic.yml: there is nothing to tell")
        return found
    found.append(Job("mail", MAIL_SECONDS, partial(office.deliver, should_stop=should_stop)))
    if settings.mail.host is None:
        log.warning("no SMTP_HOST: letters are written to a folder", folder=str(settings.mail.folder))
    if (reminders := chat_reminders(settings)) is not None:
        found.append(Job("chat reminders", CHAT_SECONDS, reminders.work_off))
    if (sync := waiting_list_sync(settings)) is not None:
        found.append(Job("waiting list", WAITING_LIST_SECONDS, partial(_offer_times, sync, should_stop)))
    found += [Job(target.value, MIRROR_SECONDS, mirror.push) for target, mirror in mirrors(settings).items()]
    if (read_busy := busy_reader(settings)) is not None:
        found.append(Job("busy times", BUSY_SECONDS, read_busy))
    return found


def _offer_times(sync: WaitingListSync, should_stop: Callable[[], bool]) -> int:
    """Offer freed times, a few letters at a go, so that the end need not wait for many; how many were sent."""
    sent = 0
    while not should_stop() and (number := sync.work_off(most=_LETTERS_AT_A_GO)):
        sent += number
    return sent


def _keep_house(settings: Settings) -> int:
    """Forget holds that came to nothing long ago, and say what a person has to look at; how many were forgotten."""
    dead = outbox_desk(settings).dead()
    if dead:
        log.warning("events are dead: see `make outbox`", number=dead)
    return appointment_book(settings).forget_holds(datetime.now(UTC) - _HOLDS_ARE_KEPT)
