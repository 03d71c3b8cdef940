"""The waiting list and its offers in a database."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from clinic.adapters.sql.store import SqlStore
from clinic.adapters.sql.waiting_list_tables import (
    entry_row,
    offer_row,
    read_entry,
    read_offer,
    waiting_list_entry,
    waiting_list_offer,
)
from clinic.booking.appointment import EventState
from clinic.booking.availability import TimeSlot
from clinic.booking.errors import BookingUnavailable
from clinic.booking.ports import ReferenceTaken
from clinic.booking.waiting_entry import Offer, WaitingListEntry, WaitingStatus

_entry, _offer = waiting_list_entry.c, waiting_list_offer.c
_WAITING = WaitingStatus.WAITING.value


class SqlWaitingList(SqlStore):
    """`WaitingListStore` over SQLAlchemy."""

    unavailable = BookingUnavailable

    def add(self, entry: WaitingListEntry) -> WaitingListEntry:
        """Keep an entry, or return the earlier one with its key; see `WaitingListStore`."""
        with self._transaction() as connection:
            earlier = _one(connection, _entry.key == entry.key)
            if earlier:
                return earlier
            try:
                with connection.begin_nested():
                    connection.execute(insert(waiting_list_entry).values(entry_row(entry)))
            except IntegrityError:
                # Another process was faster between the look and the insert, or the reference was drawn before.
                earlier = _one(connection, _entry.key == entry.key)
                if earlier is None:
                    raise ReferenceTaken(entry.reference) from None
                return earlier
            return entry

    def find(self, reference: str) -> WaitingListEntry | None:
        """The entry with this reference."""
        with self._transaction() as connection:
            return _one(connection, _entry.reference == reference)

    def waiting(self, visit_type: str) -> list[WaitingListEntry]:
        """Who waits for a kind of visit, in the order they joined."""
        wanted = select(waiting_list_entry).where(_entry.status == _WAITING, _entry.visit_type == visit_type)
        with self._transaction() as connection:
            rows = connection.execute(wanted.order_by(_entry.joined_at, _entry.reference)).mappings()
            return [read_entry(row) for row in rows]

    def leave(self, reference: str) -> WaitingListEntry | None:
        """End an entry and the others of the same person; see `WaitingListStore`."""
        with self._transaction() as connection:
            found = _one(connection, _entry.reference == reference)
            if found is None:
                return None
            theirs = (_entry.contact == found.patient.contact.value) & (_entry.visit_type == found.visit_type)
            ended = update(waiting_list_entry).where(theirs, _entry.status == _WAITING)
            connection.execute(ended.values(status=WaitingStatus.LEFT.value))
            return _one(connection, _entry.reference == reference)

    def serve(self, reference: str, offer: str) -> bool:
        """Give a waiting entry to an offer; see `WaitingListStore`."""
        may_have_it = (_entry.status == _WAITING) | (_entry.served_by == offer)
        served = update(waiting_list_entry).where(_entry.reference == reference, may_have_it)
        with self._transaction() as connection:
            values = {"status": WaitingStatus.SERVED.value, "served_by": offer}
            return connection.execute(served.values(values)).rowcount == 1

    def wait_again(self, reference: str, offer: str) -> None:
        """Take back `serve`; see `WaitingListStore`."""
        given = update(waiting_list_entry).where(_entry.reference == reference, _entry.served_by == offer)
        with self._transaction() as connection:
            connection.execute(given.values(status=_WAITING, served_by=None))

    def add_offers(self, offers: Collection[Offer]) -> None:
        """Keep offers, all or none; see `WaitingListStore`."""
        with self._transaction() as connection:
            for offer in offers:
                same = (_offer.freed_by == offer.freed_by) & (_offer.freed_sequence == offer.freed_sequence)
                same &= _offer.entry_reference == offer.entry_reference
                if connection.execute(select(_offer.reference).where(same)).first() is None:
                    connection.execute(insert(waiting_list_offer).values(offer_row(offer)))

    def offered(self, slot: TimeSlot, since: datetime) -> set[str]:
        """The references of the entries that a time was offered to, at that moment or later."""
        same = (_offer.clinician == slot.clinician) & (_offer.starts_at == slot.start.astimezone(UTC))
        same &= (_offer.visit_type == slot.visit_type) & (_offer.at >= since.astimezone(UTC))
        with self._transaction() as connection:
            return set(connection.execute(select(_offer.entry_reference).where(same)).scalars())

    def find_offer(self, reference: str) -> Offer | None:
        """The offer with this reference."""
        with self._transaction() as connection:
            wanted = select(waiting_list_offer).where(_offer.reference == reference)
            row = connection.execute(wanted).mappings().first()
            return read_offer(row) if row else None

    def take_due_offer(self, now: datetime, until: datetime) -> Offer | None:
        """The next offer that is due, for this caller alone; see `WaitingListStore`."""
        due = _offer.due_at <= now.astimezone(UTC)
        with self._transaction() as connection:
            lost = update(waiting_list_offer).where(_offer.state == EventState.SENDING.value, due)
            connection.execute(lost.values(state=EventState.DEAD.value, error="sender_lost"))
            wanted = select(waiting_list_offer).where(_offer.state == EventState.WAITING.value, due)
            wanted = wanted.order_by(_offer.due_at, _offer.id).limit(1).with_for_update(skip_locked=True)
            row = connection.execute(wanted).mappings().first()
            if row is None:
                return None
            found = read_offer(row)
            taken = replace(found, state=EventState.SENDING, due_at=until, attempts=found.attempts + 1)
            begun = update(waiting_list_offer).where(_offer.reference == found.reference)
            connection.execute(begun.values(offer_row(taken)))
            return taken

    def settle_offer(self, offer: Offer, state: EventState, due_at: datetime, error: str | None = None) -> None:
        """Say what became of an offer that was taken; see `WaitingListStore`."""
        values = {"state": state.value, "due_at": due_at.astimezone(UTC), "error": error}
        with self._transaction() as connection:
            connection.execute(update(waiting_list_offer).where(_offer.reference == offer.reference).values(values))


def _one(connection: Connection, condition: Any) -> WaitingListEntry | None:
    row = connection.execute(select(waiting_list_entry).where(condition)).mappings().first()
    return read_entry(row) if row else None
