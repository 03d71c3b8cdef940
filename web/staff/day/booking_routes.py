"""Booking for a patient on the phone: choose a time, which is kept for some minutes, then who it is for."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Form, Request, Response

from clinic.booking.appointment import Appointment, AppointmentStatus
from clinic.booking.errors import AppointmentNotFound, BookingUnavailable, HoldExpired
from clinic.booking.front_desk import FrontDesk
from clinic.booking.spoken_times import in_full, on_the_clock
from clinic.intake.errors import Refused
from clinic.staff.model import Permission, StaffMember
from web.staff.day.parts import Access, DayDesks, Pages, open_front, read_day
from web.staff.day.times import offer_of, read_slot
from web.staff.day.words import FIELDS, REFUSALS, clinician_name, hears_by, visit_title

_BOOK = "/staff/day/book"
_LONGEST = 400


@dataclass(frozen=True)
class Typed:
    """What was typed of the patient; goes along when another time has to be chosen."""

    name: str = ""
    contact: str = ""
    reason: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed yet."""
        return not (self.name or self.contact or self.reason)


def typed_fields(
    name: Annotated[str, Form()] = "", contact: Annotated[str, Form()] = "", reason: Annotated[str, Form()] = ""
) -> Typed:
    """A dependency."""
    return Typed(name[:_LONGEST], contact[:_LONGEST], reason[:_LONGEST])


def add_booking_routes(routes: APIRouter, access: Access, pages: Pages, desks: DayDesks) -> None:
    """Below `/staff/day/book`."""
    acting = Annotated[StaffMember, Depends(access.may(Permission.CHAT))]
    about = Annotated[Typed, Depends(typed_fields)]

    def times_page(
        request: Request, member: StaffMember, wish: tuple[str, str, str], typed: Typed, error: str = ""
    ) -> Response:
        front = open_front(desks, pages, request, member)
        return pages.show(
            request, "day_book.html", member, status=409 if error else 200,
            **_times(front, wish), typed=typed, errors={"times": error} if error else {}, key=uuid4().hex,
        )  # fmt: skip

    def details_page(
        request: Request, member: StaffMember, held: Appointment, typed: Typed, errors: dict[str, str] | None = None
    ) -> Response:
        front = open_front(desks, pages, request, member)
        return pages.show(
            request, "day_book_details.html", member, status=422 if errors else 200, typed=typed,
            errors=errors or {}, **_held(front, held),
        )  # fmt: skip

    @routes.get(_BOOK)
    def choose(request: Request, member: acting, visit_type: str = "", clinician: str = "", day: str = "") -> Response:
        return times_page(request, member, (visit_type, clinician, day), Typed())

    @routes.post(f"{_BOOK}/times")
    def choose_again(
        request: Request, member: acting, typed: about, visit_type: Annotated[str, Form()] = "",
        clinician: Annotated[str, Form()] = "", day: Annotated[str, Form()] = "",
    ) -> Response:  # fmt: skip
        """The same with what was typed, which must not stand in an address."""
        return times_page(request, member, (visit_type, clinician, day), typed)

    @routes.post(f"{_BOOK}/hold")
    def hold(
        request: Request, member: acting, typed: about, time: Annotated[str, Form()] = "",
        key: Annotated[str, Form()] = "", visit_type: Annotated[str, Form()] = "",
        clinician: Annotated[str, Form()] = "", day: Annotated[str, Form()] = "",
    ) -> Response:  # fmt: skip
        wish = visit_type, clinician, day
        if not time:
            return times_page(request, member, wish, typed, "Choose a time.")
        front = open_front(desks, pages, request, member)
        try:
            held = front.hold(key[:64] or uuid4().hex, member.id, read_slot(time, front))
        except BookingUnavailable:
            raise
        except Refused as refusal:
            return times_page(request, member, wish, typed, REFUSALS.get(refusal.code, "Choose another time."))
        if typed.is_empty:
            return pages.moved(f"{_BOOK}/{held.reference}")
        return details_page(request, member, held, typed)

    @routes.get(f"{_BOOK}/{{reference}}")
    def ask_who(request: Request, member: acting, reference: str) -> Response:
        held = open_front(desks, pages, request, member).held(reference, member.id)
        if held.status is AppointmentStatus.BOOKED:
            return pages.moved(f"/staff/day/visits/{held.reference}")
        return details_page(request, member, held, Typed())

    @routes.post(f"{_BOOK}/{{reference}}")
    def book(request: Request, member: acting, typed: about, reference: str) -> Response:
        front = open_front(desks, pages, request, member)
        held = front.held(reference, member.id)
        patient, problems = front.read_patient(typed.name, typed.contact, typed.reason)
        if patient is None:
            return details_page(request, member, held, typed, {name: FIELDS[code] for name, code in problems.items()})
        is_new = held.status is not AppointmentStatus.BOOKED
        try:
            booked = front.book(held.reference, member.id, patient)
        except (HoldExpired, AppointmentNotFound):
            day = held.slot.start.astimezone(front.timetable.zone).date()
            wish = held.slot.visit_type, held.slot.clinician, str(day)
            return times_page(request, member, wish, typed, REFUSALS["hold_expired"])
        if is_new:
            desks.audit.note(member.id, "visit.booked", booked.reference)
        return pages.moved(f"/staff/day/visits/{booked.reference}", said=f"Booked. {hears_by(booked)}")

    @routes.post(f"{_BOOK}/{{reference}}/give-up")
    def give_up(request: Request, member: acting, reference: str) -> Response:
        open_front(desks, pages, request, member).give_up(reference, member.id)
        return pages.moved("/staff/day", said="Nothing was booked. The time is free again.")


def _times(front: FrontDesk, wish: tuple[str, str, str]) -> dict[str, Any]:
    visit_type, clinician, day = wish
    table, today = front.timetable, front.now().date()
    kinds = [
        v for v in table.visit_types if clinician in ("", *(c.id for c in table.clinicians if v.id in c.visit_types))
    ]
    chosen = visit_type if any(v.id == visit_type for v in table.visit_types) else ""
    shown: date = max(read_day(day, today), today)
    seer = clinician if any(c.id == clinician for c in table.clinicians) else ""
    return {
        "visit_type": chosen, "clinician": seer, "day": shown, "today": today,
        "kinds": [(v.id, f"{v.title} ({int(v.length.total_seconds() // 60)} minutes)") for v in kinds],
        "clinicians": [("", "Whoever is free"), *((c.id, c.name) for c in table.clinicians)],
        "offer": offer_of(front, chosen, seer or None, shown) if chosen else None,
    }  # fmt: skip


def _held(front: FrontDesk, held: Appointment) -> dict[str, Any]:
    table, slot = front.timetable, held.slot
    zone = table.zone
    return {
        "reference": held.reference, "title": visit_title(table, slot.visit_type),
        "clinician": clinician_name(table, slot.clinician), "when": in_full(slot.start.astimezone(zone)),
        "until": on_the_clock(held.held_until.astimezone(zone).time()), "is_kept": held.held_until > front.now(),
        "slot": slot, "day": slot.start.astimezone(zone).date(),
    }  # fmt: skip
