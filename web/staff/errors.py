"""What goes wrong under `/staff`, as pages in words; everything else stays as it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from clinic.staff.errors import StaffStoreError
from clinic.staff.model import StaffMember
from web.limits import TooMany
from web.staff.access import Forbidden, FormRefused, Instead, SignedOutMeanwhile, sign_in_address, to_sign_in
from web.staff.pages import StaffPages
from web.staff.typed_words import typed_words

_WORDS = {
    403: ("Not for you", "Your role does not allow this. An admin can change your role."),
    404: ("Not found", "There is nothing at this address. It may have been removed, or the link is incomplete."),
    405: ("Not possible here", "This cannot be done at this address. Go back and try it from the page."),
    429: ("Too fast", "That was too often in a short time. Wait a minute, then try again."),
    422: ("Something is missing", "Something in what was sent cannot be read. Go back, check it and send it again."),
    500: ("Something went wrong", "That is our fault and not yours. Nothing was half saved. Please try again."),
    503: ("Not available right now", "The database does not answer. Nothing was saved. Try again in a minute."),
}
_FORM_REFUSED = (
    "This page is too old",
    "The form was not taken, because the page it stands on does not belong to your sign-in any more. "
    "Nothing was changed. Go back, reload the page and send it again. Your browser has to accept cookies.",
)
_ENDED = ("You were signed out", "Nothing was saved: nobody had used the page for a while. Sign in and go on there.")
Handler = Callable[[Request, Any], Awaitable[Response]]


def install_staff_errors(app: FastAPI, pages: StaffPages) -> None:
    """To be called after the handlers of the rest: those stay for every address that is not under `/staff`."""

    def page(
        request: Request, status: int, words: tuple[str, str] | None = None, typed: Sequence[str] = (),
        sign_in: str | None = None,
    ) -> Response:  # fmt: skip
        title, text = words or _WORDS.get(status, _WORDS[500])
        found = getattr(request.state, "staff", None)
        member: StaffMember | None = found.account.member if found else None
        return pages.show(
            request, "staff_error.html", member, status, heading=title, text=text, typed=typed, sign_in=sign_in
        )

    @app.exception_handler(Instead)
    async def instead(_: Request, error: Instead) -> Response:
        return error.response

    @app.exception_handler(Forbidden)
    async def forbidden(request: Request, _: Forbidden) -> Response:
        return page(request, 403)

    @app.exception_handler(FormRefused)
    async def form_refused(request: Request, error: FormRefused) -> Response:
        return page(request, 403, _FORM_REFUSED, await typed_words(request) if error.is_own_page else ())

    @app.exception_handler(SignedOutMeanwhile)
    async def signed_out(request: Request, _: SignedOutMeanwhile) -> Response:
        typed = await typed_words(request)
        if not typed:
            return to_sign_in(request, was_in=True)
        response = page(request, 409, _ENDED, typed, sign_in_address(request, was_in=True))
        # Where htmx asks, in the place of the page: what was typed there is shown on this one.
        response.headers.update({"HX-Retarget": "#main", "HX-Reselect": "#main", "HX-Reswap": "outerHTML"})
        return response

    @app.exception_handler(StaffStoreError)
    async def store_failed(request: Request, _: StaffStoreError) -> Response:
        return page(request, 503)

    def split(kind: type[Exception], status_of: Callable[[Any], int]) -> None:
        handlers = cast("dict[Any, Handler]", app.exception_handlers)
        rest = next((handlers[base] for base in kind.__mro__ if base in handlers), None)

        async def handler(request: Request, error: Exception) -> Response:
            if request.url.path == "/staff" or request.url.path.startswith("/staff/"):
                return page(request, status_of(error))
            if rest is None:
                raise error
            return await rest(request, error)

        app.add_exception_handler(kind, handler)

    split(TooMany, lambda _: 429)
    split(HTTPException, lambda error: int(error.status_code))
    split(RequestValidationError, lambda _: 422)
    split(Exception, lambda _: 500)
