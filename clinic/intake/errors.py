"""What a patient is refused, by name, and the answers that cannot be taken for what was asked.

Refused
├── FieldError               what was typed is not what was asked for; further ones beside each area's fields
│   ├── ContactMissing
│   ├── EmailInvalid
│   ├── PhoneInvalid
│   └── PhoneIncomplete
└── an area's own            `clinic.booking.errors`

`code` names the sentence the patient reads: `utter_booking_<code>` in `data/answers/booking.yml`.
No message carries what a patient typed: errors end up in logs.
"""

from __future__ import annotations


class Refused(Exception):
    """Base of every refusal; `code` pairs it with its wording."""

    code: str = ""


class FieldError(Refused):
    """An answer cannot be taken as the field that was asked for."""


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
