"""Visits: desks, letters, mirrors, the schedule."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from email.utils import parseaddr
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from clinic.adapters.calendar_file import Organizer
from clinic.adapters.chat_reminders import TurnStoreConversations
from clinic.adapters.letters import ApprovedLetters
from clinic.adapters.mail import FolderMailer, SmtpMailer, SmtpServer
from clinic.adapters.offer_letters import ApprovedOfferLetters
from clinic.adapters.sql.appointment_requests import SqlRequestStore
from clinic.adapters.sql.appointments import SqlAppointmentBook
from clinic.adapters.sql.attempts import SqlAttempts
from clinic.adapters.sql.busy_times import SqlBusyTimes
from clinic.adapters.sql.schedules import SqlScheduleStore
from clinic.adapters.sql.turns import SqlTurnStore
from clinic.adapters.sql.visit_notes import SqlVisitNotes
from clinic.adapters.sql.waiting_list import SqlWaitingList
from clinic.answers import load_catalogue
from clinic.answers.clinic_facts import NOT_GIVEN, load_clinic_facts
from clinic.answers.content import content_folder
from clinic.booking import RequestDesk
from clinic.booking.appointment import EventTarget
from clinic.booking.busy import refresh_busy
from clinic.booking.chat_reminders import ChatReminders
from clinic.booking.desk import BookingDesk
from clinic.booking.errors import BookingUnavailable
from clinic.booking.front_desk import FrontDesk, with_no_lead
from clinic.booking.links import LeaveLinks, OfferLinks, VisitLinks
from clinic.booking.mirror import AppointmentMirror, MirrorSync
from clinic.booking.offer_desk import OfferDesk
from clinic.booking.outbox_desk import OutboxDesk
from clinic.booking.post_office import Mailer, PostOffice
from clinic.booking.schedule_desk import ScheduleDesk
from clinic.booking.timetable import Timetable
from clinic.booking.timetable_file import country_of, load_schedule, load_timetable
from clinic.booking.timetable_source import TimetableSource
from clinic.booking.waiting_list import WaitingList
from clinic.booking.waiting_list_sync import WaitingListSync
from clinic.bootstrap.database import engine_of
from clinic.settings import MailSettings, Settings, load_settings

if TYPE_CHECKING:
    from clinic.adapters.caldav_calendar import CalDavCalendar
    from clinic.adapters.fhir_server import FhirServer

Part = TypeVar("Part")


def request_desk(settings: Settings | None = None) -> RequestDesk:
    """The desk on the clinic's database; one a process and database."""
    found = settings or load_settings()
    return _request_desk(found.clinic_db_url, clinic_region())


def booking_desk(settings: Settings | None = None) -> BookingDesk | None:
    """The desk for real times; `None` where the clinic has given no timetable, then staff agree on times.

    Made anew each time, so that a schedule that staff save holds from the next question on. Raises as
    `current_timetable` does.
    """
    found = settings or load_settings()
    timetable = current_timetable(found)
    if timetable is None:
        return None
    book, attempts = appointment_book(found), SqlAttempts(engine_of(found.clinic_db_url))
    return BookingDesk(book, timetable, attempts, busy=_busy_times(found), region=clinic_region())


def front_desk(settings: Settings) -> FrontDesk | None:
    """The day's appointments for staff; `None` without a timetable."""
    timetable = current_timetable(settings)
    if timetable is None:
        return None
    book, notes = appointment_book(settings), SqlVisitNotes(engine_of(settings.clinic_db_url))
    attempts, busy = SqlAttempts(engine_of(settings.clinic_db_url)), _busy_times(settings)
    desk = BookingDesk(book, with_no_lead(timetable), attempts, busy=busy, region=clinic_region())
    return FrontDesk(book, desk, notes, busy=busy, region=clinic_region())


def schedule_desk(settings: Settings) -> ScheduleDesk:
    """Where staff change hours, closed days, clinicians and kinds of visit."""
    store = SqlScheduleStore(engine_of(settings.clinic_db_url))
    return ScheduleDesk(store, appointment_book(settings), load_schedule, country_of())


def current_timetable(settings: Settings) -> Timetable | None:
    """What staff saved last, at most a second ago, or the clinic's file; `None` where there is neither.

    The same schedule is the same object. Raises `BookingUnavailable`, and `TimetableError` for a mistake in the file.
    """
    return _timetable_source(settings.clinic_db_url).current()


def by_timetable(settings: Settings, make: Callable[[], Part]) -> Callable[[], Part]:
    """What `make` makes from timetable and wording, made anew once either is another; for who keeps parts for long."""
    lock = Lock()
    made: list[tuple[Timetable | None, Path, Part]] = []

    def part() -> Part:
        timetable, content = current_timetable(settings), content_folder()
        with lock:
            if not made or made[0][0] is not timetable or made[0][1] != content:
                made[:] = [(timetable, content, make())]
            return made[0][2]

    return part


def appointment_book(settings: Settings) -> SqlAppointmentBook:
    """The appointments and their outbox on the clinic's database; one a process and database."""
    return _appointment_book(settings.clinic_db_url, _told(settings))


def outbox_desk(settings: Settings) -> OutboxDesk:
    """What was not told yet, and one more try."""
    return OutboxDesk(appointment_book(settings))


def post_office(settings: Settings) -> PostOffice | None:
    """Sends the letters of the outbox; `None` without a timetable, from which letters tell the time."""
    timetable = current_timetable(settings)
    if timetable is None:
        return None
    book, links = appointment_book(settings), VisitLinks(settings.secret_key, settings.public_url)
    facts = load_clinic_facts(country=settings.country)
    letters = ApprovedLetters(load_catalogue(), facts, timetable, organizer(settings), links)
    return PostOffice(book, book, letters, mailer(settings.mail))


def chat_reminders(settings: Settings) -> ChatReminders | None:
    """Says reminders in the conversations that booked; `None` without a timetable."""
    timetable = current_timetable(settings)
    if timetable is None:
        return None
    turns, facts = SqlTurnStore(engine_of(settings.clinic_db_url)), load_clinic_facts(country=settings.country)
    book = appointment_book(settings)
    return ChatReminders(book, book, TurnStoreConversations(turns, load_catalogue(), facts, timetable))


def offer_desk(settings: Settings) -> OfferDesk | None:
    """Where an offered time is taken; `None` without a timetable."""
    desk = booking_desk(settings)
    return OfferDesk(_waiting_list_store(settings), appointment_book(settings), desk) if desk else None


def waiting_list_sync(settings: Settings) -> WaitingListSync | None:
    """Offers freed times to those who wait; `None` without a timetable."""
    timetable, who_waits = current_timetable(settings), waiting_list(settings)
    if timetable is None or who_waits is None:
        return None
    facts, domain = load_clinic_facts(country=settings.country), organizer(settings).email.partition("@")[2]
    key, url = settings.secret_key, settings.public_url
    letters = ApprovedOfferLetters(
        load_catalogue(), facts, timetable, domain, OfferLinks(key, url), LeaveLinks(key, url)
    )
    store = _waiting_list_store(settings)
    return WaitingListSync(appointment_book(settings), who_waits, store, letters, mailer(settings.mail))


def mirrors(settings: Settings) -> dict[EventTarget, MirrorSync]:
    """What shows the appointments elsewhere: in the clinic's calendar, on its FHIR server, as far as it has them."""
    found: dict[EventTarget, AppointmentMirror | None] = {
        EventTarget.CALENDAR: _calendar(settings), EventTarget.FHIR: _fhir_server(settings),
    }  # fmt: skip
    book = appointment_book(settings)
    return {target: MirrorSync(book, book, mirror, target) for target, mirror in found.items() if mirror is not None}


def busy_reader(settings: Settings) -> Callable[[], int] | None:
    """Reads from the clinic's calendar when clinicians are busy; `None` without one."""
    calendar, timetable = _calendar(settings), current_timetable(settings)
    if calendar is None or timetable is None:
        return None
    busy_times = SqlBusyTimes(engine_of(settings.clinic_db_url))
    return lambda: refresh_busy(calendar, busy_times, datetime.now(UTC), timetable.horizon)


def waiting_list(settings: Settings | None = None) -> WaitingList | None:
    """Who waits for a time; `None` without a timetable."""
    found = settings or load_settings()
    desk = booking_desk(found)
    if desk is None:
        return None
    return WaitingList(_waiting_list_store(found), appointment_book(found), desk, region=clinic_region())


def clinic_zone(settings: Settings) -> tzinfo:
    """The zone of the schedule in force, for times on staff pages; UTC where there is none."""
    try:
        timetable = current_timetable(settings)
    except BookingUnavailable:  # the file's, while the database is away
        timetable = load_timetable()
    return timetable.zone if timetable is not None else UTC


def mails_leave() -> bool:
    """Whether mails are sent, rather than written to a folder."""
    return load_settings().mail.host is not None


@lru_cache(maxsize=1)
def clinic_region() -> str:
    """The country whose phone numbers may be written without a country code."""
    return load_clinic_facts().country


def _told(settings: Settings) -> tuple[EventTarget, ...]:
    """Who hears of every change of an appointment."""
    is_set_up = {
        EventTarget.MAIL: True,
        EventTarget.CHAT: True,
        EventTarget.CALENDAR: settings.calendar is not None,
        EventTarget.FHIR: settings.fhir is not None,
        EventTarget.WAITING_LIST: True,
    }
    return tuple(target for target, is_told in is_set_up.items() if is_told)


def organizer(settings: Settings) -> Organizer:
    """Who invites: one for letters and calendar, so that an appointment has one UID everywhere."""
    facts = load_clinic_facts(country=settings.country).values
    address = facts["clinic_address"]
    mail_address = parseaddr(settings.mail.sender)[1]  # MAIL_FROM may have a name beside it
    return Organizer(facts["clinic_name"], mail_address, None if address == NOT_GIVEN else address)


def _waiting_list_store(settings: Settings) -> SqlWaitingList:
    return SqlWaitingList(engine_of(settings.clinic_db_url))


def _busy_times(settings: Settings) -> SqlBusyTimes | None:
    return SqlBusyTimes(engine_of(settings.clinic_db_url)) if settings.calendar is not None else None


def _calendar(settings: Settings) -> CalDavCalendar | None:
    timetable = current_timetable(settings) if settings.calendar is not None else None
    if settings.calendar is None or timetable is None:
        return None
    from clinic.adapters.caldav_calendar import CalDavCalendar  # noqa: PLC0415 - a second of start-up, for who has one

    # A former clinician's too, in which visits may still stand.
    seers = (*timetable.clinicians, *timetable.former_clinicians)
    calendars = {seer.id: seer.calendar for seer in seers if seer.calendar}
    return CalDavCalendar(settings.calendar, calendars, timetable, organizer(settings))


def _fhir_server(settings: Settings) -> FhirServer | None:
    timetable = current_timetable(settings) if settings.fhir is not None else None
    if settings.fhir is None or timetable is None:
        return None
    from clinic.adapters.fhir_server import FhirServer  # noqa: PLC0415 - as above

    return FhirServer(settings.fhir, timetable, settings.secret_key)


def mailer(mail: MailSettings) -> Mailer:
    """Sends letters, or writes them to a folder."""
    if mail.host is None:
        return FolderMailer(mail.folder, mail.sender)
    return SmtpMailer(SmtpServer(mail.host, mail.port, mail.sender, mail.user, mail.password, mail.encryption))


@lru_cache(maxsize=4)
def _request_desk(url: str, region: str) -> RequestDesk:
    return RequestDesk(SqlRequestStore(engine_of(url)), region=region)


@lru_cache(maxsize=4)
def _appointment_book(url: str, told: tuple[EventTarget, ...]) -> SqlAppointmentBook:
    return SqlAppointmentBook(engine_of(url), told)


@lru_cache(maxsize=4)
def _timetable_source(url: str) -> TimetableSource:
    return TimetableSource(SqlScheduleStore(engine_of(url)), _from_file, country_of)


def _from_file() -> Timetable | None:
    return load_timetable()
