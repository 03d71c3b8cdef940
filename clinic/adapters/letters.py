"""Letters in the approved wording: what `data/answers/booking_mail.yml` says, with the visit's facts filled in."""

from __future__ import annotations

from datetime import datetime

from clinic.adapters.calendar_file import Organizer, calendar_file, method_of
from clinic.answers import Catalogue, fill
from clinic.answers.clinic_facts import ClinicFacts
from clinic.booking.appointment import Appointment, AppointmentEvent, EventKind, Patient
from clinic.booking.post_office import Letter
from clinic.booking.timetable import Timetable
from clinic.intake import ContactKind

VISIT_PLACEHOLDERS = ("visit_name", "visit_title", "visit_clinician", "visit_when")


class ApprovedLetters:
    """`Letters` from the catalogue."""

    def __init__(self, catalogue: Catalogue, facts: ClinicFacts, timetable: Timetable, organizer: Organizer) -> None:
        """All are read once and held in memory."""
        self._catalogue, self._facts = catalogue, facts
        self._timetable, self._organizer = timetable, organizer

    def write(self, event: AppointmentEvent, appointment: Appointment) -> Letter | None:
        """The letter that tells of an event; `None` for somebody without an e-mail address."""
        patient = appointment.patient
        if patient is None or patient.contact.kind is not ContactKind.EMAIL:
            return None
        text = self._catalogue.variations(f"utter_mail_{event.kind.value}")[0].text
        values = {**self._facts.values, **self._visit(appointment, patient), "reference": appointment.reference}
        subject, _, body = fill(text, values).partition("\n\n")
        has_calendar = event.kind is not EventKind.REMINDER
        domain = self._organizer.email.partition("@")[2]
        return Letter(
            message_id=f"<{appointment.reference.lower()}.{event.sequence}.{event.kind.value}@{domain}>",
            to=patient.contact.value,
            subject=" ".join(subject.split()),
            text=body,
            calendar=self._calendar(event, appointment) if has_calendar else None,
            method=method_of(event.kind) if has_calendar else None,
        )

    def _calendar(self, event: AppointmentEvent, appointment: Appointment) -> bytes:
        return calendar_file(appointment, event.kind, event.at, self._timetable, self._organizer)

    def _visit(self, appointment: Appointment, patient: Patient) -> dict[str, str]:
        slot = appointment.slot
        return {
            "visit_name": patient.name,
            "visit_title": self._timetable.visit_type(slot.visit_type).title,
            "visit_clinician": self._timetable.clinician(slot.clinician).name,
            "visit_when": in_full(slot.start.astimezone(self._timetable.zone)),
        }


def in_full(moment: datetime) -> str:
    """A time nobody can take for another: "Tuesday, December 1, 2026 at 2:30 PM EST"."""
    clock = f"{moment:%I:%M %p}".lstrip("0")
    return f"{moment:%A, %B} {moment.day}, {moment.year} at {clock} {moment.tzname()}"
