"""The addresses of calls and questions."""

import re
from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, HTTPException, Path, Request, Response

from clinic.handoff import DoneAlready, HandoffUnavailable, NoMailAddress, NoSuchCall, TakenByOther, WordsRefused
from clinic.handoff.call_desk import CallDesk
from clinic.staff.model import Permission, StaffMember
from web.staff.access import Access
from web.staff.calls.views import CallViews, Colleagues
from web.staff.chats.words import refusal
from web.staff.pages import StaffPages

_ALL = "/staff/calls"
_ANSWER_ID = re.compile(r"[0-9a-f]{32}")
_PHONE = "This person left a phone number, so no mail can go out. Call them, and write a note of what was said."
Reference = Annotated[str, Path(pattern="^[A-Za-z0-9]{8}$")]
Field = Annotated[str, Form()]


def calls_routes(access: Access, pages: StaffPages, desk: Callable[[], CallDesk], colleagues: Colleagues) -> APIRouter:
    """The router; `desk` and `colleagues` are asked for on use. The routes run in threads."""
    routes = APIRouter(include_in_schema=False)
    views = CallViews(pages, desk, colleagues)
    Caller = Annotated[StaffMember, Depends(access.may(Permission.CHAT))]  # noqa: N806

    @routes.get(_ALL)
    def calls(
        request: Request, member: Caller, show: Literal["open", "done"] = "open",
        whose: Literal["all", "mine", "nobody"] = "all",
    ) -> Response:  # fmt: skip
        return views.listed(request, member, is_done=show == "done", whose=whose)

    @routes.get(f"{_ALL}/{{reference}}")
    def call(request: Request, member: Caller, reference: Reference) -> Response:
        return views.shown(request, member, reference)

    @routes.post(f"{_ALL}/{{reference}}/assign")
    def assign(request: Request, member: Caller, reference: Reference, to: Field = "", seen: Field = "") -> Response:
        whose = views.colleague(to)
        try:
            _done(lambda: desk().assign(member, reference, whose, seen or None))
        except TakenByOther as error:
            return views.shown(request, member, reference, {"": _taken_by(error)}, status=409)
        return moved(reference, f"This is {whose.name}'s now." if whose else "This is nobody's now.")

    @routes.post(f"{_ALL}/{{reference}}/done")
    def done(request: Request, member: Caller, reference: Reference, note: Field = "") -> Response:
        try:
            _done(lambda: desk().finish(member, reference, note))
        except WordsRefused as error:
            return views.shown(request, member, reference, {"note": refusal(error)}, {"note": note}, status=422)
        except DoneAlready as error:
            return views.shown(request, member, reference, {"": _done_by(error)}, {"note": note}, status=409)
        return pages.moved(_ALL, said=f"Request {reference} is done.")

    @routes.post(f"{_ALL}/{{reference}}/reopen")
    def reopen(member: Caller, reference: Reference) -> Response:
        _done(lambda: desk().reopen(member, reference))
        return moved(reference, "This request is open again.")

    @routes.post(f"{_ALL}/{{reference}}/answer")
    def answer(
        request: Request, member: Caller, reference: Reference, answer: Field = "", answer_id: Field = ""
    ) -> Response:
        if not _ANSWER_ID.fullmatch(answer_id):
            raise HTTPException(422)
        typed = {"answer": answer}
        try:
            _done(lambda: desk().answer(member, reference, answer_id, answer))
        except WordsRefused as error:
            return views.shown(request, member, reference, {"answer": refusal(error)}, typed, answer_id, 422)
        except NoMailAddress:
            return views.shown(request, member, reference, {"": _PHONE}, typed, answer_id, 409)
        except DoneAlready as error:
            return views.shown(request, member, reference, {"": _done_by(error)}, typed, answer_id, 409)
        return moved(reference, "Your answer goes out by mail. This request is done.")

    @routes.post(f"{_ALL}/{{reference}}/send-again")
    def send_again(member: Caller, reference: Reference) -> Response:
        was_dead = _done(lambda: desk().send_again(member, reference))
        return moved(reference, "The mail goes out once more." if was_dead else "There is no mail to send again.")

    def moved(reference: str, said: str) -> Response:
        return pages.moved(f"{_ALL}/{reference}", said=said)

    return routes


def _done_by(error: DoneAlready) -> str:
    return f"{error.name or 'A colleague'} has already seen to this request. Nothing was sent or changed."


def _taken_by(error: TakenByOther) -> str:
    now = f"{error.name} sees to this now" if error.name else "nobody sees to this any more"
    return f"A colleague was faster: {now}. Nothing was changed."


def _done(act: Callable[[], bool | None]) -> bool | None:
    """Do it; what has no form to go back to becomes a page that says so."""
    try:
        return act()
    except NoSuchCall:
        raise HTTPException(404) from None
    except HandoffUnavailable:
        raise HTTPException(503) from None
