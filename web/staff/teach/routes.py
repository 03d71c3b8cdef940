"""The addresses of teaching sentences and conversations."""

# No `from __future__ import annotations`: FastAPI reads the annotations, which name what is local here.
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.datastructures import FormData

from clinic.review.content.errors import ChangesError, ContentError
from clinic.review.inbox.model import InboxUnavailable
from clinic.review.teaching.desk import TeachingDesk
from clinic.review.teaching.dialogue_from_chat import DialogueDesk
from clinic.review.teaching.model import Saved
from clinic.staff.model import Permission, StaffMember
from web.staff.access import Access
from web.staff.pages import StaffPages
from web.staff.teach.dialogue_page import DialoguePages
from web.staff.teach.lesson_form import LessonForm
from web.staff.teach.lesson_page import LessonPages
from web.staff.teach.receipts import BadReceipt, Receipts

_INBOX = "/staff/inbox"
_FAILURES = (ChangesError, InboxUnavailable)
_NO_INBOX = "The database does not answer. Nothing was saved. Try again in a minute."


async def sent_form(request: Request) -> FormData:
    """What a form sends; read here, so that the routes can run in threads."""
    return await request.form()


def teach_routes(
    access: Access,
    pages: StaffPages,
    desk: Callable[[], TeachingDesk],
    dialogues: Callable[[], DialogueDesk],
    secret_key: str,
) -> APIRouter:
    """The routes of the area; the desks are asked for on use."""
    routes = APIRouter(include_in_schema=False)
    editor = Annotated[StaffMember, Depends(access.may(Permission.EDIT))]
    sent = Annotated[FormData, Depends(sent_form)]
    receipts = Receipts(secret_key)
    lessons, chats = LessonPages(pages, desk, receipts), DialoguePages(pages, dialogues, desk)

    def failed(request: Request, member: StaffMember, error: Exception) -> Response:
        status = 422 if isinstance(error, ContentError) else 503
        return pages.show(request, "teach_failed.html", member, status, text=words_of(error))

    def saved(made: Saved) -> Response:
        return pages.moved(f"/staff/teach/saved?receipt={receipts.of(made)}")

    @routes.get("/staff/teach")
    @routes.get("/staff/teach/new")
    def new(request: Request, member: editor, turn: Annotated[list[str] | None, Query()] = None) -> Response:
        try:
            return lessons.first(request, member, turn or [])
        except _FAILURES as error:
            return failed(request, member, error)

    @routes.post("/staff/teach/new")
    def teach(request: Request, member: editor, form: sent) -> Response:
        try:
            done = lessons.answer(request, member, LessonForm.of(form))
        except _FAILURES as error:
            return failed(request, member, error)
        return saved(done) if isinstance(done, Saved) else done

    @routes.post("/staff/teach/look")
    def look(request: Request, member: editor, form: sent) -> Response:
        try:
            return lessons.look(request, member, LessonForm.of(form))
        except _FAILURES as error:
            return pages.show(request, "teach_look.html", member, look=None, failed=words_of(error), seen="")

    @routes.get("/staff/teach/dialogue")
    def dialogue(request: Request, member: editor, turn: str = "") -> Response:
        try:
            return chats.first(request, member, turn)
        except _FAILURES as error:
            return failed(request, member, error)

    @routes.post("/staff/teach/dialogue")
    def teach_dialogue(request: Request, member: editor, form: sent) -> Response:
        try:
            done = chats.answer(request, member, form)
        except _FAILURES as error:
            return failed(request, member, error)
        return saved(done) if isinstance(done, Saved) else done

    @routes.get("/staff/teach/saved")
    def show_saved(request: Request, member: editor, receipt: str = "") -> Response:
        try:
            return pages.show(request, "teach_saved.html", member, saved=receipts.read(receipt), receipt=receipt)
        except BadReceipt as error:
            return failed(request, member, error)

    @routes.post("/staff/teach/undo")
    def undo(request: Request, member: editor, form: sent) -> Response:
        try:
            made = receipts.read(str(form.get("receipt") or ""))
            desk().take_back(member, made)
        except _FAILURES as error:
            return failed(request, member, error)
        return pages.moved(_INBOX, said=f"Taken back from “{made.title}”: {made.what}.")

    return routes


def words_of(error: Exception) -> str:
    """What staff are told."""
    return _NO_INBOX if isinstance(error, InboxUnavailable) else str(error)
