"""The names of the booking forms' slots; no other module spells them."""

from __future__ import annotations

from typing import cast

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.forms import REQUESTED_SLOT

from clinic.booking.fields import Field

# What the form is filled in for: `clinic.booking.purpose`.
PURPOSE = "appointment_purpose"
VISIT_TYPE = "appointment_visit_type"
CLINICIAN = "appointment_clinician"
# The reference of the time that is held.
TIME = "appointment_time"
NAME = "appointment_name"
CONTACT = "appointment_contact"
REASON = "appointment_reason"
PREFERRED_TIME = "appointment_preferred_time"
CONFIRMED = "appointment_confirmed"
# Names one run of the form, so that a request sent twice is kept once.
FORM_RUN = "appointment_form_run"
# How many times were picked in this run: each pick is a hold of its own.
PICKS = "appointment_picks"
# Answers in a row that could not be read.
MISSES = "appointment_misses"
# Whether the read-back was answered with a "no" already: the first one asks what is wrong.
SAID_NO = "appointment_said_no"
# The last visit that was booked in this conversation.
BOOKED = "appointment_booked"

# The times that were shown last, and why these (`clinic.booking.choosing.Shown`).
SHOWN_TIMES = "shown_times"

VISIT_WISH = "visit_wish"
VISIT_REFERENCE = "visit_reference"
VISIT_CONTACT = "visit_contact"
# The new time, as text of a `TimeSlot`.
VISIT_TIME = "visit_time"
VISIT_CLINICIAN = "visit_clinician_wish"
VISIT_CONFIRMED = "visit_confirmed"

# What the last answer was about: follow-ups refer to it.
LAST_TOPIC = "last_topic"
# What was asked beside an alarm: "yes" afterwards asks for it.
KEPT_QUESTION = "kept_question"
# The last question that no approved text answers: it can be passed on to the staff.
OPEN_QUESTION = "open_question"

FIELDS = (VISIT_TYPE, CLINICIAN, TIME, NAME, CONTACT, REASON, PREFERRED_TIME)
APPOINTMENT = (*FIELDS, PURPOSE, CONFIRMED, FORM_RUN, PICKS, MISSES, SAID_NO, SHOWN_TIMES)
VISIT_FIELDS = (VISIT_REFERENCE, VISIT_CONTACT, VISIT_TIME, VISIT_CONFIRMED)
VISIT = (*VISIT_FIELDS, VISIT_WISH, VISIT_CLINICIAN, MISSES, SHOWN_TIMES)

__all__ = [
    "APPOINTMENT",
    "BOOKED",
    "CLINICIAN",
    "CONFIRMED",
    "CONTACT",
    "FIELDS",
    "FORM_RUN",
    "KEPT_QUESTION",
    "LAST_TOPIC",
    "MISSES",
    "NAME",
    "OPEN_QUESTION",
    "PICKS",
    "PREFERRED_TIME",
    "PURPOSE",
    "REASON",
    "REQUESTED_SLOT",
    "SAID_NO",
    "SHOWN_TIMES",
    "TIME",
    "VISIT",
    "VISIT_CLINICIAN",
    "VISIT_CONFIRMED",
    "VISIT_CONTACT",
    "VISIT_FIELDS",
    "VISIT_REFERENCE",
    "VISIT_TIME",
    "VISIT_TYPE",
    "VISIT_WISH",
    "field_of",
    "forget_appointment",
    "forget_visit",
    "slot_of",
]


def field_of(slot: str) -> Field:
    """The booking field a slot holds."""
    prefix = "visit_" if slot in VISIT_FIELDS else "appointment_"
    return cast(Field, slot.removeprefix(prefix))


def slot_of(field: str) -> str:
    """The appointment form's slot that holds a booking field."""
    return f"appointment_{field}"


def forget_appointment() -> list[EventType]:
    """Events that empty everything the appointment form has asked for."""
    return [SlotSet(slot, None) for slot in APPOINTMENT]


def forget_visit() -> list[EventType]:
    """Events that empty everything about a visit that was looked up."""
    return [SlotSet(slot, None) for slot in VISIT]
