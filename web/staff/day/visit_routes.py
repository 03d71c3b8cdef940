"""A visit's own page, and whether the patient came."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from clinic.booking.errors import AppointmentNotFound
from clinic.booking.front_desk import VisitNotBegun
from clinic.staff.model import Permission, StaffMember
from web.staff.day.change_routes import add_change_routes
from web.staff.day.parts import Access, DayDesks, Pages, open_front
from web.staff.day.visit_view import facts, history

_VISIT = "/staff/day/visits/{reference}"


def add_visit_routes(routes: APIRouter, access: Access, pages: Pages, desks: DayDesks) -> None:
    """Below `/staff/day/visits`."""
    reading = Annotated[StaffMember, Depends(access.may(Permission.READ))]
    acting = Annotated[StaffMember, Depends(access.may(Permission.CHAT))]

    def visit_page(request: Request, member: StaffMember, reference: str, error: str = "") -> Response:
        front = open_front(desks, pages, request, member)
        found = front.find(reference)
        return pages.show(
            request, "day_visit.html", member, status=409 if error else 200, **facts(front, found),
            history=history(front, found, desks), errors={"": error} if error else {},
        )  # fmt: skip

    @routes.get(_VISIT)
    def show(request: Request, member: reading, reference: str) -> Response:
        return visit_page(request, member, reference)

    @routes.post(f"{_VISIT}/no-show")
    def no_show(request: Request, member: acting, reference: str, came: Annotated[str, Form()] = "") -> Response:
        front = open_front(desks, pages, request, member)
        before = front.find(reference)
        try:
            found = front.no_show(reference, member.id, came=bool(came))
        except VisitNotBegun:
            return visit_page(request, member, reference, "The visit has not begun yet.")
        except AppointmentNotFound:
            return visit_page(request, member, reference, "This visit is cancelled.")
        if found.sequence != before.sequence:
            desks.audit.note(member.id, "visit.came" if came else "visit.no_show", found.reference)
        said = "Noted: the patient came." if came else "Noted: the patient did not come."
        return pages.moved(f"/staff/day/visits/{found.reference}", said=said)

    add_change_routes(routes, access, pages, desks, visit_page)
