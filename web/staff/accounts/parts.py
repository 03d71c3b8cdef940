"""What the pages of accounts work with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import Request, Response

from clinic.adapters.oidc import OidcProvider
from clinic.settings import Settings
from clinic.staff.desks import StaffDesks
from clinic.staff.errors import AccountLocked, SignInFailed, StaffError, TooManyTries
from web.client_address import address_key
from web.limits import RateLimit
from web.staff.access import BROWSER, SESSION, Access, Instead
from web.staff.cookies import refuses_plain_http
from web.staff.csrf import new_browser_id
from web.staff.pages import StaffPages

_TRIES_A_MINUTE = 40  # from one address: a whole clinic may sign in through one, two forms each
_PLAIN_HTTP = (
    "Signing in is closed: this page came over a connection that others could read along. "
    "Whoever runs the server has to put it behind https and set PUBLIC_URL to that address."
)


@dataclass(frozen=True)
class AccountParts:
    """`desks` are asked for on use; `provider`: the clinic's own sign-in service, where it has one."""

    settings: Settings
    desks: Callable[[], StaffDesks]
    limit: RateLimit
    provider: OidcProvider | None = None

    def no_rush(self) -> Callable[[Request], Awaitable[None]]:
        """A dependency: so many tries from one address; raises `TooMany`."""

        async def check(request: Request) -> None:
            key = address_key(self.settings.secret_key, request)
            await self.limit.check(f"staff:{key}", _TRIES_A_MINUTE)

        return check

    def is_private(self, pages: StaffPages) -> Callable[[Request], None]:
        """A dependency of what takes passwords: in production only where nobody can read along."""

        def check(request: Request) -> None:
            if refuses_plain_http(self.settings):
                page = pages.show(request, "staff_error.html", None, 403, heading="No safe connection",
                                  text=_PLAIN_HTTP)  # fmt: skip
                raise Instead(page)

        return check


def status_of(error: StaffError) -> int:
    """The HTTP status of a form that was refused."""
    if isinstance(error, TooManyTries):
        return 429
    return 401 if isinstance(error, SignInFailed) else 403 if isinstance(error, AccountLocked) else 422


def signed_in_response(access: Access, response: Response, token: str) -> Response:
    """The browser holds the new session from now on."""
    access.cookies.set(response, SESSION, token)
    access.cookies.remove(response, BROWSER)
    return response


def with_forms(access: Access, request: Request, show: Callable[[], Response]) -> Response:
    """A page with a form for who is not signed in: its token needs something that the browser holds."""
    if access.is_known_browser(request):
        return show()
    held = new_browser_id()
    request.state.staff_held = held
    response = show()
    access.cookies.set(response, BROWSER, held)
    return response
