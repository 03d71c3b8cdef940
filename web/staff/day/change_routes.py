"""Another time for a visit, and its end; the patient hears of both as after a chat."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from clinic.booking.appointment import AppointmentStatus
from clinic.booking.errors import AppointmentNotFound, BookingUnavailable
from clinic.booking.front_desk import VisitChanged
from clinic.intake.errors import Refused
from clinic.staff.model import Permission, StaffMember
from web.staff.day.parts import Access, DayDesks, Pages, open_front, read_day
from web.staff.day.times import offer_of, read_slot
from web.staff.day.visit_view import CHANGED, OVER, facts
from web.staff.day.words import REFUSALS, hears_by

_VISIT = "/staff/day/visits/{reference}"
VisitPage = Callable[[Request, StaffMember, str, str], Response]


def add_change_routes(routes: APIRouter, access: Access, pages: Pages, desks: DayDesks, visit_page: VisitPage) -> None:
    """Below a visit's page; `visit_page` shows it with a sentence above."""
    acting = Annotated[StaffMember, Depends(access.may(Permission.CHAT))]

    def move_page(request: Request, member: StaffMember, reference: str, wish: tuple[str, str], reason: str = "",
                  error: str = "") -> Response:  # fmt: skip
        front = open_front(desks, pages, request, member)
        found = front.find(reference)
        table, (day, clinician) = front.timetable, wish
        shown = max(read_day(day, found.slot.start.astimezone(table.zone).date()), front.now().date())
        seers = [(c.id, c.name) for c in table.clinicians if found.slot.visit_type in c.visit_types]
        chosen = clinician if clinician in {seer for seer, _ in seers} else ""
        return pages.show(
            request, "day_move.html", member, status=409 if error else 200, **facts(front, found), day=shown,
            today=front.now().date(), clinicians=[("", "Whoever is free"), *seers], clinician=chosen, reason=reason,
            offer=offer_of(front, found.slot.visit_type, chosen or None, shown),
            errors={"times": error} if error else {},
        )  # fmt: skip

    @routes.get(f"{_VISIT}/move")
    def ask_when(request: Request, member: acting, reference: str, day: str = "", clinician: str = "") -> Response:
        front = open_front(desks, pages, request, member)
        found = front.find(reference)
        if not facts(front, found)["can_change"]:
            return visit_page(request, member, reference, OVER)
        return move_page(request, member, reference, (day, clinician))

    @routes.post(f"{_VISIT}/move")
    def move(
        request: Request, member: acting, reference: str, seen: Annotated[int, Form()],
        time: Annotated[str, Form()] = "", day: Annotated[str, Form()] = "", clinician: Annotated[str, Form()] = "",
        reason: Annotated[str, Form()] = "",
    ) -> Response:  # fmt: skip
        wish = day, clinician
        if not time:
            return move_page(request, member, reference, wish, reason, "Choose a time.")
        front = open_front(desks, pages, request, member)
        before = front.find(reference)
        try:
            moved = front.move(reference, read_slot(time, front), member.id, seen, reason)
        except VisitChanged:
            return visit_page(request, member, reference, CHANGED)
        except AppointmentNotFound:
            return visit_page(request, member, reference, OVER)
        except BookingUnavailable:
            raise
        except Refused as refusal:
            said = REFUSALS.get(refusal.code, "Choose another time.")
            return move_page(request, member, reference, wish, reason, said)
        if moved.sequence != before.sequence:
            details = {"from": before.slot.start.isoformat(), "to": moved.slot.start.isoformat()}
            desks.audit.note(member.id, "visit.moved", moved.reference, details)
        return pages.moved(f"/staff/day/visits/{moved.reference}", said=f"Moved. {hears_by(moved)}")

    @routes.get(f"{_VISIT}/cancel")
    def ask_to_cancel(request: Request, member: acting, reference: str) -> Response:
        front = open_front(desks, pages, request, member)
        shown = facts(front, front.find(reference))
        if not shown["can_change"]:
            return visit_page(request, member, reference, OVER)
        return pages.show(request, "day_cancel.html", member, **shown, errors={})

    @routes.post(f"{_VISIT}/cancel")
    def cancel(
        request: Request, member: acting, reference: str, seen: Annotated[int, Form()],
        reason: Annotated[str, Form()] = "",
    ) -> Response:  # fmt: skip
        front = open_front(desks, pages, request, member)
        found = front.find(reference)
        if not reason.strip():
            errors = {"reason": "Write in a few words why, so that a colleague knows."}
            return pages.show(request, "day_cancel.html", member, 422, **facts(front, found), errors=errors)
        try:
            ended = front.cancel(reference, member.id, seen, reason)
        except VisitChanged:
            return visit_page(request, member, reference, CHANGED)
        except AppointmentNotFound:
            return visit_page(request, member, reference, OVER)
        if found.status is AppointmentStatus.BOOKED:
            desks.audit.note(member.id, "visit.cancelled", ended.reference)
        return pages.moved(f"/staff/day/visits/{ended.reference}", said=f"Cancelled. {hears_by(ended)}")
