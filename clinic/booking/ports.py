"""What the booking desk needs from the world."""

from __future__ import annotations

from typing import Protocol

from clinic.booking.model import AppointmentRequest


class ReferenceTaken(Exception):
    """Another request has this reference already; draw a new one."""


class RequestStore(Protocol):
    """Where appointment requests are kept. Every method raises `BookingUnavailable` when it cannot say."""

    def add(self, request: AppointmentRequest) -> AppointmentRequest:
        """Keep `request` and return it, or return the earlier request with the same idempotency key.

        Raises `ReferenceTaken` when the reference belongs to a request with another key.
        """

    def find(self, reference: str) -> AppointmentRequest | None:
        """The request with this reference."""

    def withdraw(self, reference: str) -> AppointmentRequest | None:
        """Mark the request withdrawn and return it; `None` when there is none."""
