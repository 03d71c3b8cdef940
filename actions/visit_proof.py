"""Proof of a visit: reference and contact, in one message, in two, or as it was booked, and the visit they prove."""

from __future__ import annotations

import re

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet

from actions import slots
from clinic.booking.appointment import Appointment
from clinic.booking.desk import BookingDesk
from clinic.booking.model import read_reference
from clinic.intake import FieldError, read_contact

# Never "another appointment", "the other one": where times are shown, that is another time.
_ANOTHER_VISIT = re.compile(
    r"\b(?:(?:my|the|his|her|our|their) other (?:visit|appointment|booking)|another (?:visit|booking))\b"
    r"(?! (?:times?|slots?|days?)\b)",
    re.IGNORECASE,
)


def proven_visit(tracker: Tracker, desk: BookingDesk) -> Appointment:
    """The visit that was proven in this conversation, as it is now; raises `AppointmentNotFound`."""
    reference, contact = tracker.get_slot(slots.VISIT_REFERENCE), tracker.get_slot(slots.VISIT_CONTACT)
    return desk.look_up(reference or "", contact or "", tracker.sender_id)


def as_proven(booked: Appointment) -> list[EventType]:
    """Events that make a visit which was just booked the proven one: this conversation holds both already."""
    contact = booked.patient.contact.value if booked.patient else None
    return [SlotSet(slots.VISIT_REFERENCE, booked.reference), SlotSet(slots.VISIT_CONTACT, contact)]


def holds_reference(text: str) -> bool:
    """Whether there is one reference in a text."""
    try:
        read_reference(text)
    except FieldError:
        return False
    return True


def means_another_visit(text: str) -> bool:
    """Whether a visit is meant that is not the one spoken of."""
    return bool(_ANOTHER_VISIT.search(text))


def proof_in(tracker: Tracker, asked: str | None, said: str, region: str) -> tuple[str | None, str | None]:
    """Reference and contact as far as they are known now; raises the `FieldError` of the field that was asked."""
    reference, contact = tracker.get_slot(slots.VISIT_REFERENCE), tracker.get_slot(slots.VISIT_CONTACT)
    if asked is None and means_another_visit(said):
        reference = contact = None
    if asked == slots.VISIT_REFERENCE or holds_reference(said):
        named = read_reference(said)
        if named != reference:
            reference, contact = named, None if asked != slots.VISIT_CONTACT else contact
    if asked == slots.VISIT_CONTACT:
        return reference, read_contact(said, region).value
    return reference, _contact_beside(said, region) or contact


def _contact_beside(said: str, region: str) -> str | None:
    try:
        return read_contact(said, region).value
    except FieldError:
        return None
