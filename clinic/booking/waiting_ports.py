"""What the waiting list needs from the world."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from clinic.booking.appointment import EventState
from clinic.booking.availability import TimeSlot
from clinic.booking.post_office import Letter
from clinic.booking.waiting_entry import Offer, WaitingListEntry


class WaitingListStore(Protocol):
    """Where places and offers are kept. Every method is one transaction and raises `BookingUnavailable`."""

    def add(self, entry: WaitingListEntry) -> WaitingListEntry:
        """Keep `entry` and return it, or return the earlier one with the same key.

        Raises `ReferenceTaken` when the reference belongs to an entry with another key.
        """

    def find(self, reference: str) -> WaitingListEntry | None:
        """The entry with this reference, whatever its status."""

    def waiting(self, visit_type: str) -> list[WaitingListEntry]:
        """Who waits for a kind of visit, in the order they joined."""

    def leave(self, reference: str) -> WaitingListEntry | None:
        """End an entry that waits, and every other one of the same contact and kind of visit; `None`: no such entry."""

    def serve(self, reference: str, offer: str) -> bool:
        """Give a waiting entry to an offer, or say whether it is that offer's already: at most one offer has it."""

    def wait_again(self, reference: str, offer: str) -> None:
        """Take back `serve`: the offer could not be taken."""

    def add_offers(self, offers: Collection[Offer]) -> None:
        """Keep offers, all or none, to be sent in this order; none twice for one entry and one change."""

    def offered(self, slot: TimeSlot, since: datetime) -> set[str]:
        """The references of the entries that a time was offered to, at that moment or later."""

    def find_offer(self, reference: str) -> Offer | None:
        """The offer with this reference, whatever has become of it."""

    def take_due_offer(self, now: datetime, until: datetime) -> Offer | None:
        """The next offer that is due, for this caller alone, now being sent until `until`.

        One whose sender did not come back by then is dead: it may have been sent.
        """

    def settle_offer(self, offer: Offer, state: EventState, due_at: datetime, error: str | None = None) -> None:
        """Say what became of an offer that was taken; `WAITING` for another try at `due_at`."""


class OfferLetters(Protocol):
    """Writes the letters of offers in the approved wording."""

    def write(self, offer: Offer, entry: WaitingListEntry) -> Letter:
        """The letter that offers a freed time."""
