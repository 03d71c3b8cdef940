"""Approving an answer, and sending a draft back."""

# No `from __future__ import annotations`: FastAPI reads the annotations, which name what is local here.
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from clinic.review.answers.approvals import Seen
from clinic.review.answers.desks import AnswerDesks
from clinic.staff.model import Permission, StaffMember
from web.staff.access import Access
from web.staff.answers.forms import AnswerPages
from web.staff.answers.parts import ONE, Guard, Text, Trouble
from web.staff.pages import StaffPages


def add_approval_routes(routes: APIRouter, access: Access, pages: StaffPages, guarded: Guard) -> None:
    """Approving needs its own right, and letting patients read what is approved the right to publish."""
    publisher = Annotated[StaffMember, Depends(access.may(Permission.PUBLISH))]
    approver = Annotated[StaffMember, Depends(access.may(Permission.APPROVE))]

    @routes.get(f"{ONE}/approve")
    def ask_approval(request: Request, key: str, member: approver) -> Response:
        return guarded(request, member, lambda d: AnswerPages(pages, d).approve(request, member, d.placed(key)))

    @routes.post(f"{ONE}/approve")
    def approve(
        request: Request, key: str, member: approver, signature: Text = "", seal: Text = "", draft: Text = "",
        months: Text = "12", read: Text = "",
    ) -> Response:  # fmt: skip
        def page(found: AnswerDesks) -> Response:
            placed, shows = found.placed(key), AnswerPages(pages, found)
            chosen = {"months": int(months) if months.isdecimal() else 0}
            if read != "yes":
                said = {"read": "Tick this box once you have read everything. Nothing is approved yet."}
                return shows.approve(request, member, placed, said, 422, chosen)
            seen = Seen(signature, seal, int(draft) if draft.isdecimal() else None)
            try:
                done = found.approvals.approve(member, placed.answer.key, seen, chosen["months"])
            except Trouble as error:
                return shows.approve(request, member, found.placed(key), {"": str(error)}, 409, chosen)
            return pages.moved(f"/staff/answers/one/{key}", said=_said_of(done.is_live, done.trouble))

        return guarded(request, member, page)

    @routes.post(f"{ONE}/publish")
    def publish(request: Request, key: str, member: publisher) -> Response:
        def page(found: AnswerDesks) -> Response:
            placed = found.placed(key)
            try:
                found.wording.publish(member, placed.answer.key)
            except Trouble as error:
                return AnswerPages(pages, found).one(request, member, placed, None, {"": str(error)}, 409)
            return pages.moved(f"/staff/answers/one/{key}", said="Patients read it within seconds.")

        return guarded(request, member, page)

    @routes.post(f"{ONE}/send-back")
    def send_back(
        request: Request, key: str, member: approver, reason: Text = "", seen: Annotated[int, Form()] = 0
    ) -> Response:
        def page(found: AnswerDesks) -> Response:
            placed = found.placed(key)
            try:
                found.approvals.send_back(member, placed.answer.key, seen, reason)
            except Trouble as error:
                said, typed_reason = {"reason": str(error)}, {"reason": reason}
                return AnswerPages(pages, found).approve(request, member, placed, said, 422, typed_reason)
            return pages.moved(f"/staff/answers/one/{key}", said="The draft was sent back with your words.")

        return guarded(request, member, page)


def _said_of(is_live: bool, trouble: str | None) -> str:
    if is_live:
        return "Approved. Patients read it within seconds."
    if trouble:
        return f"Approved and saved, but patients do not read it yet: {trouble}"
    return "Approved. It goes live together with its set of changes."
