"""Stores in memory: for trying things out and for tests; they pass the same contract tests as the databases."""

from __future__ import annotations

from dataclasses import replace
from threading import Lock

from clinic.booking.model import AppointmentRequest, RequestStatus
from clinic.booking.ports import ReferenceTaken


class MemoryRequestStore:
    """Appointment requests in a dictionary, gone with the process."""

    def __init__(self) -> None:
        """An empty store."""
        self._requests: dict[str, AppointmentRequest] = {}
        self._lock = Lock()

    def add(self, request: AppointmentRequest) -> AppointmentRequest:
        """Keep `request`, or return the earlier one with its key; see `RequestStore`."""
        with self._lock:
            for earlier in self._requests.values():
                if earlier.idempotency_key == request.idempotency_key:
                    return earlier
            if request.reference in self._requests:
                raise ReferenceTaken(request.reference)
            self._requests[request.reference] = request
            return request

    def find(self, reference: str) -> AppointmentRequest | None:
        """The request with this reference."""
        return self._requests.get(reference)

    def withdraw(self, reference: str) -> AppointmentRequest | None:
        """Mark the request withdrawn."""
        with self._lock:
            if reference not in self._requests:
                return None
            self._requests[reference] = replace(self._requests[reference], status=RequestStatus.WITHDRAWN)
            return self._requests[reference]
