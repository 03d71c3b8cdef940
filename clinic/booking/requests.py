"""The booking desk: takes appointment requests and takes them back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from clinic.booking.errors import BookingUnavailable, RequestNotFound
from clinic.booking.fields import read_name, read_preferred_time, read_reason
from clinic.booking.model import AppointmentRequest, new_reference, normal_reference
from clinic.booking.ports import ReferenceTaken, RequestStore
from clinic.intake import read_contact

_DRAWS = 5


class RequestDesk:
    """Use cases around an appointment request; times of real visits come to stand beside them."""

    def __init__(
        self,
        store: RequestStore,
        *,
        region: str = "US",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        draw_reference: Callable[[], str] = new_reference,
    ) -> None:
        """`region`: whose phone numbers may be written without a country code."""
        self._store, self._region, self._now, self._draw = store, region, now, draw_reference

    def request_appointment(
        self, *, idempotency_key: str, sender: str, name: str, contact: str, reason: str, preferred_time: str,
        is_question: bool = False,
    ) -> AppointmentRequest:  # fmt: skip
        """Keep a request; the same key gives the same request again, with its first content.

        Fields are read here too, so that no caller can store what a form would refuse.
        Raises a `FieldError` for a field, `BookingUnavailable` when it could not be kept.
        """
        if not idempotency_key:
            raise ValueError("an appointment request needs an idempotency key")
        request = AppointmentRequest(
            reference=self._draw(),
            idempotency_key=idempotency_key,
            sender=sender,
            name=read_name(name),
            contact=read_contact(contact, self._region),
            reason=read_reason(reason),
            preferred_time=read_preferred_time(preferred_time),
            created_at=self._now(),
            is_question=is_question,
        )
        for _ in range(_DRAWS):
            try:
                return self._store.add(request)
            except ReferenceTaken:
                request = replace(request, reference=self._draw())
        raise BookingUnavailable("no free reference was drawn")

    def withdraw(self, reference: str) -> AppointmentRequest:
        """Take a request back; doing it twice is no error. Raises `RequestNotFound`."""
        withdrawn = self._store.withdraw(normal_reference(reference))
        if withdrawn is None:
            raise RequestNotFound("no request has this reference")
        return withdrawn
