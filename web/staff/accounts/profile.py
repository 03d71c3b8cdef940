"""One's own account: password, app, recovery codes, signing out everywhere."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from clinic.staff.errors import StaffError
from clinic.staff.model import Permission, StaffMember
from clinic.staff.own_account import NewApp, OwnAccountDesk
from clinic.staff.session import SignedIn
from web.staff.access import SESSION, SIGN_IN, Access
from web.staff.accounts.parts import AccountParts, status_of
from web.staff.accounts.qr import in_groups, qr_svg
from web.staff.pages import StaffPages
from web.staff.routes import Area

PROFILE = "/staff/profile"
Field = Annotated[str, Form()]


def profile_area(parts: AccountParts) -> Area:
    """`/staff/profile` and what lies under it."""

    def area(access: Access, pages: StaffPages) -> APIRouter:
        routes = APIRouter(include_in_schema=False)
        allowed = access.may(Permission.READ)

        def me(request: Request, _: Annotated[StaffMember, Depends(allowed)]) -> SignedIn:
            found: SignedIn = request.state.staff
            return found

        Me = Annotated[SignedIn, Depends(me)]  # noqa: N806

        def own() -> OwnAccountDesk:
            return parts.desks().own

        def form(request: Request, template: str, who: SignedIn, error: StaffError | None = None,
                 app: NewApp | None = None) -> Response:  # fmt: skip
            status, errors = (status_of(error), error.errors) if error else (200, {})
            more = _shown(app) if app else {}
            return pages.show(request, template, who.account.member, status, errors=errors, **more)

        def codes_page(request: Request, who: SignedIn, codes: list[str]) -> Response:
            return pages.show(request, "accounts_recovery_codes.html", who.account.member, codes=codes)

        @routes.get(PROFILE)
        def profile(request: Request, who: Me) -> Response:
            left = own().recovery_codes_left(who.account)
            return pages.show(
                request, "accounts_profile.html", who.account.member, account=who.account, codes_left=left
            )

        @routes.get(f"{PROFILE}/password")
        def ask_for_password(request: Request, who: Me) -> Response:
            return form(request, "accounts_password.html", who)

        @routes.post(f"{PROFILE}/password")
        def change_password(
            request: Request, who: Me, old: Field = "", password: Field = "", again: Field = ""
        ) -> Response:
            try:
                own().change_password(who, old, password, again)
            except StaffError as error:
                return form(request, "accounts_password.html", who, error)
            return pages.moved(PROFILE, said="Your password is changed. You are signed out everywhere else.")

        @routes.get(f"{PROFILE}/app")
        def ask_for_app(request: Request, who: Me) -> Response:
            return form(request, "accounts_app.html", who, app=own().offer_app(who.account))

        @routes.post(f"{PROFILE}/app")
        def renew_app(request: Request, who: Me, old: Field = "", sealed: Field = "", code: Field = "") -> Response:
            try:
                codes = own().renew_app(who, old, sealed, code)
            except StaffError as error:
                return form(request, "accounts_app.html", who, error, own().offered(who.account, sealed))
            return codes_page(request, who, codes)

        @routes.get(f"{PROFILE}/recovery-codes")
        def ask_for_codes(request: Request, who: Me) -> Response:
            return form(request, "accounts_new_codes.html", who)

        @routes.post(f"{PROFILE}/recovery-codes")
        def new_codes(request: Request, who: Me, old: Field = "") -> Response:
            try:
                codes = own().new_recovery_codes(who, old)
            except StaffError as error:
                return form(request, "accounts_new_codes.html", who, error)
            return codes_page(request, who, codes)

        @routes.post(f"{PROFILE}/sign-out-everywhere")
        def sign_out_everywhere(who: Me) -> Response:
            parts.desks().sign_in.sign_out_everywhere(who.account.id)
            response = pages.moved(SIGN_IN, said="You are signed out everywhere.")
            access.cookies.remove(response, SESSION)
            return response

        return routes

    return area


def _shown(app: NewApp) -> dict[str, object]:
    return {"qr": qr_svg(app.address, "QR code for your app"), "secret": in_groups(app.secret), "sealed": app.sealed}
