"""Writing on an answer: save, submit, check, preview, throw away."""

# No `from __future__ import annotations`: FastAPI reads the annotations, which name what is local here.
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from clinic.review.answers.desk import Placed
from clinic.review.answers.desks import AnswerDesks
from clinic.review.answers.drafts import DraftChanged, HasFaults, NoSuchDraft, WrongState
from clinic.review.answers.wording import Wording
from clinic.staff.model import Permission, StaffMember
from web.staff.access import Access
from web.staff.answers.forms import AnswerPages, preview_values
from web.staff.answers.parts import ONE, Guard, Text, Trouble
from web.staff.answers.preview import preview_page
from web.staff.answers.views import AnswerForm
from web.staff.pages import StaffPages

Texts = Annotated[list[str], Form()]
_MORE_ROWS = 3


def typed(
    text: Text = "",
    claim: Texts = [],  # noqa: B006 - FastAPI copies it
    source: Texts = [],  # noqa: B006
    section: Texts = [],  # noqa: B006
    seen: Annotated[int, Form()] = 0,
    rows: Annotated[int, Form()] = 0,
) -> AnswerForm:
    """What a form sent."""
    is_whole = len(claim) == len(source) == rows
    wording = Wording.typed(text, list(zip(claim, source, strict=False)), section)
    return AnswerForm(wording, seen, rows, is_whole)


Sent = Annotated[AnswerForm, Depends(typed)]


def add_writing_routes(routes: APIRouter, access: Access, pages: StaffPages, guarded: Guard) -> None:
    """All of them need the right to edit."""
    editor = Annotated[StaffMember, Depends(access.may(Permission.EDIT))]

    @routes.post(ONE)
    def write(request: Request, key: str, member: editor, form: Sent, do: Text = "save") -> Response:
        def page(found: AnswerDesks) -> Response:
            placed, shows = found.placed(key), AnswerPages(pages, found)
            if do in ("rows", "check"):
                more = len(form.claims) + _MORE_ROWS if do == "rows" else form.rows
                return shows.one(request, member, placed, AnswerForm(form.wording, form.seen, more))
            try:
                return _saved(pages, found, member, placed, form, is_submitted=do == "submit")
            except DraftChanged as changed:
                return shows.conflict(request, member, placed, form, changed)
            except HasFaults:  # the text is saved; only the approval is not asked for
                said = {"text": "Your text is saved, but it cannot be approved yet: see “Checks”."}
                return shows.one(request, member, found.placed(key), None, said, 422)
            except NoSuchDraft as error:
                kept = AnswerForm(form.wording, 0, form.rows)
                return shows.one(request, member, placed, kept, {"": f"{error} Your text is still below."}, 409)
            except Trouble as error:
                return shows.one(request, member, placed, form, {"text": str(error)}, 422)

        return guarded(request, member, page)

    @routes.post(f"{ONE}/check")
    def check(request: Request, key: str, member: editor, form: Sent) -> Response:
        def page(found: AnswerDesks) -> Response:
            placed, shows = found.placed(key), AnswerPages(pages, found)
            if "hx-request" in request.headers:
                return shows.fragment(request, member, placed, form.wording)
            return shows.one(request, member, placed, form)

        return guarded(request, member, page)

    @routes.post(f"{ONE}/preview")
    def preview_typed(request: Request, key: str, member: editor, form: Sent) -> Response:
        return guarded(
            request, member,
            lambda d: preview_page(pages, d.facts(), preview_values(d.placed(key), form.wording, d)),
        )  # fmt: skip

    @routes.post(f"{ONE}/drop")
    def drop(request: Request, key: str, member: editor, seen: Annotated[int, Form()] = 0) -> Response:
        def page(found: AnswerDesks) -> Response:
            placed = found.placed(key)
            try:
                found.drafts.drop(member, placed.answer.key, seen)
            except Trouble as error:
                return AnswerPages(pages, found).one(request, member, placed, None, {"": str(error)}, 409)
            return pages.moved(f"/staff/answers/one/{key}", said="The draft is thrown away.")

        return guarded(request, member, page)


def _saved(
    pages: StaffPages, found: AnswerDesks, member: StaffMember, placed: Placed, form: AnswerForm, *, is_submitted: bool
) -> Response:
    """Save what was typed, where it is another text, and ask for the approval where that was wanted."""
    if not form.is_whole:
        raise WrongState("Not all of the page was sent, so nothing was saved. Reload the page and try again.")
    key, address = placed.answer.key, f"/staff/answers/one/{placed.answer.key}"
    draft = found.answers.draft_of(key)
    is_saved = (
        draft is not None
        and (draft.version, draft.wording) == (form.seen, form.wording)
        and draft.based_on == placed.answer.signature
    )
    if draft is None or not is_submitted or not is_saved:
        draft = found.drafts.save(member, key, form.wording, form.seen)
    if not is_submitted:
        return pages.moved(address, said="The draft is saved. Patients do not see it yet.")
    found.drafts.submit(member, key, draft.version)
    return pages.moved(address, said="Saved. It now waits for a clinician's approval.")
