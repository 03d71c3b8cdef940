"""The addresses of the pages; every refusal becomes a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from fastapi import APIRouter, Form, Response
from fastapi.responses import FileResponse, RedirectResponse

from clinic.booking.desk import BookingDesk
from clinic.booking.errors import BookingUnavailable, TimeTaken
from clinic.booking.links import LeaveLinks, OfferLinks, VisitLinks
from clinic.booking.offer_desk import OfferDesk
from clinic.booking.waiting_list import WaitingList
from clinic.intake.errors import Refused
from clinic.settings import Settings
from web.booking_links.offer_pages import leave_page, offer_page, taken
from web.booking_links.pages import STYLE, Page, Pages, refused
from web.booking_links.proof import Proofs
from web.booking_links.visit_pages import VisitForm, VisitPages, ask_for_contact

Field = Annotated[str, Form()]
Desk = TypeVar("Desk")


def booking_link_routes(
    settings: Settings,
    desk: Callable[[], BookingDesk | None],
    waiting_list: Callable[[], WaitingList | None],
    offer_desk: Callable[[], OfferDesk | None],
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> APIRouter:
    """The router; the desks are asked for on use, and `None` where the clinic has given no timetable.

    The routes are no coroutines: each runs in a thread, and a busy database holds up no other request.
    """
    routes = APIRouter(include_in_schema=False)
    pages, proofs = Pages(settings.country), Proofs(settings.secret_key)
    signed = settings.secret_key, settings.public_url
    visits, offers, leave = VisitLinks(*signed), OfferLinks(*signed), LeaveLinks(*signed)

    def shown(page: Callable[[], Page]) -> Response:
        """The page, or the one that says why there is none."""
        try:
            return pages.response(page())
        except Refused as refusal:
            return pages.response(refused(refusal.code))
        except LookupError:  # a kind of visit or a clinician that the clinic has dropped since
            return pages.response(refused(BookingUnavailable.code))

    def visit_pages(reference: str) -> VisitPages:
        return VisitPages(_open(desk()), proofs, reference, now)

    def offer(token: str) -> Page:
        return offer_page(_open(offer_desk()), _open(desk()).timetable, leave, offers.reference_of(token))

    @routes.get("/booking-pages.css")
    def style() -> FileResponse:
        return FileResponse(STYLE, media_type="text/css")

    @routes.get("/visits/{token}")
    def open_visit(token: str) -> Response:
        def first_page() -> Page:
            visits.reference_of(token)
            return ask_for_contact()

        return shown(first_page)

    @routes.post("/visits/{token}")
    def answer_visit(
        token: str, step: Field = "", contact: Field = "", proof: Field = "", time: Field = "", day: Field = ""
    ) -> Response:
        form = VisitForm(step, contact, proof, time, day)
        return shown(lambda: visit_pages(visits.reference_of(token)).answer(form))

    @routes.get("/offers/{token}")
    def open_offer(token: str) -> Response:
        return shown(lambda: offer(token))

    @routes.post("/offers/{token}")
    def take_offer(token: str) -> Response:
        try:
            _open(offer_desk()).take(offers.reference_of(token))
        except TimeTaken:
            return pages.response(taken())
        except Refused as refusal:
            return pages.response(refused(refusal.code))
        # What is shown there is told by how things stand: a reload takes nothing twice.
        return RedirectResponse(token, status_code=303)

    @routes.get("/waiting-list/{token}")
    def ask_to_leave(token: str) -> Response:
        return shown(lambda: leave_page(_open(waiting_list()), leave.reference_of(token)))

    @routes.post("/waiting-list/{token}")
    def leave_list(token: str) -> Response:
        def left() -> Page:
            reference = leave.reference_of(token)
            _open(waiting_list()).leave(reference)
            return leave_page(_open(waiting_list()), reference)

        return shown(left)

    return routes


def _open(desk: Desk | None) -> Desk:
    if desk is None:
        raise BookingUnavailable("the clinic has no timetable")
    return desk
