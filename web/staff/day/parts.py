"""What the routes of the day have in common: desks that are asked for on use, and failures in words."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from fastapi import HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute

from clinic.booking.errors import AppointmentNotFound, BookingUnavailable
from clinic.booking.front_desk import FrontDesk
from clinic.review.inbox.emergencies import EmergencyDesk
from clinic.staff.model import Permission, StaffMember
from clinic.staff.ports import AuditLog
from clinic.turns import TurnStoreError
from web.staff.access import Instead


class Access(Protocol):
    """What is needed of `web.staff.access.Access`."""

    def may(self, permission: Permission) -> Callable[[Request], StaffMember]:
        """A dependency that gives who it is."""


class Pages(Protocol):
    """What is needed of `web.staff.pages.StaffPages`."""

    def show(
        self, request: Request, template: str, member: StaffMember | None, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """A page."""

    def moved(self, address: str, said: str | None = None) -> RedirectResponse:
        """To another page after something was done."""


@dataclass(frozen=True)
class DayDesks:
    """Use cases, each made on use; `names`: what a member of the staff is called, by id."""

    front: Callable[[], FrontDesk | None]
    emergencies: Callable[[], EmergencyDesk]
    audit: AuditLog
    names: Callable[[str], str]


def open_front(desks: DayDesks, pages: Pages, request: Request, member: StaffMember) -> FrontDesk:
    """The front desk; a page that says what is missing where the clinic has no schedule yet."""
    found = desks.front()
    if found is None:
        raise Instead(pages.show(request, "day_no_schedule.html", member))
    return found


class DayRoute(APIRoute):
    """A route whose store may fail, and whose visit may not exist."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's handler, with such failures as HTTP errors; `web.staff.errors` makes pages of them."""
        handler = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handler(request)
            except (BookingUnavailable, TurnStoreError):
                raise HTTPException(503) from None
            except AppointmentNotFound:
                raise HTTPException(404) from None

        return answer


def read_day(text: str, today: date) -> date:
    """A day from an address; today where it is none that a calendar of ours could show."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return today
    return found if 2000 <= found.year < 2200 else today
