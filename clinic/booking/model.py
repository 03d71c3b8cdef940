"""An appointment request: what a patient asked for, before staff agree on a time."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clinic.intake import Contact

# Read aloud over a phone: nothing that is taken for something else (0/O, 1/I).
REFERENCE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
REFERENCE_LENGTH = 8


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


def normal_reference(text: str) -> str:
    """A reference as people type it (small letters, blanks, dashes) in its stored form."""
    return "".join(text.split()).replace("-", "").upper()
