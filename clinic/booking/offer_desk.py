"""Taking a freed time that the waiting list offered: first come, first served, and at most one for each entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from clinic.booking.appointment import TAKES_TIME, Appointment, AppointmentStatus
from clinic.booking.availability import TimeSlot, is_offered
from clinic.booking.desk import BookingDesk
from clinic.booking.errors import BookingUnavailable, HoldExpired, LinkExpired, LinkInvalid, NotWaiting, TimeTaken
from clinic.booking.ports import AppointmentBook
from clinic.booking.timetable import CELL
from clinic.booking.waiting_entry import Offer, WaitingListEntry, WaitingStatus
from clinic.booking.waiting_ports import WaitingListStore
from clinic.intake.errors import Refused

_MADE_A_VISIT = frozenset({AppointmentStatus.BOOKED, AppointmentStatus.CANCELLED})  # elsewhere, or not any more


@dataclass(frozen=True)
class OpenOffer:
    """An offer as its link shows it; `appointment` once it was taken."""

    offer: Offer
    entry: WaitingListEntry
    appointment: Appointment | None = None

    @property
    def moves(self) -> bool:
        """Whether taking it moves a visit rather than booking one."""
        return self.entry.appointment_reference is not None


class OfferDesk:
    """Use cases around an offer; every refusal is a `BookingError` by its name."""

    def __init__(
        self,
        store: WaitingListStore,
        book: AppointmentBook,
        desk: BookingDesk,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`desk` is the one on `book`."""
        self._store, self._book, self._desk, self._now = store, book, desk, now

    def look_up(self, reference: str) -> OpenOffer:
        """An offer that can be taken, or was taken by its entry.

        Raises `LinkInvalid`, `NotWaiting`, `LinkExpired`, `TimeTaken`.
        """
        offer = self._store.find_offer(reference)
        entry = self._store.find(offer.entry_reference) if offer else None
        if offer is None or entry is None:
            raise LinkInvalid("no offer has this reference")
        is_in_time = is_offered(self._desk.timetable, offer.slot, self._now())
        is_open = is_in_time and is_free(self._desk, offer.slot)
        # Looked at after that: of two clicks the second must not find the time taken by nobody it knows.
        mine = self._visit(entry, offer)
        has_the_time = mine is not None and mine.slot == offer.slot
        if mine is not None and has_the_time and mine.status is AppointmentStatus.BOOKED:
            return OpenOffer(offer, entry, mine)
        is_over = entry.status is not WaitingStatus.WAITING and entry.served_by != reference
        has_lost_it = entry.appointment_reference and (mine is None or mine.status is not AppointmentStatus.BOOKED)
        has_used_it = not entry.appointment_reference and mine is not None and mine.status in _MADE_A_VISIT
        if is_over or has_lost_it or has_used_it:
            raise NotWaiting("the entry has ended")
        if not is_in_time:
            raise LinkExpired("the time is over or too near")
        is_held_by_them = mine is not None and has_the_time and mine.status in TAKES_TIME
        if not is_open and not is_held_by_them:
            raise TimeTaken("somebody else was faster")
        return OpenOffer(offer, entry)

    def take(self, reference: str) -> Appointment:
        """Take an offered time: book it, or move the visit there; twice is once. Raises what `look_up` does."""
        found = self.look_up(reference)
        if found.appointment is not None:
            return found.appointment
        # First of all, so that of two offers taken at once only one becomes a visit.
        if not self._store.serve(found.entry.reference, reference):
            raise NotWaiting("another offer was taken")
        try:
            taken = self._move(found.entry, found.offer) if found.moves else self._book_for(found.entry, found.offer)
        except BookingUnavailable:
            raise  # it may have been booked all the same: the same link, once more, finds out
        except Refused as refusal:
            self._store.wait_again(found.entry.reference, reference)
            raise (TimeTaken("somebody else was faster") if isinstance(refusal, HoldExpired) else refusal) from None
        self._store.leave(found.entry.reference)  # their other places on the list
        return taken

    def _book_for(self, entry: WaitingListEntry, offer: Offer) -> Appointment:
        sender, patient = f"waiting {entry.reference}", entry.patient
        held = self._desk.hold(_hold_key(offer), sender, offer.slot)
        return self._desk.book(
            held.reference, sender, name=patient.name, contact=patient.contact.value, reason=patient.reason
        )

    def _move(self, entry: WaitingListEntry, offer: Offer) -> Appointment:
        found = self._visit(entry, offer)
        if found is None or found.patient is None:
            raise NotWaiting("there is no visit to move")
        contact, who = found.patient.contact.value, f"offer {offer.reference}"
        return self._desk.move(found.reference, contact, offer.slot, who, by_link=True)

    def _visit(self, entry: WaitingListEntry, offer: Offer) -> Appointment | None:
        """The visit that taking the offer moves, or the one it makes."""
        if entry.appointment_reference is not None:
            return self._book.find(entry.appointment_reference)
        return self._book.find_hold(_hold_key(offer))


def is_free(desk: BookingDesk, slot: TimeSlot) -> bool:
    """Whether a time that the timetable offers is taken by nobody."""
    return slot in desk.free(slot.visit_type, slot.clinician, slot.start, slot.start + CELL, most=1)


def _hold_key(offer: Offer) -> str:
    return f"offer {offer.reference} {offer.entry_reference}"
