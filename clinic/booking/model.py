"""An appointment request: what a patient asked for, before staff agree on a time."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clinic.booking.errors import ReferenceMissing
from clinic.intake import Contact

# Read aloud over a phone: nothing that is taken for something else (0/O, 1/I).
REFERENCE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
REFERENCE_LENGTH = 8
_SIGN = f"[{REFERENCE_ALPHABET}]"
_REFERENCE = re.compile(
    rf"(?<![\w@.+-]){_SIGN}{{8}}(?![\w@-])|(?<![\w@.+-]){_SIGN}{{4}}[ -]{_SIGN}{{4}}(?![\w@-])", re.IGNORECASE
)


class RequestStatus(StrEnum):
    """What became of a request."""

    REQUESTED = "requested"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class AppointmentRequest:
    """A request as it is kept; `created_at` is in UTC; `is_question`: wants an answer only, no call and no visit."""

    reference: str
    idempotency_key: str
    sender: str
    name: str
    contact: Contact
    reason: str
    preferred_time: str
    created_at: datetime
    status: RequestStatus = RequestStatus.REQUESTED
    is_question: bool = False


def new_reference() -> str:
    """A random reference of almost 40 bits, so it cannot be guessed or counted on from another; with a digit in it."""
    while True:
        found = "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(REFERENCE_LENGTH))
        if re.search(r"\d", found):
            return found


def read_reference(text: str) -> str:
    """The one reference in a text, in its stored form; raises `ReferenceMissing`.

    Taken for one: eight of the letters and digits we use, written together or in groups, a digit among them, so that
    no word and no name is one.
    """
    found = [normal_reference(match[0]) for match in _REFERENCE.finditer(text)]
    certain = {each for each in found if re.search(r"\d", each)}
    if len(certain) != 1:
        raise ReferenceMissing("not one reference")
    return certain.pop()


def normal_reference(text: str) -> str:
    """A reference as people type it (small letters, blanks, dashes) in its stored form."""
    return "".join(text.split()).replace("-", "").upper()
