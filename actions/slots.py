"""The names of slots; no other module spells them."""

from __future__ import annotations

from typing import cast

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.forms import REQUESTED_SLOT

from clinic.booking.fields import Field

NAME = "appointment_name"
CONTACT = "appointment_contact"
REASON = "appointment_reason"
PREFERRED_TIME = "appointment_preferred_time"
CONFIRMED = "appointment_confirmed"
# Names one run of the form, so that a request sent twice is kept once.
FORM_RUN = "appointment_form_run"
# Answers in a row that could not be read.
MISSES = "appointment_misses"

# What the last answer was about: follow-ups refer to it.
LAST_TOPIC = "last_topic"
# What was asked beside an alarm: "yes" afterwards asks for it.
KEPT_QUESTION = "kept_question"
# The last question that no approved text answers: it can be passed on to the staff.
OPEN_QUESTION = "open_question"

FIELDS = (NAME, CONTACT, REASON, PREFERRED_TIME)
APPOINTMENT = (*FIELDS, CONFIRMED, FORM_RUN, MISSES)

__all__ = [
    "APPOINTMENT",
    "CONFIRMED",
    "CONTACT",
    "FIELDS",
    "FORM_RUN",
    "KEPT_QUESTION",
    "LAST_TOPIC",
    "MISSES",
    "NAME",
    "OPEN_QUESTION",
    "PREFERRED_TIME",
    "REASON",
    "REQUESTED_SLOT",
    "field_of",
    "forget_appointment",
    "slot_of",
]


def field_of(slot: str) -> Field:
    """The booking field a slot holds."""
    return cast(Field, slot.removeprefix("appointment_"))


def slot_of(field: str) -> str:
    """The slot that holds a booking field."""
    return f"appointment_{field}"


def forget_appointment() -> list[EventType]:
    """Events that empty everything the form has asked for."""
    return [SlotSet(slot, None) for slot in APPOINTMENT]
