"""The page behind an invitation: a password, the app's code, and then the recovery codes once."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from clinic.staff.errors import LinkInvalid, StaffError
from web.staff.access import Access
from web.staff.accounts.parts import AccountParts, signed_in_response, status_of, with_forms
from web.staff.accounts.qr import in_groups, qr_svg
from web.staff.pages import StaffPages
from web.staff.routes import Area

JOIN = "/staff/join"
Field = Annotated[str, Form()]


def enrol_area(parts: AccountParts) -> Area:
    """`/staff/join/<token>`; opening it changes nothing, so that mail programs which look ahead use nothing up."""

    def area(access: Access, pages: StaffPages) -> APIRouter:
        routes = APIRouter(include_in_schema=False)
        is_private, no_rush = Depends(parts.is_private(pages)), Depends(parts.no_rush())

        def join_page(
            request: Request, token: str, status: int = 200, errors: dict[str, str] | None = None
        ) -> Response:
            try:
                offer = parts.desks().enrolment.open(token)
            except LinkInvalid as error:
                return pages.show(request, "staff_error.html", None, 410, heading="This link is over", text=str(error))
            qr = qr_svg(offer.address, "QR code for your app")
            return with_forms(access, request, lambda: pages.show(
                request, "accounts_join.html", None, status, account=offer.account, qr=qr,
                secret=in_groups(offer.secret), errors=errors or {},
            ))  # fmt: skip

        @routes.get(f"{JOIN}/{{token}}", dependencies=[is_private])
        def open_link(request: Request, token: str) -> Response:
            return join_page(request, token)

        @routes.post(f"{JOIN}/{{token}}", dependencies=[is_private, no_rush])
        def join(request: Request, token: str, password: Field = "", again: Field = "", code: Field = "") -> Response:
            try:
                session, codes = parts.desks().enrolment.enrol(token, password, again, code)
            except LinkInvalid:
                return join_page(request, token)
            except StaffError as error:
                return join_page(request, token, status_of(error), error.errors)
            request.state.staff_held = session  # the page's forms belong to the new session
            found = parts.desks().sessions.resume(session)
            member = found.account.member if found else None
            page = pages.show(request, "accounts_recovery_codes.html", member, codes=codes)
            return signed_in_response(access, page, session)

        return routes

    return area
