"""Appointments as iCalendar files (RFC 5545, 5546): a mail program takes them in, moves them and takes them out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from clinic.booking.appointment import Appointment, EventKind
from clinic.booking.timetable import Timetable

_YEAR = timedelta(days=366)  # both halves of the zone's year have to be in the file
_METHODS = {EventKind.BOOKED: "REQUEST", EventKind.MOVED: "REQUEST", EventKind.CANCELLED: "CANCEL"}


def method_of(kind: EventKind) -> str:
    """What a calendar is asked to do (RFC 5546): take the visit in, or take it out."""
    return _METHODS[kind]


@dataclass(frozen=True)
class Organizer:
    """Who invites: the clinic's name, its mail address, and where it is, if it has said so."""

    name: str
    email: str
    address: str | None = None


def calendar_file(
    appointment: Appointment, kind: EventKind, told_at: datetime, timetable: Timetable, organizer: Organizer
) -> bytes:
    """One event of an appointment. The UID never changes, SEQUENCE grows with every change: nothing is added twice.

    The reason for the visit stays out: calendars are shared.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Truffles Vein Specialists//RLS assistant//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method_of(kind))
    zone, slot = timetable.zone, appointment.slot
    starts, ends = slot.start.astimezone(zone), slot.end.astimezone(zone)
    calendar.add_component(Timezone.from_tzinfo(zone, first_date=starts.date() - _YEAR, last_date=ends.date() + _YEAR))
    event = Event()
    event.add("uid", f"appointment-{appointment.reference.lower()}@{organizer.email.partition('@')[2]}")
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", told_at.astimezone(UTC))
    event.add("dtstart", starts)
    event.add("dtend", ends)
    visit, seer = timetable.visit_type(slot.visit_type), timetable.clinician(slot.clinician)
    event.add("summary", f"{visit.title}, {seer.name}, {organizer.name}")
    event.add("description", f"Reference {appointment.reference}")
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
    calendar.add_component(event)
    return bytes(calendar.to_ical())
