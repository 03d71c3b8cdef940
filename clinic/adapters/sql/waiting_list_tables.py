"""The tables of the waiting list, and how entries and offers stand in them."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from sqlalchemy import Column, DateTime, ForeignKey, Integer, RowMapping, String, Table, UniqueConstraint

from clinic.adapters.sql.engine import metadata
from clinic.adapters.sql.store import as_utc
from clinic.booking.appointment import EventState, Patient
from clinic.booking.availability import TimeSlot
from clinic.booking.waiting_entry import Offer, WaitingListEntry, WaitingStatus
from clinic.intake import Contact, ContactKind

waiting_list_entry = Table(
    "waiting_list_entry",
    metadata,
    Column("reference", String(8), primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("sender", String(255), nullable=False),
    Column("visit_type", String(40), nullable=False, index=True),
    Column("clinician", String(40)),
    Column("name", String(100), nullable=False),
    Column("contact", String(320), nullable=False),
    Column("contact_kind", String(16), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("appointment_reference", String(8)),
    Column("joined_at", DateTime(timezone=True), nullable=False),
    Column("status", String(16), nullable=False),
    Column("served_by", String(8)),
)

waiting_list_offer = Table(
    "waiting_list_offer",
    metadata,
    Column("id", Integer, primary_key=True),  # the order in which they are sent
    Column("reference", String(8), nullable=False, unique=True),
    Column(
        "entry_reference", String(8), ForeignKey("waiting_list_entry.reference", ondelete="CASCADE"), nullable=False
    ),
    Column("clinician", String(40), nullable=False),
    Column("visit_type", String(40), nullable=False),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    Column("freed_by", String(8), nullable=False),
    Column("freed_sequence", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", String(80)),
    UniqueConstraint("entry_reference", "freed_by", "freed_sequence", name="uq_offer_of_a_change"),
)


def entry_row(entry: WaitingListEntry) -> dict[str, Any]:
    """What is written of an entry."""
    plain = ("reference", "key", "sender", "visit_type", "clinician", "appointment_reference", "served_by")
    return {
        **{column: getattr(entry, column) for column in plain},
        "name": entry.patient.name, "contact": entry.patient.contact.value,
        "contact_kind": entry.patient.contact.kind.value, "reason": entry.patient.reason,
        "joined_at": entry.joined_at.astimezone(UTC), "status": entry.status.value,
    }  # fmt: skip


def read_entry(row: RowMapping) -> WaitingListEntry:
    """What `entry_row` wrote."""
    return WaitingListEntry(
        reference=row["reference"], key=row["key"], sender=row["sender"], visit_type=row["visit_type"],
        clinician=row["clinician"], joined_at=as_utc(row["joined_at"]),
        patient=Patient(row["name"], Contact(ContactKind(row["contact_kind"]), row["contact"]), row["reason"]),
        appointment_reference=row["appointment_reference"], status=WaitingStatus(row["status"]),
        served_by=row["served_by"],
    )  # fmt: skip


def offer_row(offer: Offer) -> dict[str, Any]:
    """What is written of an offer."""
    plain = ("reference", "entry_reference", "freed_by", "freed_sequence", "attempts", "error")
    return {
        **{column: getattr(offer, column) for column in plain},
        "clinician": offer.slot.clinician, "visit_type": offer.slot.visit_type,
        "starts_at": offer.slot.start.astimezone(UTC), "ends_at": offer.slot.end.astimezone(UTC),
        "at": offer.at.astimezone(UTC), "due_at": offer.due_at.astimezone(UTC), "state": offer.state.value,
    }  # fmt: skip


def read_offer(row: RowMapping) -> Offer:
    """What `offer_row` wrote."""
    return Offer(
        reference=row["reference"], entry_reference=row["entry_reference"],
        slot=TimeSlot(as_utc(row["starts_at"]), as_utc(row["ends_at"]), row["clinician"], row["visit_type"]),
        freed_by=row["freed_by"], freed_sequence=row["freed_sequence"], at=as_utc(row["at"]),
        due_at=as_utc(row["due_at"]), state=EventState(row["state"]), attempts=row["attempts"], error=row["error"],
    )  # fmt: skip
