"""The waiting list: who would like a time, or an earlier one, is offered those that become free."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from clinic.booking.appointment import Appointment, AppointmentEvent, AppointmentStatus, Patient
from clinic.booking.availability import TimeSlot, is_offered
from clinic.booking.desk import BookingDesk
from clinic.booking.errors import BookingUnavailable, NotWaiting, WaitingNeedsEmail
from clinic.booking.fields import read_name, read_reason
from clinic.booking.model import new_reference
from clinic.booking.offer_desk import is_free
from clinic.booking.ports import AppointmentBook, ReferenceTaken
from clinic.booking.waiting_entry import Offer, WaitingListEntry, WaitingStatus
from clinic.booking.waiting_ports import WaitingListStore
from clinic.intake import Contact, ContactKind, read_contact

__all__ = ["Offer", "WaitingList", "WaitingListEntry", "WaitingStatus"]

AT_ONCE = 5
_NEXT_ROUND = timedelta(hours=2)  # then those behind the first five hear of it, if nobody took it
_LOOKS_WHILE_HELD = 3
_DRAWS = 5


class WaitingList:
    """Who waits, and who hears of a freed time; taking it is `OfferDesk`'s."""

    def __init__(
        self,
        store: WaitingListStore,
        book: AppointmentBook,
        desk: BookingDesk,
        *,
        region: str = "US",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        draw_reference: Callable[[], str] = new_reference,
    ) -> None:
        """`desk` is the one on `book`; `region` as there."""
        self._store, self._book, self._desk, self._region = store, book, desk, region
        self._now, self._draw = now, draw_reference

    def join(
        self, *, key: str, sender: str, visit_type: str, name: str, contact: str, reason: str,
        clinician: str | None = None, appointment: Appointment | None = None,
    ) -> WaitingListEntry:  # fmt: skip
        """Put somebody on the list; the same key gives the same entry again, with its first content.

        `appointment`: the visit to move, of somebody who has proven it (`BookingDesk.look_up`); then only earlier
        times are offered. Raises a `FieldError`, `WaitingNeedsEmail` for a phone number; `KeyError` for a kind of
        visit or a clinician the clinic has not.
        """
        if not key:
            raise ValueError("joining the waiting list needs an idempotency key")
        if appointment is not None and appointment.slot.visit_type != visit_type:
            raise ValueError("an earlier time is of the same kind of visit")
        self._desk.timetable.visit_type(visit_type)
        if clinician is not None:
            self._desk.timetable.clinician(clinician)
        entry = WaitingListEntry(
            reference=self._draw(),
            key=key,
            sender=sender,
            visit_type=visit_type,
            clinician=clinician,
            patient=Patient(read_name(name), self._email(contact), read_reason(reason)),
            joined_at=self._now(),
            appointment_reference=appointment.reference if appointment else None,
        )
        for _ in range(_DRAWS):
            try:
                return self._store.add(entry)
            except ReferenceTaken:
                entry = replace(entry, reference=self._draw())
        raise BookingUnavailable("no free reference was drawn")

    def find(self, reference: str) -> WaitingListEntry:
        """An entry, whatever has become of it. Raises `NotWaiting` where there is none."""
        found = self._store.find(reference)
        if found is None:
            raise NotWaiting("nobody has this place")
        return found

    def leave(self, reference: str, sender: str | None = None) -> WaitingListEntry:
        """Take somebody off the list; twice is no error. `sender`: only an entry of theirs. Raises `NotWaiting`."""
        found = self.find(reference)
        if sender not in (None, found.sender):
            raise NotWaiting("nobody has this place")
        return self._store.leave(reference) or found

    def offer(self, event: AppointmentEvent) -> timedelta | None:
        """Offer the time that an event freed to the next who fit, five at once, in the order they joined.

        Gives after how long to look again: others wait behind them, or the time is held; `None` when all is done.
        """
        slot = event.freed
        if slot is None or not is_offered(self._desk.timetable, slot, self._now()):
            return None
        if not is_free(self._desk, slot):
            return self._desk.timetable.hold if event.attempts <= _LOOKS_WHILE_HELD else None
        told = self._store.offered(slot, since=event.at)
        fitting = [e for e in self._in_line(slot, freed_by=event.reference) if e.reference not in told]
        self._store.add_offers([self._offer_to(entry, slot, event) for entry in fitting[:AT_ONCE]])
        return _NEXT_ROUND if len(fitting) > AT_ONCE else None

    def still_wants(self, offer: Offer) -> WaitingListEntry | None:
        """Who is to hear of an offer; `None` when the time is taken or over, or they do not wait for it any more."""
        if not is_offered(self._desk.timetable, offer.slot, self._now()) or not is_free(self._desk, offer.slot):
            return None
        in_line = self._in_line(offer.slot, freed_by=offer.freed_by)
        return next((entry for entry in in_line if entry.reference == offer.entry_reference), None)

    def _in_line(self, slot: TimeSlot, freed_by: str) -> Iterator[WaitingListEntry]:
        """Who waits for such a time, each person once; not whoever gave it up."""
        people: dict[str, tuple[WaitingListEntry, Appointment | None]] = {}
        for entry in self._store.waiting(slot.visit_type):
            visit = self._book.find(entry.appointment_reference) if entry.appointment_reference else None
            is_booked = visit is not None and visit.status is AppointmentStatus.BOOKED
            has_lost_it = entry.appointment_reference is not None and not is_booked
            person = _person(entry.patient)
            # Who joined once more for an earlier time keeps the first place, but must not get a second visit.
            if not has_lost_it and (person not in people or visit is not None):
                people[person] = (entry, visit)
        given_up = self._book.find(freed_by)
        people.pop(_person(given_up.patient) if given_up and given_up.patient else "", None)
        for entry, visit in people.values():
            is_earlier = visit is None or (visit.reference != freed_by and slot.start < visit.slot.start)
            if is_earlier and entry.clinician in (None, slot.clinician):
                yield entry

    def _offer_to(self, entry: WaitingListEntry, slot: TimeSlot, event: AppointmentEvent) -> Offer:
        now = self._now()
        return Offer(self._draw(), entry.reference, slot, event.reference, event.sequence, at=now, due_at=now)

    def _email(self, text: str) -> Contact:
        found = read_contact(text, self._region)
        if found.kind is not ContactKind.EMAIL:
            raise WaitingNeedsEmail("a freed time is offered by mail")
        return found


def _person(patient: Patient) -> str:
    return patient.contact.value.casefold()
