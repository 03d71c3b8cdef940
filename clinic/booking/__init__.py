"""Asking for a visit: what is taken down, how it is read, and the desk that keeps it."""

from clinic.booking.answer_or_question import Reading, reads_as
from clinic.booking.errors import BookingError
from clinic.booking.fields import read_confirmation, read_name, read_preferred_time, read_reason
from clinic.booking.model import AppointmentRequest, RequestStatus
from clinic.booking.ports import ReferenceTaken, RequestStore
from clinic.booking.requests import RequestDesk

__all__ = [
    "AppointmentRequest",
    "BookingError",
    "Reading",
    "ReferenceTaken",
    "RequestDesk",
    "RequestStatus",
    "RequestStore",
    "read_confirmation",
    "read_name",
    "read_preferred_time",
    "read_reason",
    "reads_as",
]
