"""The waiting list in memory: for trying things out and for tests; it passes the same tests as the database."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from threading import Lock

from clinic.booking.appointment import EventState
from clinic.booking.availability import TimeSlot
from clinic.booking.ports import ReferenceTaken
from clinic.booking.waiting_entry import Offer, WaitingListEntry, WaitingStatus


class MemoryWaitingList:
    """Places and offers in dictionaries, gone with the process; see `WaitingListStore` for every method."""

    def __init__(self) -> None:
        """An empty list."""
        self._entries: dict[str, WaitingListEntry] = {}
        self._offers: dict[str, Offer] = {}
        self._lock = Lock()

    def add(self, entry: WaitingListEntry) -> WaitingListEntry:
        """Keep an entry, or return the earlier one with its key."""
        with self._lock:
            for earlier in self._entries.values():
                if earlier.key == entry.key:
                    return earlier
            if entry.reference in self._entries:
                raise ReferenceTaken(entry.reference)
            self._entries[entry.reference] = entry
            return entry

    def find(self, reference: str) -> WaitingListEntry | None:
        """The entry with this reference."""
        return self._entries.get(reference)

    def waiting(self, visit_type: str) -> list[WaitingListEntry]:
        """Who waits for a kind of visit, in the order they joined."""
        with self._lock:
            found = [e for e in self._entries.values() if e.visit_type == visit_type]
        waiting = (e for e in found if e.status is WaitingStatus.WAITING)
        return sorted(waiting, key=lambda entry: (entry.joined_at, entry.reference))

    def leave(self, reference: str) -> WaitingListEntry | None:
        """End an entry and the others of the same person."""
        with self._lock:
            found = self._entries.get(reference)
            if found is None:
                return None
            for other in list(self._entries.values()):
                is_same = (other.patient.contact, other.visit_type) == (found.patient.contact, found.visit_type)
                if is_same and other.status is WaitingStatus.WAITING:
                    self._entries[other.reference] = replace(other, status=WaitingStatus.LEFT)
            return self._entries[reference]

    def serve(self, reference: str, offer: str) -> bool:
        """Give a waiting entry to an offer."""
        with self._lock:
            found = self._entries.get(reference)
            if found is None or (found.status is not WaitingStatus.WAITING and found.served_by != offer):
                return False
            self._entries[reference] = replace(found, status=WaitingStatus.SERVED, served_by=offer)
            return True

    def wait_again(self, reference: str, offer: str) -> None:
        """Take back `serve`."""
        with self._lock:
            found = self._entries.get(reference)
            if found is not None and found.served_by == offer:
                self._entries[reference] = replace(found, status=WaitingStatus.WAITING, served_by=None)

    def add_offers(self, offers: Collection[Offer]) -> None:
        """Keep offers, all or none."""
        with self._lock:
            told = {_change(offer) for offer in self._offers.values()}
            self._offers |= {offer.reference: offer for offer in offers if _change(offer) not in told}

    def offered(self, slot: TimeSlot, since: datetime) -> set[str]:
        """The references of the entries that a time was offered to, at that moment or later."""
        with self._lock:
            return {o.entry_reference for o in self._offers.values() if o.slot == slot and o.at >= since}

    def find_offer(self, reference: str) -> Offer | None:
        """The offer with this reference."""
        return self._offers.get(reference)

    def take_due_offer(self, now: datetime, until: datetime) -> Offer | None:
        """The next offer that is due, for this caller alone."""
        with self._lock:
            due = [offer for offer in self._offers.values() if offer.due_at <= now]
            for lost in (offer for offer in due if offer.state is EventState.SENDING):
                self._offers[lost.reference] = replace(lost, state=EventState.DEAD, error="sender_lost")
            waiting = [offer for offer in due if offer.state is EventState.WAITING]
            if not waiting:
                return None
            first = min(waiting, key=lambda offer: offer.due_at)
            taken = replace(first, state=EventState.SENDING, due_at=until, attempts=first.attempts + 1)
            self._offers[first.reference] = taken
            return taken

    def settle_offer(self, offer: Offer, state: EventState, due_at: datetime, error: str | None = None) -> None:
        """Say what became of an offer that was taken."""
        with self._lock:
            known = self._offers[offer.reference]
            self._offers[offer.reference] = replace(known, state=state, due_at=due_at, error=error)


def _change(offer: Offer) -> tuple[str, str, int]:
    return offer.entry_reference, offer.freed_by, offer.freed_sequence
