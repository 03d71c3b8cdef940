"""Signing in and out."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request, Response

from clinic.staff.errors import SignInFailed, StaffError, TooManyTries
from clinic.staff.model import Permission, StaffMember
from web.staff.access import SESSION, SIGN_IN, Access
from web.staff.accounts.parts import AccountParts, signed_in_response, status_of, with_forms
from web.staff.pages import StaffPages, is_staff_address
from web.staff.routes import START, Area

_CODE = f"{SIGN_IN}/code"
Field = Annotated[str, Form()]


def sign_in_area(parts: AccountParts) -> Area:
    """`/staff/sign-in`, `/staff/sign-in/code`, `/staff/sign-out`, and `/staff/session`, which pages ask to go on."""

    def area(access: Access, pages: StaffPages) -> APIRouter:
        routes = APIRouter(include_in_schema=False)
        is_private, no_rush = Depends(parts.is_private(pages)), Depends(parts.no_rush())

        def password_page(request: Request, back: str, status: int = 200, ended: str = "", typed: str = "",
                          errors: dict[str, str] | None = None) -> Response:  # fmt: skip
            return with_forms(access, request, lambda: pages.show(
                request, "accounts_sign_in.html", None, status, next=back, ended=ended, email=typed,
                errors=errors or {}, has_clinic_account=parts.provider is not None,
            ))  # fmt: skip

        @routes.get(SIGN_IN, dependencies=[is_private])
        def ask_for_password(request: Request, next: str = "", ended: str = "") -> Response:
            token = access.cookies.get(request, SESSION)
            if token and parts.desks().sessions.resume(token):
                return pages.moved(staff_address(next))
            return password_page(request, staff_address(next), ended=ended)

        @routes.post(SIGN_IN, dependencies=[is_private, no_rush])
        def take_password(request: Request, email: Field = "", password: Field = "", next: Field = "") -> Response:
            back = staff_address(next)
            try:
                token = parts.desks().sign_in.password(email, password)
            except StaffError as error:
                return password_page(request, back, status_of(error), typed=email, errors=error.errors)
            parts.desks().sessions.end(access.cookies.get(request, SESSION))
            return signed_in_response(access, pages.moved(f"{_CODE}?next={quote(back)}"), token)

        @routes.get(_CODE, dependencies=[is_private])
        def ask_for_code(request: Request, next: str = "") -> Response:
            if parts.desks().sign_in.waiting_for_code(access.cookies.get(request, SESSION)) is None:
                return pages.moved(SIGN_IN)
            return pages.show(request, "accounts_code.html", None, next=staff_address(next), errors={})

        @routes.post(_CODE, dependencies=[is_private, no_rush])
        def take_code(request: Request, code: Field = "", next: Field = "") -> Response:
            back = staff_address(next)
            try:
                token = parts.desks().sign_in.code(access.cookies.get(request, SESSION), code)
            except (SignInFailed, TooManyTries) as error:
                if error.field == "email":  # too late: from the beginning
                    return password_page(request, back, status_of(error), errors=error.errors)
                return pages.show(request, "accounts_code.html", None, status_of(error), next=back,
                                  errors=error.errors)  # fmt: skip
            except StaffError as error:
                return password_page(request, back, status_of(error), errors=error.errors)
            return signed_in_response(access, pages.moved(back), token)

        @routes.post("/staff/sign-out")
        def sign_out(request: Request) -> Response:
            parts.desks().sign_in.sign_out(access.cookies.get(request, SESSION))
            response = pages.moved(SIGN_IN, said="You are signed out.")
            access.cookies.remove(response, SESSION)
            return response

        @routes.get("/staff/session")
        def go_on(member: Annotated[StaffMember, Depends(access.may(Permission.READ))]) -> Response:
            return Response(status_code=204, headers={"Cache-Control": "no-store"})

        return routes

    return area


def staff_address(address: str) -> str:
    """Back to where somebody was, as far as that is a page of ours."""
    return address if is_staff_address(address) and not address.startswith(SIGN_IN) else START
