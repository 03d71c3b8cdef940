"""Every refusal of the booking desk, by name; those of the contact are in `clinic.intake.errors`.

FieldError                   what was typed is not what was asked for
├── NameMissing
├── NameTooLong
├── ReasonMissing
├── ReasonTooLong
├── TimeMissing
├── TimeTooLong
└── ConfirmationUnclear
BookingError
├── RequestNotFound
└── BookingUnavailable       nothing was stored; trying again later is worth it
"""

from __future__ import annotations

from clinic.intake.errors import FieldError, Refused


class BookingError(Refused):
    """The desk cannot do what was asked."""


class NameMissing(FieldError):
    """There is no name in the answer."""

    code = "name_missing"


class NameTooLong(FieldError):
    """The name is longer than a form takes."""

    code = "name_too_long"


class ReasonMissing(FieldError):
    """There is no reason in the answer."""

    code = "reason_missing"


class ReasonTooLong(FieldError):
    """The reason is a story, not a few words."""

    code = "reason_too_long"


class TimeMissing(FieldError):
    """There is no wish for a time in the answer."""

    code = "time_missing"


class TimeTooLong(FieldError):
    """The wish for a time is too long to be one."""

    code = "time_too_long"


class ConfirmationUnclear(FieldError):
    """The answer to the read-back is neither yes nor no."""

    code = "confirmation_unclear"


class RequestNotFound(BookingError):
    """No request has this reference."""

    code = "request_not_found"


class BookingUnavailable(BookingError):
    """The request could not be kept: the store failed."""

    code = "unavailable"
