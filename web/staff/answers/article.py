"""`/staff/answers/article`: the clinic's own article, given as a file."""

# No `from __future__ import annotations`: FastAPI reads the annotations, which name what is local here.
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Request, Response, UploadFile

from clinic.review.answers.desks import AnswerDesks
from clinic.review.answers.passages import NotTheArticle
from clinic.review.answers.wording import WrittenAnswer
from clinic.staff.model import Permission, StaffMember
from web.staff.access import Access, Forbidden
from web.staff.answers.parts import Guard
from web.staff.pages import StaffPages

_PAGE = "/staff/answers/article"
_MOST_BYTES = 200_000


@dataclass(frozen=True)
class SectionRow:
    """A passage, whether the article has it, and the answers that rest on it."""

    title: str
    is_there: bool
    answers: list[WrittenAnswer]


def may_replace(member: StaffMember) -> bool:
    """Whether somebody may give another article: a clinician or who manages the clinic's set-up."""
    return member.may(Permission.APPROVE) or member.may(Permission.MANAGE)


def add_article_routes(routes: APIRouter, access: Access, pages: StaffPages, guarded: Guard) -> None:
    """To read and, for some, to replace."""
    reader = Annotated[StaffMember, Depends(access.may(Permission.READ))]

    def show(
        request: Request, member: StaffMember, found: AnswerDesks, errors: Mapping[str, str], status: int = 200
    ) -> Response:
        values = {**_values(found), "errors": errors, "may_replace": may_replace(member)}
        return pages.show(request, "answers_article.html", member, status, **values)

    @routes.get(_PAGE)
    def article(request: Request, member: reader) -> Response:
        return guarded(request, member, lambda found: show(request, member, found, {}))

    @routes.post(_PAGE)
    def replace(request: Request, member: reader, file: Annotated[UploadFile | None, File()] = None) -> Response:
        if not may_replace(member):
            raise Forbidden
        content = file.file.read(_MOST_BYTES + 1) if file is not None and file.filename else b""

        def page(found: AnswerDesks) -> Response:
            try:
                missing = found.replace_article(member, content, _MOST_BYTES)
            except NotTheArticle as error:
                return show(request, member, found, {"file": str(error)}, 422)
            more = f" These passages are not in it: {', '.join(missing)}." if missing else ""
            return pages.moved(_PAGE, said=f"The article is kept.{more}")

        return guarded(request, member, page)


def _values(desks: AnswerDesks) -> dict[str, Any]:
    outline = desks.answers.outline()
    found = desks.answers.article.passages(outline)
    answers = [row.answer for row in desks.answers.list().rows]
    rows = [
        SectionRow(
            entry["title"],
            found is not None and found.get(section) is not None,
            [answer for answer in answers if section in answer.wording.sections],
        )
        for section, entry in outline.items()
    ]
    return {"has_article": found is not None, "sections": rows}
