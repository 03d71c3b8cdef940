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
_ALONE = re.compile(rf"\W*(?:{_SIGN}{{8}}|{_SIGN}{{4}}[ -]{_SIGN}{{4}})\W*", re.IGNORECASE)


class RequestStatus(StrEnum):
    """What became of a request."""

    REQUESTED = "requested"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class AppointmentRequest:
    """A request as it is kept; `created_at` is in UTC."""

    reference: str
    idempotency_key: str
    sender: str
    name: str
    contact: Contact
    reason: str
    preferred_time: str
    created_at: datetime
    status: RequestStatus = RequestStatus.REQUESTED


def new_reference() -> str:
    """A random reference: 40 bits, so it cannot be guessed or counted on from another."""
    return "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(REFERENCE_LENGTH))


def read_reference(text: str) -> str:
    """The one reference in a text, in its stored form; raises `ReferenceMissing`.

    Taken for one: eight of the letters and digits we use, written together or in groups. A word has no digit in it,
    and nearly every reference has: a word of eight letters counts only where it is all that was typed.
    """
    found = [normal_reference(match[0]) for match in _REFERENCE.finditer(text)]
    certain = {each for each in found if re.search(r"\d", each)} or {each for each in found if _ALONE.fullmatch(text)}
    if len(certain) != 1:
        raise ReferenceMissing("not one reference")
    return certain.pop()


def normal_reference(text: str) -> str:
    """A reference as people type it (small letters, blanks, dashes) in its stored form."""
    return "".join(text.split()).replace("-", "").upper()
