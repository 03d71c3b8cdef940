"""The only place where adapters meet use cases; everything is built on first use, never at import."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parseaddr
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from clinic.adapters.calendar_file import Organizer
from clinic.adapters.chat_reminders import TurnStoreConversations
from clinic.adapters.letters import ApprovedLetters
from clinic.adapters.mail import FolderMailer, SmtpMailer, SmtpServer
from clinic.adapters.offer_letters import ApprovedOfferLetters
from clinic.adapters.sql.appointment_requests import SqlRequestStore
from clinic.adapters.sql.appointments import SqlAppointmentBook
from clinic.adapters.sql.attempts import SqlAttempts
from clinic.adapters.sql.busy_times import SqlBusyTimes
from clinic.adapters.sql.engine import open_engine
from clinic.adapters.sql.turns import SqlTurnStore
from clinic.adapters.sql.waiting_list import SqlWaitingList
from clinic.answers import load_catalogue
from clinic.answers.clinic_facts import NOT_GIVEN, load_clinic_facts
from clinic.booking import RequestDesk
from clinic.booking.appointment import EventTarget
from clinic.booking.busy import refresh_busy
from clinic.booking.chat_reminders import ChatReminders
from clinic.booking.desk import BookingDesk
from clinic.booking.links import LeaveLinks, OfferLinks, VisitLinks
from clinic.booking.mirror import AppointmentMirror, MirrorSync
from clinic.booking.offer_desk import OfferDesk
from clinic.booking.outbox_desk import OutboxDesk
from clinic.booking.post_office import Mailer, PostOffice
from clinic.booking.timetable_file import load_timetable
from clinic.booking.waiting_list import WaitingList
from clinic.booking.waiting_list_sync import WaitingListSync
from clinic.settings import MailSettings, Settings, load_settings

if TYPE_CHECKING:
    from clinic.adapters.caldav_calendar import CalDavCalendar
    from clinic.adapters.fhir_server import FhirServer


def turn_store(settings: Settings) -> SqlTurnStore:
    """The record of conversations on the clinic's database; does not connect yet, so `web` starts without it."""
    return SqlTurnStore(open_engine(settings.clinic_db_url))


def request_desk(settings: Settings | None = None) -> RequestDesk:
    """The desk on the clinic's database; one a process and database."""
    found = settings or load_settings()
    return _request_desk(found.clinic_db_url, clinic_region())


def booking_desk(settings: Settings | None = None) -> BookingDesk | None:
    """The desk for real times; `None` where the clinic has given no timetable, then staff agree on times.

    Raises `TimetableError` for a timetable with a mistake.
    """
    found = settings or load_settings()
    return _booking_desk(found.clinic_db_url, _told(found), clinic_region())


def appointment_book(settings: Settings) -> SqlAppointmentBook:
    """The appointments and their outbox on the clinic's database; one a process and database."""
    return _appointment_book(settings.clinic_db_url, _told(settings))


def outbox_desk(settings: Settings) -> OutboxDesk:
    """What was not told yet, and one more try."""
    return OutboxDesk(appointment_book(settings))


def post_office(settings: Settings) -> PostOffice | None:
    """Sends the letters of the outbox; `None` without a timetable, from which letters tell the time."""
    timetable = load_timetable()
    if timetable is None:
        return None
    book, links = appointment_book(settings), VisitLinks(settings.secret_key, settings.public_url)
    facts = load_clinic_facts(country=settings.country)
    letters = ApprovedLetters(load_catalogue(), facts, timetable, organizer(settings), links)
    return PostOffice(book, book, letters, _mailer(settings.mail))


def chat_reminders(settings: Settings) -> ChatReminders | None:
    """Says reminders in the conversations that booked; `None` without a timetable."""
    timetable = load_timetable()
    if timetable is None:
        return None
    turns, facts = SqlTurnStore(_engine(settings.clinic_db_url)), load_clinic_facts(country=settings.country)
    book = appointment_book(settings)
    return ChatReminders(book, book, TurnStoreConversations(turns, load_catalogue(), facts, timetable))


def offer_desk(settings: Settings) -> OfferDesk | None:
    """Where an offered time is taken; `None` without a timetable."""
    desk = booking_desk(settings)
    return OfferDesk(_waiting_list_store(settings), appointment_book(settings), desk) if desk else None


def waiting_list_sync(settings: Settings) -> WaitingListSync | None:
    """Offers freed times to those who wait; `None` without a timetable."""
    timetable, who_waits = load_timetable(), waiting_list(settings)
    if timetable is None or who_waits is None:
        return None
    facts, domain = load_clinic_facts(country=settings.country), organizer(settings).email.partition("@")[2]
    key, url = settings.secret_key, settings.public_url
    letters = ApprovedOfferLetters(
        load_catalogue(), facts, timetable, domain, OfferLinks(key, url), LeaveLinks(key, url)
    )
    store, mailer = _waiting_list_store(settings), _mailer(settings.mail)
    return WaitingListSync(appointment_book(settings), who_waits, store, letters, mailer)


def mirrors(settings: Settings) -> dict[EventTarget, MirrorSync]:
    """What shows the appointments elsewhere: in the clinic's calendar, on its FHIR server, as far as it has them."""
    found: dict[EventTarget, AppointmentMirror | None] = {
        EventTarget.CALENDAR: _calendar(settings), EventTarget.FHIR: _fhir_server(settings),
    }  # fmt: skip
    book = appointment_book(settings)
    return {target: MirrorSync(book, book, mirror, target) for target, mirror in found.items() if mirror is not None}


def busy_reader(settings: Settings) -> Callable[[], int] | None:
    """Reads from the clinic's calendar when clinicians are busy; `None` without one."""
    calendar, timetable = _calendar(settings), load_timetable()
    if calendar is None or timetable is None:
        return None
    busy_times = SqlBusyTimes(_engine(settings.clinic_db_url))
    return lambda: refresh_busy(calendar, busy_times, datetime.now(UTC), timetable.horizon)


def waiting_list(settings: Settings | None = None) -> WaitingList | None:
    """Who waits for a time; `None` without a timetable."""
    found = settings or load_settings()
    desk = booking_desk(found)
    if desk is None:
        return None
    return WaitingList(_waiting_list_store(found), appointment_book(found), desk, region=clinic_region())


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
    return SqlWaitingList(_engine(settings.clinic_db_url))


def _calendar(settings: Settings) -> CalDavCalendar | None:
    timetable = load_timetable()
    if settings.calendar is None or timetable is None:
        return None
    from clinic.adapters.caldav_calendar import CalDavCalendar  # noqa: PLC0415 - a second of start-up, for who has one

    calendars = {seer.id: seer.calendar for seer in timetable.clinicians if seer.calendar}
    return CalDavCalendar(settings.calendar, calendars, timetable, organizer(settings))


def _fhir_server(settings: Settings) -> FhirServer | None:
    timetable = load_timetable()
    if settings.fhir is None or timetable is None:
        return None
    from clinic.adapters.fhir_server import FhirServer  # noqa: PLC0415 - as above

    return FhirServer(settings.fhir, timetable, settings.secret_key)


def _mailer(mail: MailSettings) -> Mailer:
    if mail.host is None:
        return FolderMailer(mail.folder, mail.sender)
    return SmtpMailer(SmtpServer(mail.host, mail.port, mail.sender, mail.user, mail.password, mail.encryption))


# Keyed by what matters: `Settings` holds a mapping and cannot be a key itself.
@lru_cache(maxsize=4)
def _engine(url: str) -> Engine:
    return open_engine(url)


@lru_cache(maxsize=4)
def _request_desk(url: str, region: str) -> RequestDesk:
    return RequestDesk(SqlRequestStore(_engine(url)), region=region)


@lru_cache(maxsize=4)
def _appointment_book(url: str, told: tuple[EventTarget, ...]) -> SqlAppointmentBook:
    return SqlAppointmentBook(_engine(url), told)


@lru_cache(maxsize=4)
def _booking_desk(url: str, told: tuple[EventTarget, ...], region: str) -> BookingDesk | None:
    timetable = load_timetable()
    if timetable is None:
        return None
    engine, book = _engine(url), _appointment_book(url, told)
    busy = SqlBusyTimes(engine) if EventTarget.CALENDAR in told else None
    return BookingDesk(book, timetable, SqlAttempts(engine), busy=busy, region=region)
