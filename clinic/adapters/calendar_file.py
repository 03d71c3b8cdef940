"""Appointments in iCalendar (RFC 5545): as files for mail programs (RFC 5546), as entries of the clinic's calendar."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from clinic.booking.appointment import Appointment, EventKind
from clinic.booking.availability import TimeSlot
from clinic.booking.timetable import Timetable

_YEAR = timedelta(days=366)  # both halves of the zone's year have to be in the file
_METHODS = {EventKind.BOOKED: "REQUEST", EventKind.MOVED: "REQUEST", EventKind.CANCELLED: "CANCEL"}
_OWN_UID = re.compile(r"appointment-[0-9a-f]{32}@")


def method_of(kind: EventKind) -> str:
    """What a calendar is asked to do (RFC 5546): take the visit in, or take it out."""
    return _METHODS[kind]


@dataclass(frozen=True)
class Organizer:
    """Who invites: the clinic's name, its mail address, and where it is, if it has said so."""

    name: str
    email: str
    address: str | None = None


def uid_prefix(appointment: Appointment) -> str:
    """How the UID of an appointment begins, whatever the clinic's mail domain was when it was written."""
    return f"appointment-{appointment.outer_id}@"


def uid_of(appointment: Appointment, organizer: Organizer) -> str:
    """The UID of an appointment in every calendar; it never changes, and does not tell the reference."""
    return uid_prefix(appointment) + organizer.email.partition("@")[2]


def is_own_uid(uid: str) -> bool:
    """Whether an entry with this UID is one of our appointments, and nobody else's."""
    return bool(_OWN_UID.match(uid))


def calendar_file(
    appointment: Appointment, kind: EventKind, told_at: datetime, timetable: Timetable, organizer: Organizer
) -> bytes:
    """One event of an appointment. The UID never changes, SEQUENCE grows with every change: nothing is added twice.

    Calendars are shared. So the reason for the visit stays out, and the reference too: beside the guest's address it
    would be all that is needed to cancel.
    """
    slot, event = appointment.slot, _event(appointment, told_at, timetable, organizer)
    visit, seer = timetable.visit_type(slot.visit_type), timetable.clinician(slot.clinician)
    event.add("summary", f"{visit.title}, {seer.name}, {organizer.name}")
    event.add("status", "CANCELLED" if kind is EventKind.CANCELLED else "CONFIRMED")
    if organizer.address:
        event.add("location", organizer.address)
    inviter = vCalAddress(f"mailto:{organizer.email}")
    inviter.params["cn"] = vText(organizer.name)
    event["organizer"] = inviter
    if appointment.patient and appointment.patient.contact.kind.value == "email":
        guest = vCalAddress(f"mailto:{appointment.patient.contact.value}")
        guest.params["cn"] = vText(appointment.patient.name)
        event.add("attendee", guest, encode=False)
    calendar = _calendar(event, slot, timetable)
    calendar.add("method", method_of(kind))
    return bytes(calendar.to_ical())


def calendar_entry(appointment: Appointment, stamped_at: datetime, timetable: Timetable, organizer: Organizer) -> bytes:
    """An appointment as it is stored in the clinic's calendar: what and when, and nothing of the patient.

    Neither METHOD, which a stored entry must not have (RFC 4791, 4.1), nor ORGANIZER and ATTENDEE: a server that
    schedules (RFC 6638) would send the patient an invitation of its own.
    """
    event = _event(appointment, stamped_at, timetable, organizer)
    title = timetable.visit_type(appointment.slot.visit_type).title
    event.add("summary", f"{title}, {appointment.reference}")
    event.add("status", "CONFIRMED")
    return bytes(_calendar(event, appointment.slot, timetable).to_ical())


def _event(appointment: Appointment, stamped_at: datetime, timetable: Timetable, organizer: Organizer) -> Event:
    """What is the same in every calendar: which event, which version of it, and when, on the clinic's wall clock."""
    event = Event()
    event.add("uid", uid_of(appointment, organizer))
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", stamped_at.astimezone(UTC))
    event.add("dtstart", appointment.slot.start.astimezone(timetable.zone))
    event.add("dtend", appointment.slot.end.astimezone(timetable.zone))
    return event


def _calendar(event: Event, slot: TimeSlot, timetable: Timetable) -> Calendar:
    """The event in a calendar of its own, with the definition of its zone."""
    calendar = Calendar()
    calendar.add("prodid", "-//Truffles Vein Specialists//RLS assistant//EN")
    calendar.add("version", "2.0")
    starts, ends = (moment.astimezone(timetable.zone).date() for moment in (slot.start, slot.end))
    zone = Timezone.from_tzinfo(timetable.zone, first_date=starts - _YEAR, last_date=ends + _YEAR)
    calendar.add_component(zone)
    calendar.add_component(event)
    return calendar
