"""A visit after its link: prove it, then cancel it or choose another time; sent twice is done once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from clinic.booking.appointment import Appointment
from clinic.booking.desk import BookingDesk
from clinic.booking.errors import AppointmentNotFound, NoSuchDay, TimeNotOffered, TimeTaken
from clinic.booking.visit_in_words import visit_in_words
from web.booking_links.free_times import Day, by_day, free_days, read_choice, read_day
from web.booking_links.pages import Page
from web.booking_links.proof import Proof, Proofs

_LONGEST_CONTACT = 400
_NEAREST = 6


@dataclass(frozen=True)
class VisitForm:
    """What a page of a visit sends; everything may be missing or made up."""

    step: str = ""
    contact: str = ""
    proof: str = ""
    time: str = ""
    day: str = ""


class VisitPages:
    """The pages of one visit, by the reference that its link has signed."""

    def __init__(
        self, desk: BookingDesk, proofs: Proofs, reference: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        """`reference`: from a link of ours, so it was not guessed."""
        self._desk, self._proofs, self._reference, self._now = desk, proofs, reference, now

    def answer(self, form: VisitForm) -> Page:
        """The page that follows a form; raises a `BookingError` that ends it."""
        proof = self._proof(form)
        if proof is None:
            return ask_for_contact(notice="proof_expired")
        if not proof.contact:
            return ask_for_contact(refusal="contact_missing")
        steps = {"cancel": self._ask_to_cancel, "cancel_now": self._cancel, "times": self._times, "move": self._move}
        try:
            return steps.get(form.step, self._show)(proof, form)
        except AppointmentNotFound as refusal:
            return ask_for_contact(refusal=refusal.code)

    def _proof(self, form: VisitForm) -> Proof | None:
        if form.proof:
            return self._proofs.read(form.proof, self._reference)
        return Proof(self._reference, form.contact.strip()[:_LONGEST_CONTACT])

    def _show(self, proof: Proof, _: VisitForm) -> Page:
        return self._page("visit.html", proof, self._visit(proof))

    def _ask_to_cancel(self, proof: Proof, _: VisitForm) -> Page:
        found = self._visit(proof)
        return self._changed(proof, found) or self._page("cancel.html", proof, found)

    def _cancel(self, proof: Proof, _: VisitForm) -> Page:
        try:
            changed = self._changed(proof, self._visit(proof))
        except AppointmentNotFound:
            changed = None  # cancelled already, perhaps by the first of two clicks: then this is no error
        ended = changed or self._desk.cancel(proof.reference, proof.contact, proof.who, by_link=True)
        return ended if isinstance(ended, Page) else self._page("cancelled.html", proof, ended)

    def _times(self, proof: Proof, form: VisitForm) -> Page:
        found = self._visit(proof)
        first = self._now().astimezone(self._desk.timetable.zone)
        last = (first + self._desk.timetable.horizon).date()
        try:
            since, refusal = read_day(form.day, first.date(), last), None
        except NoSuchDay as error:
            since, refusal = first.date(), error.code
        days = free_days(self._desk, found.slot, since)
        return replace(self._times_page(proof, found, days, str(since)), refusal=refusal)

    def _move(self, proof: Proof, form: VisitForm) -> Page:
        if not form.time:
            return replace(self._times(proof, form), notice="times_not_chosen")
        found = self._visit(proof)
        try:
            slot = read_choice(form.time, found.slot.visit_type, self._desk)
            changed = self._changed(proof, found) if slot != found.slot else None
            if changed is not None:
                return changed
            moved = self._desk.move(proof.reference, proof.contact, slot, proof.who, by_link=True)
        except TimeTaken as refusal:
            days = list(by_day(self._desk, found.slot, self._desk.nearest(slot, _NEAREST)))
            return replace(self._times_page(proof, found, days, form.day), refusal=refusal.code)
        except TimeNotOffered as refusal:
            return replace(self._times(proof, form), refusal=refusal.code)
        return self._page("moved.html", proof, moved)

    def _visit(self, proof: Proof) -> Appointment:
        return self._desk.look_up(proof.reference, proof.contact, proof.who, by_link=True)

    def _changed(self, proof: Proof, found: Appointment) -> Page | None:
        """Nothing is done from a page that showed the visit otherwise than it is, such as one of an hour ago."""
        if found.sequence == proof.sequence:
            return None
        return replace(self._page("visit.html", proof, found), notice="changed")

    def _times_page(self, proof: Proof, found: Appointment, days: list[Day], since: str) -> Page:
        zone, horizon = self._desk.timetable.zone, self._desk.timetable.horizon
        local = self._now().astimezone(zone)
        values = {
            "days": days, "since": since, "first_day": str(local.date()), "last_day": str((local + horizon).date()),
            "visit_zone": zone.key.replace("_", " "),
        }  # fmt: skip
        return self._page("times.html", proof, found, **values)

    def _page(self, template: str, proof: Proof, found: Appointment, **more: Any) -> Page:
        signed = self._proofs.sign(replace(proof, sequence=found.sequence))
        return Page(template, {"visit": visit_in_words(found.slot, self._desk.timetable), "proof": signed, **more})


def ask_for_contact(refusal: str | None = None, notice: str | None = None) -> Page:
    """The first page of a link: it asks for the contact, and does not say whether there is a visit."""
    return Page("contact.html", refusal=refusal, notice=notice)
