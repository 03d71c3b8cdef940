"""Signing in with the clinic's own service (OpenID Connect): there and back."""

import hmac
from html import escape

import structlog
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from itsdangerous import BadData, URLSafeTimedSerializer

from clinic.adapters.oidc import OidcFailed, OidcProvider
from clinic.staff.errors import SignInFailed, StaffError
from web.staff.access import SESSION, SIGN_IN, Access
from web.staff.accounts.parts import AccountParts, signed_in_response, status_of, with_forms
from web.staff.accounts.sign_in import staff_address
from web.staff.pages import HEADERS, StaffPages
from web.staff.routes import Area

_THERE, BACK = f"{SIGN_IN}/clinic", f"{SIGN_IN}/clinic/back"
_COOKIE = "staff-clinic"
_SECONDS = 600
_NOT_NOW = "The clinic's sign-in service does not answer, or gave no good answer. Try again, or use your password."
_TOO_LATE = "That took too long, or it was begun in another browser. Please try again."
_REFUSED = "The clinic's sign-in service did not let you in."
log = structlog.get_logger()


def clinic_account_area(parts: AccountParts, provider: OidcProvider) -> Area:
    """`/staff/sign-in/clinic`, and the address that the service leads back to."""
    signer = URLSafeTimedSerializer(parts.settings.secret_key, salt="staff clinic account")

    def area(access: Access, pages: StaffPages) -> APIRouter:
        routes = APIRouter(include_in_schema=False)
        guards = [Depends(parts.is_private(pages)), Depends(parts.no_rush())]

        def refused(request: Request, error: StaffError) -> Response:
            return with_forms(access, request, lambda: pages.show(
                request, "accounts_sign_in.html", None, status_of(error), next=staff_address(""), ended="", email="",
                errors=error.errors, has_clinic_account=True,
            ))  # fmt: skip

        @routes.get(_THERE, dependencies=guards)
        def there(request: Request, next: str = "") -> Response:
            try:
                asked = provider.begin()
            except OidcFailed as error:
                log.warning("clinic account", error=str(error))
                return refused(request, SignInFailed(_NOT_NOW))
            response = RedirectResponse(asked.address, 303, {"Cache-Control": "no-store"})
            kept = signer.dumps([asked.state, asked.nonce, asked.verifier, staff_address(next)])
            # Lax: the browser comes back from the service's own pages.
            access.cookies.set(response, _COOKIE, str(kept), _SECONDS, same_site="lax")
            return response

        @routes.get(BACK, dependencies=guards)
        def back(request: Request, code: str = "", state: str = "", error: str = "") -> Response:
            try:
                token, address = come_in(request, code, state, error)
                response: Response = HTMLResponse(_onward(address), headers=dict(HEADERS))
                signed_in_response(access, response, token)
            except StaffError as refusal:
                response = refused(request, refusal)
            access.cookies.remove(response, _COOKIE)
            return response

        def come_in(request: Request, code: str, state: str, error: str) -> tuple[str, str]:
            try:
                kept = signer.loads(access.cookies.get(request, _COOKIE) or "", max_age=_SECONDS)
            except BadData:
                raise SignInFailed(_TOO_LATE) from None
            expected, nonce, verifier, address = map(str, kept)
            if not hmac.compare_digest(expected.encode(), state.encode("utf-8", "surrogatepass")):
                raise SignInFailed(_TOO_LATE)
            if error or not code:
                raise SignInFailed(_REFUSED)
            try:
                email = provider.confirmed_email(code, nonce, verifier)
            except OidcFailed as failure:
                log.warning("clinic account", error=str(failure))
                raise SignInFailed(_NOT_NOW) from None
            token = parts.desks().sign_in.by_clinic_account(email)
            parts.desks().sessions.end(access.cookies.get(request, SESSION))
            return token, staff_address(address)

        return routes

    return area


def _onward(address: str) -> str:
    """A page that leads on by itself: after a redirect from elsewhere, browsers would keep a strict cookie back."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Signed in</title>'
        f'<meta http-equiv="refresh" content="0; url={escape(address)}"></head>'
        f'<body><main><h1>Signed in</h1><p><a href="{escape(address)}">Go on</a></p></main></body></html>'
    )
