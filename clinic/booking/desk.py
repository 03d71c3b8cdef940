"""The booking desk: offers real times, holds one, books, moves, cancels, and looks up for whoever proves it."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import islice

from clinic.booking.appointment import Appointment, AppointmentStatus, Patient
from clinic.booking.availability import TimeSlot, cells, free_slots, is_offered, spread
from clinic.booking.busy import BusyTimes, busy_cells, is_busy
from clinic.booking.errors import (
    AppointmentNotFound,
    BookingUnavailable,
    HoldExpired,
    KeyReused,
    TimeNotOffered,
    TimeTaken,
    TooManyAttempts,
)
from clinic.booking.fields import read_name, read_reason
from clinic.booking.model import new_reference, normal_reference
from clinic.booking.ports import AppointmentBook, Attempts, ReferenceTaken
from clinic.booking.timetable import Timetable
from clinic.booking.wish import ANY_TIME, Wish
from clinic.intake import FieldError, read_contact

_DRAWS = 5
_DAY = timedelta(days=1)
_APART = timedelta(hours=1)
_NOBODY = "nobody@invalid"
# Wrong tries in a quarter of an hour: of somebody; and on one reference by all together, so that nobody shuts its
# owner out by trying, and nobody gets through a list of phone numbers either.
_MOST_OF_ONE, _MOST_ON_A_REFERENCE = 5, 50


class BookingDesk:
    """Use cases around an appointment; every refusal is a `BookingError` or a `FieldError` by its name."""

    def __init__(
        self,
        book: AppointmentBook,
        timetable: Timetable,
        attempts: Attempts,
        *,
        busy: BusyTimes | None = None,
        region: str = "US",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        draw_reference: Callable[[], str] = new_reference,
    ) -> None:
        """`busy`: when clinicians cannot be booked; `region`: whose phone numbers need no country code."""
        self._book, self._attempts, self._busy, self._region = book, attempts, busy, region
        self._now, self._draw = now, draw_reference
        self.timetable = timetable

    def offers(
        self, visit_type: str, clinician: str | None = None, wish: Wish = ANY_TIME, number: int = 5,
        but: Collection[datetime] = (),
    ) -> list[TimeSlot]:  # fmt: skip
        """At most `number` free times that fit, spread over days, the soonest among them.

        `but`: starts that were shown before; none of them, and none within the hour while there are others.
        """
        free = [slot for slot in self._free(visit_type, clinician, wish) if slot.start not in but]
        apart = [slot for slot in free if all(abs(slot.start - start) >= _APART for start in but)]
        return spread(apart or free, number)

    def free(
        self, visit_type: str, clinician: str | None, since: datetime, until: datetime, most: int
    ) -> list[TimeSlot]:
        """At most `most` free times that begin between two moments, in the order of time."""
        free = self._free(visit_type, clinician, self._days(since, until))
        return list(islice((slot for slot in free if since <= slot.start < until), most))

    def nearest(self, slot: TimeSlot, number: int = 3) -> list[TimeSlot]:
        """The free times closest to one that was taken, with whichever clinician."""
        return self.nearest_to(slot.visit_type, slot.start, number)

    def nearest_to(
        self, visit_type: str, start: datetime, number: int = 3, clinician: str | None = None
    ) -> list[TimeSlot]:
        """The free times closest to a moment."""
        near = self._days(start - 2 * _DAY, start + 2 * _DAY)
        for wish, reach in ((near, 2 * _DAY), (ANY_TIME, timedelta.max)):  # the whole book is hardly ever needed
            free = self._free(visit_type, clinician, wish)
            found: dict[datetime, TimeSlot] = {}
            for one in sorted(free, key=lambda other: abs(other.start - start)):
                if len(found) < number and abs(one.start - start) <= reach:
                    found.setdefault(one.start, one)
            if len(found) == number:
                break
        return sorted(found.values())

    def hold(self, key: str, sender: str, slot: TimeSlot) -> Appointment:
        """Keep a time for a while; the same key gives the same hold again, whatever has become of it.

        Raises `TimeNotOffered`, `TimeTaken`, `KeyReused` when the key held another time.
        """
        if not key:
            raise ValueError("a hold needs an idempotency key")
        now = self._now()
        earlier = self._book.find_hold(key)
        if earlier is not None:
            return _same(earlier, slot, sender)
        wished = Appointment(
            self._draw(), key, sender, slot, AppointmentStatus.HELD, now + self.timetable.hold, created_at=now
        )
        claimed = self._cells(slot) if is_offered(self.timetable, slot, now) else None
        if claimed is None:
            raise TimeNotOffered("the clinic does not offer this time")
        self._refuse_busy(slot)
        for _ in range(_DRAWS):
            try:
                held = self._book.hold(wished, claimed, now)
            except ReferenceTaken:
                wished = replace(wished, reference=self._draw())
                continue
            return _same(held, slot, sender)
        raise BookingUnavailable("no free reference was drawn")

    def book(self, reference: str, sender: str, *, name: str, contact: str, reason: str) -> Appointment:
        """Make a sender's hold a booking, once. Raises `HoldExpired`, `AppointmentNotFound`, a `FieldError`."""
        return self.book_for(reference, sender, Patient(
            read_name(name), read_contact(contact, self._region), read_reason(reason)
        ))  # fmt: skip

    def book_for(self, reference: str, sender: str, patient: Patient) -> Appointment:
        """As `book`, for a patient whose fields were read."""
        held = self._book.find(normal_reference(reference))
        if held is None or held.sender != sender:
            raise AppointmentNotFound("no hold of this sender has this reference")
        has_run_out = held.status is not AppointmentStatus.BOOKED and held.held_until <= self._now()
        if has_run_out and (not is_offered(self.timetable, held.slot, self._now()) or self._is_busy(held.slot)):
            raise HoldExpired("the hold ran out, and the time is over or not offered any more")
        return self._book.book(held.reference, patient, self._cells(held.slot), self._now(), self._reminder(held.slot))

    def own(self, reference: str, sender: str) -> Appointment | None:
        """The hold or booking that a sender made in this conversation."""
        found = self._book.find(normal_reference(reference))
        return found if found is not None and found.sender == sender else None

    def release(self, reference: str) -> None:
        """Give a hold up, so that its time is free at once; a booking stays."""
        held = self._book.find(reference)
        if held is not None and held.status is AppointmentStatus.HELD:
            self._book.cancel(reference, self._now())

    def look_up(self, reference: str, contact: str, who: str, *, by_link: bool = False) -> Appointment:
        """The coming appointment of whoever knows its reference and the phone or e-mail given with it.

        A wrong reference and a wrong contact look and take the same. `who` asks: after a few wrong tries
        `TooManyAttempts`. `by_link`: the reference was signed by us, so it was not guessed. Raises
        `AppointmentNotFound`.
        """
        found = self._proven(reference, contact, who, by_link)
        if found.status is not AppointmentStatus.BOOKED or found.slot.start <= self._now():
            raise AppointmentNotFound("the appointment is over or cancelled")
        return found

    def move(self, reference: str, contact: str, slot: TimeSlot, who: str, *, by_link: bool = False) -> Appointment:
        """Give an appointment another time after proof; see `look_up`. Raises `TimeTaken`, `TimeNotOffered`."""
        found = self.look_up(reference, contact, who, by_link=by_link)
        if found.slot == slot:
            return found
        if slot.visit_type != found.slot.visit_type or not is_offered(self.timetable, slot, self._now()):
            raise TimeNotOffered("the clinic does not offer this time for this visit")
        self._refuse_busy(slot)
        return self._book.move(found.reference, slot, self._cells(slot), self._now(), self._reminder(slot))

    def cancel(self, reference: str, contact: str, who: str, *, by_link: bool = False) -> Appointment:
        """End an appointment after proof; see `look_up`. Its time is free at once; a second time is no error."""
        found = self._proven(reference, contact, who, by_link)
        if found.status is AppointmentStatus.CANCELLED:
            return found
        if found.slot.start <= self._now():
            raise AppointmentNotFound("the appointment is over")
        return self._book.cancel(found.reference, self._now())

    def _proven(self, reference: str, contact: str, who: str, by_link: bool) -> Appointment:
        wanted = normal_reference(reference)
        keys = [(f"who:{who}", _MOST_OF_ONE)]
        if not by_link:
            keys.append((f"reference:{wanted}", _MOST_ON_A_REFERENCE))
        may_be_made = [self._attempts.begin(key, most) for key, most in keys]  # each counts, whatever the others say
        if not all(may_be_made):
            raise TooManyAttempts("too many wrong tries")
        found = self._book.find(wanted)
        is_proven = hmac.compare_digest(self._contact(contact), _contact_of(found))
        if found is None or not is_proven:
            raise AppointmentNotFound("no such appointment for this contact")
        for key, _ in keys:
            self._attempts.forget(key)
        return found

    def _free(self, visit_type: str, clinician: str | None, wish: Wish) -> Iterable[TimeSlot]:
        now = self._now()
        today, last = now.date(), (now + self.timetable.horizon).date()
        days = max(wish.first_day or today, today) - _DAY, min(wish.last_day or last, last) + 2 * _DAY
        since, until = (datetime.combine(day, time(), UTC) for day in days)
        taken = self._book.taken(since, until, now)
        if self._busy is not None:
            taken |= busy_cells(self._busy.between(since, until), since, until)
        return free_slots(self.timetable, self.timetable.visit_type(visit_type), taken, now, wish, clinician)

    def _days(self, since: datetime, until: datetime) -> Wish:
        """The days of a span on the clinic's calendar, both ends included, as far as there can be free times."""
        now, zone = self._now(), self.timetable.zone
        first, last = max(since, now), min(until, now + self.timetable.horizon)
        return Wish(first_day=first.astimezone(zone).date(), last_day=last.astimezone(zone).date())

    def _is_busy(self, slot: TimeSlot) -> bool:
        return self._busy is not None and is_busy(self._busy, self._cells(slot))

    def _refuse_busy(self, slot: TimeSlot) -> None:
        if self._is_busy(slot):
            raise TimeTaken("the clinician is busy at this time")

    def _reminder(self, slot: TimeSlot) -> datetime | None:
        """When a visit is recalled; not at all where it is that near already."""
        due = slot.start - self.timetable.remind_before
        return due if due > self._now() else None

    def _cells(self, slot: TimeSlot) -> list[tuple[str, datetime]]:
        return cells(slot, self.timetable.visit_type(slot.visit_type))

    def _contact(self, text: str) -> bytes:
        try:
            return read_contact(text, self._region).value.casefold().encode()
        except FieldError:
            return b""


def _same(held: Appointment, slot: TimeSlot, sender: str) -> Appointment:
    if held.slot != slot or held.sender != sender:
        raise KeyReused("the key belongs to another hold")
    return held


def _contact_of(appointment: Appointment | None) -> bytes:
    patient = appointment.patient if appointment else None
    return (patient.contact.value.casefold() if patient else _NOBODY).encode()
