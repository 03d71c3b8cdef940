"""Letters in the approved wording: what `data/answers/booking_mail.yml` says, with the visit's facts filled in."""

from __future__ import annotations

from collections.abc import Mapping

from clinic.adapters.calendar_file import Organizer, calendar_file, method_of
from clinic.answers import Catalogue, fill
from clinic.answers.clinic_facts import ClinicFacts
from clinic.booking.appointment import Appointment, AppointmentEvent, EventKind
from clinic.booking.links import VisitLinks
from clinic.booking.post_office import Letter
from clinic.booking.timetable import Timetable
from clinic.booking.visit_in_words import visit_in_words
from clinic.intake import ContactKind

_LINKS = ("visit_link", "offer_link", "leave_link")
# What letters and the pages behind their links fill in besides the facts of the clinic.
VISIT_PLACEHOLDERS = ("visit_name", "visit_title", "visit_clinician", "visit_when", "visit_zone", *_LINKS)


class ApprovedLetters:
    """`Letters` from the catalogue."""

    def __init__(
        self, catalogue: Catalogue, facts: ClinicFacts, timetable: Timetable, organizer: Organizer,
        links: VisitLinks | None = None,
    ) -> None:  # fmt: skip
        """All are read once and held in memory; without `links` no letter speaks of one."""
        self._catalogue, self._facts = catalogue, facts
        self._timetable, self._organizer, self._links = timetable, organizer, links

    def write(self, event: AppointmentEvent, appointment: Appointment) -> Letter | None:
        """The letter that tells of an event; `None` for somebody without an e-mail address, and of a no-show."""
        patient = appointment.patient
        if patient is None or patient.contact.kind is not ContactKind.EMAIL or event.kind is EventKind.NO_SHOW:
            return None
        values = {
            **self._facts.values, **visit_in_words(appointment.slot, self._timetable),
            "visit_name": patient.name, "reference": appointment.reference,
        }  # fmt: skip
        if self._links is not None:
            values["visit_link"] = self._links.link(appointment.reference)
        subject, body = subject_and_body(self._catalogue.variations(f"utter_mail_{event.kind.value}")[0].text, values)
        has_calendar = event.kind is not EventKind.REMINDER
        domain = self._organizer.email.partition("@")[2]
        return Letter(
            message_id=f"<{appointment.outer_id}.{event.sequence}.{event.kind.value}@{domain}>",
            to=patient.contact.value,
            subject=subject,
            text=body,
            calendar=self._calendar(event, appointment) if has_calendar else None,
            method=method_of(event.kind) if has_calendar else None,
        )

    def _calendar(self, event: AppointmentEvent, appointment: Appointment) -> bytes:
        return calendar_file(appointment, event.kind, event.at, self._timetable, self._organizer)


def subject_and_body(text: str, values: Mapping[str, str]) -> tuple[str, str]:
    """The first line and the rest; a paragraph about a link that there is none of is left out."""
    missing = [f"{{{link}}}" for link in _LINKS if link not in values]
    kept = [part for part in text.split("\n\n") if not any(link in part for link in missing)]
    subject, body = fill(kept[0], values), fill("\n\n".join(kept[1:]), values)
    return " ".join(subject.split()), body
