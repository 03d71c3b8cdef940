"""The front desk: staff see the day, book for a patient on the phone, move, cancel, and note who did not come.

The claims are those of the chat, so nothing is booked twice; the patient hears of every change as after a chat.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from clinic.booking.appointment import Appointment, AppointmentStatus, Patient
from clinic.booking.availability import TimeSlot
from clinic.booking.busy import BusyTime, BusyTimes
from clinic.booking.desk import BookingDesk
from clinic.booking.errors import AppointmentNotFound, NameMissing, NameTooLong
from clinic.booking.fields import FREE_TEXT_CHARACTERS
from clinic.booking.model import normal_reference
from clinic.booking.names import NAME_CHARACTERS
from clinic.booking.ports import AppointmentBook
from clinic.booking.timetable import Timetable
from clinic.booking.visit_notes import Deed, PastChange, VisitNote, VisitNotes, history
from clinic.intake import FieldError, read_contact
from clinic.intake.said import tidy

_DAY = timedelta(days=1)
_MOST_TIMES = 300
_MOST_FOUND = 50
_FEWEST_DIGITS = 4


class VisitChanged(Exception):
    """Somebody has changed the visit since the page was shown; nothing was done. Patients never hear of it."""


class VisitNotBegun(Exception):
    """Nobody has missed a visit that has not begun."""


class FrontDesk:
    """Use cases of staff around appointments; every refusal is a `BookingError` by its name, or one of those above.

    `by` is always the id of a member of the staff, `seen` the visit's sequence on the page they acted from.
    """

    def __init__(
        self, book: AppointmentBook, desk: BookingDesk, notes: VisitNotes, *, busy: BusyTimes | None = None,
        region: str = "US", now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        """`desk` is the one on `book`, without a lead time."""
        self._book, self._desk, self._notes, self._busy = book, desk, notes, busy
        self._region, self._now = region, now

    @property
    def timetable(self) -> Timetable:
        """Clinicians, kinds of visit and hours."""
        return self._desk.timetable

    def now(self) -> datetime:
        """The time on the clinic's wall clock."""
        return self._now().astimezone(self.timetable.zone)

    def visits(self, first: date, last: date) -> list[Appointment]:
        """Visits of some days of the clinic's calendar, both included; missed and cancelled ones too."""
        return self._book.between(*self._span(first, last))

    def busy(self, first: date, last: date) -> list[BusyTime]:
        """When clinicians are busy otherwise, as their calendars say."""
        return self._busy.between(*self._span(first, last)) if self._busy is not None else []

    def search(self, text: str) -> list[Appointment]:
        """Visits by a part of the name, the contact or the reference; the latest first."""
        wanted = tidy(text)
        if not wanted:
            return []
        for form in dict.fromkeys((wanted, *self._other_forms(wanted))):
            if found := self._book.search(form, _MOST_FOUND):
                return found
        return []

    def find(self, reference: str) -> Appointment:
        """A visit; raises `AppointmentNotFound`, also for a hold of somebody who is booking."""
        found = self._book.find(normal_reference(reference))
        if found is None or found.patient is None:
            raise AppointmentNotFound("no visit has this reference")
        return found

    def history(self, reference: str) -> list[PastChange]:
        """What became of a visit so far, oldest first."""
        return history(self._book.events_of(reference), self._notes.of(reference))

    def times(self, visit_type: str, clinician: str | None, day: date) -> list[TimeSlot]:
        """The free times of a day; `KeyError` for an unknown kind of visit."""
        return self._desk.free(visit_type, clinician, *self._span(day, day), _MOST_TIMES)

    def next_day(self, visit_type: str, clinician: str | None, after: date) -> date | None:
        """The first day after one with a free time."""
        since, until = self._span(after + _DAY, after + _DAY + self.timetable.horizon)
        found = self._desk.free(visit_type, clinician, since, until, 1)
        return found[0].start.astimezone(self.timetable.zone).date() if found else None

    def hold(self, key: str, by: str, slot: TimeSlot) -> Appointment:
        """Keep a time while the patient's name is typed; a member holds one time, the last. See `BookingDesk.hold`."""
        return self._desk.hold(key, _sender(by), slot)

    def held(self, reference: str, by: str) -> Appointment:
        """The time that a member holds, or what became of it; raises `AppointmentNotFound`."""
        found = self._desk.own(reference, _sender(by))
        if found is None:
            raise AppointmentNotFound("no hold of this member has this reference")
        return found

    def give_up(self, reference: str, by: str) -> None:
        """Let a held time go, so that it is free at once."""
        self._desk.release(self.held(reference, by).reference)

    def read_patient(self, name: str, contact: str, reason: str) -> tuple[Patient | None, dict[str, str]]:
        """The patient, or the code of what is wrong by field. Staff type a name, not a sentence: any will do."""
        problems: dict[str, str] = {}
        typed, why = tidy(name), tidy(reason)
        if not typed:
            problems["name"] = NameMissing.code
        elif len(typed) > NAME_CHARACTERS:
            problems["name"] = NameTooLong.code
        if len(why) > FREE_TEXT_CHARACTERS:
            problems["reason"] = "reason_too_long"
        try:
            reached = read_contact(contact, self._region)
        except FieldError as error:
            problems["contact"] = error.code
        else:
            if not problems:
                return Patient(typed, reached, why), {}
        return None, problems

    def book(self, reference: str, by: str, patient: Patient) -> Appointment:
        """Make a member's hold a booking, once; raises `HoldExpired`, `AppointmentNotFound`."""
        booked = self._desk.book_for(reference, _sender(by), patient)
        self._note(booked, Deed.BOOKED, by)
        return booked

    def move(self, reference: str, slot: TimeSlot, by: str, seen: int, reason: str = "") -> Appointment:
        """Give a coming visit another time. Raises `VisitChanged`, `TimeTaken`, `TimeNotOffered`."""
        found = self._seen(reference, seen)
        moved = self._desk.move(found.reference, _contact(found), slot, f"staff {by}", by_link=True)
        if moved.sequence != found.sequence:
            self._note(moved, Deed.MOVED, by, reason)
        return moved

    def cancel(self, reference: str, by: str, seen: int, reason: str) -> Appointment:
        """End a coming visit; its time is free at once. Raises `VisitChanged`."""
        found = self.find(reference)
        if found.status is AppointmentStatus.CANCELLED:
            return found
        found = self._seen(reference, seen)
        ended = self._desk.cancel(found.reference, _contact(found), f"staff {by}", by_link=True)
        self._note(ended, Deed.CANCELLED, by, reason)
        return ended

    def no_show(self, reference: str, by: str, *, came: bool = False) -> Appointment:
        """Note that nobody came, or take that back. Raises `VisitNotBegun`, `AppointmentNotFound`."""
        found = self.find(reference)
        if found.slot.start > self._now():
            raise VisitNotBegun("the visit has not begun")
        changed = self._book.mark_no_show(found.reference, self._now(), came)
        if changed.sequence != found.sequence:
            self._note(changed, Deed.CAME if came else Deed.NO_SHOW, by)
        return changed

    def _seen(self, reference: str, seen: int) -> Appointment:
        found = self.find(reference)
        if found.sequence != seen:
            raise VisitChanged("the visit was changed meanwhile")
        return found

    def _note(self, visit: Appointment, deed: Deed, by: str, reason: str = "") -> None:
        why = tidy(reason)[:FREE_TEXT_CHARACTERS]
        self._notes.add(VisitNote(visit.reference, visit.sequence, deed, by, self._now(), why))

    def _span(self, first: date, last: date) -> tuple[datetime, datetime]:
        zone = self.timetable.zone
        since, until = (datetime.combine(day, time.min, zone) for day in (first, last + _DAY))
        return since.astimezone(UTC), until.astimezone(UTC)

    def _other_forms(self, text: str) -> list[str]:
        """A phone number and a reference as they are kept, however they were typed."""
        digits = "".join(c for c in text if c.isdigit())
        is_number = len(digits) >= _FEWEST_DIGITS and not any(c.isalpha() for c in text)
        return [normal_reference(text), *([digits] if is_number else [])]


def with_no_lead(timetable: Timetable) -> Timetable:
    """Whoever stands at the front desk may be booked for this very hour."""
    return replace(timetable, lead=timedelta(0))


def _sender(by: str) -> str:
    return f"staff {by}"


def _contact(found: Appointment) -> str:
    return found.patient.contact.value if found.patient else ""
