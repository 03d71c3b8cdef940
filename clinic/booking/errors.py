"""Every refusal of the booking desk, by name.

BookingError
├── FieldError               what was typed is not what was asked for
│   ├── NameMissing
│   ├── NameTooLong
│   ├── ContactMissing
│   ├── EmailInvalid
│   ├── PhoneInvalid
│   ├── PhoneIncomplete
│   ├── ReasonMissing
│   ├── ReasonTooLong
│   ├── TimeMissing
│   ├── TimeTooLong
│   └── ConfirmationUnclear
├── RequestNotFound
└── BookingUnavailable       nothing was stored; trying again later is worth it

`code` names the sentence the patient reads: `utter_booking_<code>` in `data/answers/booking.yml`.
No message carries what a patient typed: errors end up in logs.
"""

from __future__ import annotations

from collections.abc import Iterator


class BookingError(Exception):
    """Base of every refusal; `code` pairs it with its wording."""

    code: str = ""


class FieldError(BookingError):
    """An answer cannot be taken as the field that was asked for."""


class NameMissing(FieldError):
    """There is no name in the answer."""

    code = "name_missing"


class NameTooLong(FieldError):
    """The name is longer than a form takes."""

    code = "name_too_long"


class ContactMissing(FieldError):
    """There is neither a phone number nor an e-mail address in the answer."""

    code = "contact_missing"


class EmailInvalid(FieldError):
    """It looks like an e-mail address, but no mail could reach it."""

    code = "email_invalid"


class PhoneInvalid(FieldError):
    """It looks like a phone number, but nobody could dial it."""

    code = "phone_invalid"


class PhoneIncomplete(FieldError):
    """The phone number lacks its area code."""

    code = "phone_incomplete"


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


def all_errors(base: type[BookingError] = BookingError) -> Iterator[type[BookingError]]:
    """Every named refusal below `base`; groups without a code are left out."""
    for error in base.__subclasses__():
        if error.code:
            yield error
        yield from all_errors(error)
