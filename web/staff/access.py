"""Who may see and do what under `/staff`: dependencies for the routes of all areas.

A route of an area says what it asks for, in a file without `from __future__ import annotations`
(FastAPI reads the annotation where it stands, and `access` is a local name there):

    @routes.get("/staff/inbox")
    def inbox(request: Request, member: Annotated[StaffMember, Depends(access.may(Permission.READ))]) -> Response:

A page that asks by itself for what is new (`hx-trigger="every 5s"`) sends `X-Poll: 1`
(`hx-headers='{"X-Poll": "1"}'`): that is no use of the page, and the session ends when nobody is there.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, urlsplit

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.routing import Match

from clinic.staff.model import Permission, StaffMember
from clinic.staff.session import Sessions, SignedIn
from web.staff.cookies import StaffCookies
from web.staff.csrf import Csrf, sent_token

SESSION = "staff"  # the cookies
BROWSER = "staff-browser"
SIGN_IN = "/staff/sign-in"


class Instead(Exception):
    """Another answer than the route's; `web.staff.errors` sends it."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


class SignedOutMeanwhile(Exception):
    """A form was sent after the session had ended; a page gives back what was typed."""


class Forbidden(Exception):
    """Signed in, and not allowed to; a page says so."""


class FormRefused(Exception):
    """A form that does not come from a page of this session; a page says so."""

    def __init__(self, *, is_own_page: bool) -> None:
        """`is_own_page`: it comes from this site, so what was typed may be given back."""
        super().__init__()
        self.is_own_page = is_own_page


class Access:
    """Asks for the session at each request; the desk is built on use, so `web` starts without a database."""

    def __init__(self, sessions: Callable[[], Sessions], cookies: StaffCookies, csrf: Csrf) -> None:
        self.cookies, self.csrf = cookies, csrf
        self._sessions = sessions

    def may(self, permission: Permission) -> Callable[[Request], StaffMember]:
        """A dependency that gives who it is; to sign-in where nobody is, a page with 403 where they may not."""

        def allowed(request: Request) -> StaffMember:
            member = self.signed_in(request).account.member
            if not member.may(permission):
                raise Forbidden
            return member

        allowed.permission = permission  # type: ignore[attr-defined] # read by the test over all routes
        return allowed

    def signed_in(self, request: Request) -> SignedIn:
        """Whose request it is; raises `Instead`, `SignedOutMeanwhile`."""
        token = self.cookies.get(request, SESSION)
        found = self._sessions().resume(token, is_used="x-poll" not in request.headers) if token else None
        if found is None:
            if token is not None and request.method == "POST":
                raise SignedOutMeanwhile
            raise Instead(to_sign_in(request, was_in=token is not None))
        request.state.staff = found
        return found

    async def check_form(self, request: Request) -> None:
        """A dependency of every route: what changes something comes from a page of ours, or is refused."""
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return
        held = self.cookies.get(request, SESSION) or self.cookies.get(request, BROWSER)
        is_own_page = self.csrf.is_own_page(request)
        if held is None or not is_own_page or not self.csrf.is_right(await sent_token(request), held):
            raise FormRefused(is_own_page=is_own_page)

    def form_token(self, request: Request) -> str:
        """For the forms of a page that this request gets."""
        held = getattr(request.state, "staff_held", None)
        held = held or self.cookies.get(request, SESSION) or self.cookies.get(request, BROWSER)
        return self.csrf.token(held) if held else ""

    def is_known_browser(self, request: Request) -> bool:
        """Whether its forms can have a token."""
        return any(self.cookies.get(request, name) for name in (SESSION, BROWSER))


def to_sign_in(request: Request, *, was_in: bool) -> Response:
    """The answer that leads there, and from there back to the page; `was_in`: the session has ended."""
    if _came_from_elsewhere(request):
        return HTMLResponse(_AGAIN, headers={"Cache-Control": "no-store"})
    address = sign_in_address(request, was_in=was_in)
    if _is_by_htmx(request):
        return Response(status_code=200, headers={"HX-Redirect": address, "Cache-Control": "no-store"})
    return RedirectResponse(address, 303, {"Cache-Control": "no-store"})


def sign_in_address(request: Request, *, was_in: bool) -> str:
    """The page to sign in, which knows the way back."""
    return f"{SIGN_IN}?next={quote(_page_of(request), safe='/')}" + ("&ended=1" if was_in else "")


def _page_of(request: Request) -> str:
    """The whole page that a request belongs to: not the part of it that htmx asks for, and not where a form goes."""
    if _is_by_htmx(request):
        found = urlsplit(request.headers.get("hx-current-url", ""))
    elif request.method == "POST":
        found = urlsplit(request.headers.get("referer", ""))
    else:
        found = urlsplit(str(request.url))
    path = found.path
    if not path.startswith("/staff/") or path.startswith(SIGN_IN):
        return "/staff"
    if _is_page(request, path):
        return path + (f"?{found.query}" if found.query else "")
    while path != "/staff" and not _is_page(request, path):  # a form's page shown again stands where the form goes
        path = path.rpartition("/")[0]
    return path


def _is_page(request: Request, path: str) -> bool:
    asked = {"type": "http", "method": "GET", "path": path, "root_path": ""}
    return any(route.matches(asked)[0] is Match.FULL for route in request.app.routes)


def _is_by_htmx(request: Request) -> bool:
    return "hx-request" in request.headers


# Browsers keep a strict cookie back where a link of another site leads here, such as one in a mail: our own page
# asks once more, and then it is sent.
_AGAIN = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>One moment</title>'
    '<meta http-equiv="refresh" content="0"></head><body><p>One moment …</p></body></html>'
)


def _came_from_elsewhere(request: Request) -> bool:
    headers = request.headers
    return (
        request.method == "GET"
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-site") in ("cross-site", "same-site")
    )
