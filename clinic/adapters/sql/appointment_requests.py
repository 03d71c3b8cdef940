"""Appointment requests in a database."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from sqlalchemy import Boolean, Column, Connection, DateTime, RowMapping, String, Table, false, select, update
from sqlalchemy.exc import IntegrityError

from clinic.adapters.sql.engine import metadata
from clinic.adapters.sql.store import SqlStore, as_utc
from clinic.booking.errors import BookingUnavailable
from clinic.booking.model import AppointmentRequest, RequestStatus
from clinic.booking.ports import ReferenceTaken
from clinic.intake import Contact, ContactKind

appointment_request = Table(
    "appointment_request",
    metadata,
    Column("reference", String(8), primary_key=True),
    Column("idempotency_key", String(64), nullable=False, unique=True),
    Column("sender", String(255), nullable=False),
    Column("name", String(100), nullable=False),
    Column("contact", String(320), nullable=False),
    Column("contact_kind", String(16), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("preferred_time", String(200), nullable=False),
    Column("status", String(16), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("is_question", Boolean, nullable=False, default=False, server_default=false()),
)


class SqlRequestStore(SqlStore):
    """Keeps requests in `appointment_request`; the unique key makes a repeated request harmless."""

    unavailable = BookingUnavailable

    def add(self, request: AppointmentRequest) -> AppointmentRequest:
        """Keep `request`, or return the earlier one with its key; see `RequestStore`."""
        with self._transaction() as connection:
            earlier = _by_key(connection, request.idempotency_key)
            if earlier:
                return earlier
            try:
                with connection.begin_nested():
                    connection.execute(appointment_request.insert().values(_row(request)))
            except IntegrityError:
                # Another process was faster between the look and the insert, or the reference was drawn before.
                earlier = _by_key(connection, request.idempotency_key)
                if earlier is None:
                    raise ReferenceTaken(request.reference) from None
                return earlier
            return request

    def find(self, reference: str) -> AppointmentRequest | None:
        """The request with this reference."""
        with self._transaction() as connection:
            return _one(connection, appointment_request.c.reference == reference)

    def withdraw(self, reference: str) -> AppointmentRequest | None:
        """Mark the request withdrawn."""
        this_one = appointment_request.c.reference == reference
        with self._transaction() as connection:
            connection.execute(update(appointment_request).where(this_one).values(status=RequestStatus.WITHDRAWN.value))
            return _one(connection, this_one)


def _by_key(connection: Connection, key: str) -> AppointmentRequest | None:
    return _one(connection, appointment_request.c.idempotency_key == key)


def _one(connection: Connection, condition: Any) -> AppointmentRequest | None:
    row = connection.execute(select(appointment_request).where(condition)).mappings().first()
    return read_request(row) if row else None


def _row(request: AppointmentRequest) -> dict[str, Any]:
    return {
        **{column: getattr(request, column) for column in ("reference", "idempotency_key", "sender", "name", "reason")},
        "preferred_time": request.preferred_time,
        "contact": request.contact.value,
        "contact_kind": request.contact.kind.value,
        "status": request.status.value,
        "created_at": request.created_at.astimezone(UTC),
        "is_question": request.is_question,
    }


def read_request(row: RowMapping) -> AppointmentRequest:
    """What `_row` wrote."""
    return AppointmentRequest(
        reference=row["reference"],
        idempotency_key=row["idempotency_key"],
        sender=row["sender"],
        name=row["name"],
        contact=Contact(ContactKind(row["contact_kind"]), row["contact"]),
        reason=row["reason"],
        preferred_time=row["preferred_time"],
        status=RequestStatus(row["status"]),
        created_at=as_utc(row["created_at"]),
        is_question=bool(row["is_question"]),
    )
