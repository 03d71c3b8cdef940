"""What a booking form is filled in for, and which fields that takes, in the order they are asked."""

from __future__ import annotations

from enum import StrEnum

from clinic.booking.fields import Field


class Purpose(StrEnum):
    """A visit at a real time, a place on the waiting list, a call back, or a question for the staff."""

    VISIT = "visit"
    WAITING_LIST = "waiting_list"
    CALLBACK = "callback"
    QUESTION = "question"


class VisitWish(StrEnum):
    """What somebody wants with a visit that is booked."""

    CHECK = "check"
    MOVE = "move"
    CANCEL = "cancel"


_PERSON: tuple[Field, ...] = ("name", "contact", "reason")
FIELDS: dict[Purpose, tuple[Field, ...]] = {
    Purpose.VISIT: ("visit_type", "clinician", "time", *_PERSON, "confirmed"),
    Purpose.WAITING_LIST: ("visit_type", "clinician", *_PERSON, "confirmed"),
    Purpose.CALLBACK: (*_PERSON, "preferred_time", "confirmed"),
    Purpose.QUESTION: (*_PERSON, "confirmed"),
}
VISIT_FIELDS: dict[VisitWish, tuple[Field, ...]] = {
    VisitWish.CHECK: ("reference", "contact"),
    VisitWish.MOVE: ("reference", "contact", "time", "confirmed"),
    VisitWish.CANCEL: ("reference", "contact", "confirmed"),
}
