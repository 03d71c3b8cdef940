"""Calls at the booking desk in the API's words; they block, so each runs in a thread."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import UTC, datetime

from clinic.booking.appointment import Appointment
from clinic.booking.availability import TimeSlot
from clinic.booking.desk import BookingDesk
from clinic.booking.errors import AppointmentNotFound, HoldExpired, TimeTaken
from clinic.booking.model import REFERENCE_LENGTH, normal_reference
from web.booking import bodies
from web.booking.errors import TimeGone
from web.chat.turns import TurnError

MOST_SLOTS = 200
_EVER = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_REFERENCE = re.compile(rf"[0-9A-Z]{{{REFERENCE_LENGTH}}}")


def hold_key(secret_key: str, integration: str, idempotency_key: str) -> str:
    """What is stored of an integration's key: 64 hex digits, apart from every other integration's."""
    told = b"hold\x00" + integration.encode() + b"\x00" + idempotency_key.encode()
    return hmac.new(secret_key.encode(), told, hashlib.sha256).hexdigest()


def visit_types(desk: BookingDesk) -> bodies.VisitTypes:
    """Kinds of visit, each with who gives it."""
    table = desk.timetable
    kinds = [
        bodies.VisitType(
            id=v.id, title=v.title, minutes=v.length.seconds // 60,
            clinicians=[bodies.Clinician(id=c.id, name=c.name) for c in table.clinicians if v.id in c.visit_types],
        )
        for v in table.visit_types
    ]  # fmt: skip
    return bodies.VisitTypes(time_zone=table.zone.key, visit_types=kinds)


def slots(
    desk: BookingDesk, visit_type: str, clinician: str | None, since: datetime | None, until: datetime | None, most: int
) -> bodies.Slots:
    """Free times that begin between two moments; without them all that the timetable offers."""
    _known(desk, visit_type, clinician)
    found = desk.free(visit_type, clinician, since or _EVER[0], until or _EVER[1], most)
    return bodies.Slots(slots=[_slot(desk, slot) for slot in found])


def hold(desk: BookingDesk, key: str, sender: str, wish: bodies.HoldWish) -> bodies.Held:
    """Keep a time; refused with the nearest free ones."""
    _known(desk, wish.visit_type, wish.clinician)
    slot = _wished(desk, wish.start, wish.clinician, wish.visit_type)
    try:
        found = desk.hold(key, sender, slot)
    except TimeTaken as refusal:
        raise _gone(desk, slot, refusal) from None
    return _held(desk, found)


def confirm(desk: BookingDesk, reference: str, sender: str, said: bodies.Confirmation) -> bodies.Visit:
    """Make a hold an appointment, once."""
    if not said.consent:
        raise TurnError("consent_missing", 422)
    held = _own(desk, reference, sender)
    try:
        found = desk.book(held.reference, sender, name=said.name, contact=said.contact, reason=said.reason)
    except HoldExpired as refusal:
        raise _gone(desk, held.slot, refusal) from None
    return _visit(desk, found)


def release(desk: BookingDesk, reference: str, sender: str) -> bodies.Visit:
    """Give a hold up; what is booked stays booked, as the answer's status says."""
    desk.release(_own(desk, reference, sender).reference)
    return _visit(desk, _own(desk, reference, sender))


def look_up(desk: BookingDesk, who: str, proof: bodies.Proof) -> bodies.Visit:
    """The coming appointment, after proof."""
    return _visit(desk, desk.look_up(_reference(proof.reference), proof.contact, who))


def move(desk: BookingDesk, who: str, wish: bodies.MoveWish) -> bodies.Visit:
    """Give an appointment another time, after proof."""
    reference = _reference(wish.reference)
    now_at = desk.look_up(reference, wish.contact, who).slot
    _known(desk, now_at.visit_type, wish.clinician)
    slot = _wished(desk, wish.start, wish.clinician or now_at.clinician, now_at.visit_type)
    try:
        return _visit(desk, desk.move(reference, wish.contact, slot, who))
    except TimeTaken as refusal:
        raise _gone(desk, slot, refusal) from None


def cancel(desk: BookingDesk, who: str, proof: bodies.Proof) -> bodies.Visit:
    """End an appointment, after proof; a second time gives the same."""
    return _visit(desk, desk.cancel(_reference(proof.reference), proof.contact, who))


def _known(desk: BookingDesk, visit_type: str, clinician: str | None) -> None:
    """Refuse an id that the timetable does not have; ids are no secret."""
    if visit_type not in {v.id for v in desk.timetable.visit_types}:
        raise TurnError("unknown_visit_type", 422)
    if clinician is not None and clinician not in {c.id for c in desk.timetable.clinicians}:
        raise TurnError("unknown_clinician", 422)


def _reference(text: str) -> str:
    """A reference as it is stored; what cannot be one is not looked for in the database."""
    found = normal_reference(text)
    if not _REFERENCE.fullmatch(found):
        raise AppointmentNotFound("this is no reference")
    return found


def _own(desk: BookingDesk, reference: str, sender: str) -> Appointment:
    found = desk.own(_reference(reference), sender)
    if found is None:
        raise AppointmentNotFound("no hold of this sender has this reference")
    return found


def _wished(desk: BookingDesk, start: datetime, clinician: str, visit_type: str) -> TimeSlot:
    return TimeSlot(start, start + desk.timetable.visit_type(visit_type).length, clinician, visit_type)


def _gone(desk: BookingDesk, slot: TimeSlot, refusal: TimeTaken | HoldExpired) -> TimeGone:
    return TimeGone(refusal, [_slot(desk, near).model_dump(mode="json") for near in desk.nearest(slot)])


def _slot(desk: BookingDesk, slot: TimeSlot) -> bodies.Slot:
    zone = desk.timetable.zone
    return bodies.Slot(
        start=slot.start.astimezone(zone),
        end=slot.end.astimezone(zone),
        clinician=slot.clinician,
        visit_type=slot.visit_type,
    )


def _visit(desk: BookingDesk, found: Appointment) -> bodies.Visit:
    slot = _slot(desk, found.slot)
    return bodies.Visit(reference=found.reference, status=found.status.value, **dict(slot))


def _held(desk: BookingDesk, found: Appointment) -> bodies.Held:
    until = found.held_until.astimezone(desk.timetable.zone)
    return bodies.Held(**dict(_visit(desk, found)), held_until=until)
