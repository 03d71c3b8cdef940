"""What the worker does and how often; each job is a use case of `clinic.bootstrap`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog

from clinic.booking.appointment import EventTarget
from clinic.booking.errors import BookingUnavailable
from clinic.booking.mirror import MirrorSync
from clinic.booking.waiting_list_sync import WaitingListSync
from clinic.bootstrap.booking import (
    appointment_book,
    busy_reader,
    by_timetable,
    chat_reminders,
    current_timetable,
    mirrors,
    outbox_desk,
    post_office,
    waiting_list_sync,
)
from clinic.bootstrap.handoff import answer_post, waiting_room
from clinic.bootstrap.releases import release_desk, release_store
from clinic.bootstrap.review import inbox_desk, inbox_groups, numbers_desk
from clinic.bootstrap.staff import audit_log
from clinic.settings import Settings
from worker.gate.job import GATE_SECONDS, work_off
from worker.job import Job
from worker.live_wording import LiveWording

log = structlog.get_logger()

MAIL_SECONDS = 2
CHAT_SECONDS = 5
WAITING_LIST_SECONDS = 5
MIRROR_SECONDS = 60
BUSY_SECONDS = 5 * 60
NUMBERS_SECONDS = 60
INBOX_SECONDS = 60
HOUSEKEEPING_SECONDS = 60 * 60
_LETTERS_AT_A_GO = 5
_HOLDS_ARE_KEPT = timedelta(days=7)

Part = TypeVar("Part")


def jobs(settings: Settings, should_stop: Callable[[], bool]) -> list[Job]:
    """The jobs of a clinic as it is set up; `should_stop` is asked between two letters. Raises `TimetableError`.

    What is made from the timetable is made anew when staff save another schedule. While there is none the jobs have
    nothing to do: the first one may be saved at any moment. Whatever says something says what is live then.
    """
    wording = LiveWording(release_store(settings), settings.country)

    def in_live_words(work: Callable[[], int]) -> Callable[[], int]:
        def live() -> int:
            wording.follow()
            return work()

        return live

    def with_timetable(make: Callable[[Settings], Part | None], act: Callable[[Part], int]) -> Callable[[], int]:
        part = by_timetable(settings, partial(make, settings))
        return in_live_words(lambda: 0 if (made := part()) is None else act(made))

    _say_what_is_missing(settings)
    found = [
        Job("housekeeping", HOUSEKEEPING_SECONDS, lambda: _keep_house(settings)),
        Job("mail", MAIL_SECONDS, with_timetable(post_office, lambda office: office.deliver(should_stop=should_stop))),
        Job("chat reminders", CHAT_SECONDS, with_timetable(chat_reminders, lambda reminders: reminders.work_off())),
        Job("staff answers", MAIL_SECONDS,
            in_live_words(lambda: answer_post(settings).deliver(should_stop=should_stop))),
        Job("waiting visitors", CHAT_SECONDS, in_live_words(lambda: waiting_room(settings).work_off())),
        Job("gate", GATE_SECONDS, lambda: work_off(settings, should_stop)),
        Job("inbox", INBOX_SECONDS, lambda: _read_inbox(settings)),
        Job("numbers", NUMBERS_SECONDS, lambda: int(not numbers_desk(settings).catch_up(20))),
        Job("waiting list", WAITING_LIST_SECONDS,
            with_timetable(waiting_list_sync, partial(_offer_times, should_stop=should_stop))),
    ]  # fmt: skip
    for target, is_set_up in ((EventTarget.CALENDAR, settings.calendar), (EventTarget.FHIR, settings.fhir)):
        if is_set_up is not None:
            mirror = with_timetable(mirrors, partial(_push, target=target))
            found.append(Job(target.value, MIRROR_SECONDS, mirror))
    if settings.calendar is not None:
        found.append(Job("busy times", BUSY_SECONDS, with_timetable(busy_reader, lambda read: read())))
    return found


def _say_what_is_missing(settings: Settings) -> None:
    with suppress(BookingUnavailable):  # a database that is away may be back for the first job
        if current_timetable(settings) is None:
            log.warning("no timetable in clinic.yml, and none saved: there is nothing to tell")
    if settings.mail.host is None:
        log.warning("no SMTP_HOST: letters are written to a folder", folder=str(settings.mail.folder))


def _push(found: Mapping[EventTarget, MirrorSync], target: EventTarget) -> int:
    return found[target].push() if target in found else 0


def _offer_times(sync: WaitingListSync, should_stop: Callable[[], bool]) -> int:
    """Offer freed times, a few letters at a go, so that the end need not wait for many; how many were sent."""
    sent = 0
    while not should_stop() and (number := sync.work_off(most=_LETTERS_AT_A_GO)):
        sent += number
    return sent


def _read_inbox(settings: Settings) -> int:
    """Make the inbox ready before somebody opens it: what each turn was taken for, and vectors of missed ones."""
    is_complete = inbox_desk(settings).catch_up(20)
    inbox_groups(settings).read_missed().join(60)
    return int(not is_complete)


def _keep_house(settings: Settings) -> int:
    """Forget what came to nothing long ago, and say what a person has to look at; how much was forgotten."""
    dead = outbox_desk(settings).dead()
    if dead:
        log.warning("events are dead: see `make outbox`", number=dead)
    cleared = release_desk(settings, audit_log(settings)).clear_tried()
    return cleared + appointment_book(settings).forget_holds(datetime.now(UTC) - _HOLDS_ARE_KEPT)
