"""`/staff/answers`: the list, one answer and its preview. Writing, approving and the article have their own files."""

# No `from __future__ import annotations`: FastAPI reads the annotations, which name what is local here.
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from clinic.review.answers.desks import AnswerDesks
from clinic.staff.model import Permission, StaffMember
from web.staff.access import Access
from web.staff.answers.approving import add_approval_routes
from web.staff.answers.article import add_article_routes
from web.staff.answers.forms import AnswerPages, preview_values
from web.staff.answers.listing import list_values
from web.staff.answers.parts import ONE, Guard
from web.staff.answers.preview import preview_page
from web.staff.answers.writing import add_writing_routes
from web.staff.pages import StaffPages


def answers_routes(access: Access, pages: StaffPages, desks: Callable[[], AnswerDesks]) -> APIRouter:
    """The routes of the area; `desks` is asked for on use."""
    routes = APIRouter(include_in_schema=False)
    reader = Annotated[StaffMember, Depends(access.may(Permission.READ))]
    guarded = Guard(pages, desks)

    @routes.get("/staff/answers")
    def listing(request: Request, member: reader) -> Response:
        def page(found: AnswerDesks) -> Response:
            values = list_values(found.answers.list(), request.query_params)
            return pages.show(request, "answers_list.html", member, **values)

        return guarded(request, member, page)

    @routes.get(ONE)
    def one(request: Request, key: str, member: reader) -> Response:
        return guarded(request, member, lambda d: AnswerPages(pages, d).one(request, member, d.placed(key)))

    @routes.get(f"{ONE}/preview")
    def preview(request: Request, key: str, member: reader) -> Response:
        def page(found: AnswerDesks) -> Response:
            placed = found.placed(key)
            draft = found.answers.draft_of(placed.answer.key)
            wording = draft.wording if draft else placed.answer.wording
            return preview_page(pages, found.facts(), preview_values(placed, wording, found))

        return guarded(request, member, page)

    add_writing_routes(routes, access, pages, guarded)
    add_approval_routes(routes, access, pages, guarded)
    add_article_routes(routes, access, pages, guarded)
    return routes
