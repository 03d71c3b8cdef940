"""The addresses of the inbox. None holds anything personal: a conversation is named by its opaque sender."""

# No `from __future__ import annotations`: FastAPI reads the annotations, which name what is local here.
from collections.abc import Callable
from datetime import tzinfo
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Depends, Path, Request, Response
from starlette.datastructures import FormData, QueryParams

from clinic.review.inbox_desk import InboxDesk
from clinic.review.inbox_groups import InboxGroups
from clinic.review.inbox_model import InboxError, InboxUnavailable, MessagesGone
from clinic.review.inbox_words import TitleOf
from clinic.staff.model import Permission, StaffMember
from web.staff.access import Access
from web.staff.inbox.asked import GROUPS, LIST, Asked, number
from web.staff.inbox.views import OUT_OF_ORDER, InboxViews, Parts
from web.staff.pages import StaffPages, is_staff_address

_CONVERSATION = f"{LIST}/conversations/"
_MOST_TYPED = 100
Sender = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{1,80}$")]


async def sent_form(request: Request) -> FormData:
    """What a form sends; read here, so that the routes can run in threads."""
    return await request.form()


def inbox_routes(
    access: Access,
    pages: StaffPages,
    desk: Callable[[], InboxDesk],
    groups: Callable[[], InboxGroups],
    title_of: TitleOf,
    zone: tzinfo,
) -> APIRouter:
    """The routes of the area; the desks are asked for on use. `title_of`: how a topic is called on a button."""
    routes = APIRouter(include_in_schema=False)
    views = InboxViews(Parts(pages, desk, groups, title_of, zone))
    reader = Annotated[StaffMember, Depends(access.may(Permission.READ))]
    editor = Annotated[StaffMember, Depends(access.may(Permission.EDIT))]
    sent = Annotated[FormData, Depends(sent_form)]

    @routes.get(LIST)
    def listed(request: Request, member: reader) -> Response:
        return views.listed(request, member, Asked.of(request.query_params))

    @routes.get(GROUPS)
    def grouped(request: Request, member: reader) -> Response:
        return views.grouped(request, member, Asked.of(request.query_params))

    @routes.get(f"{_CONVERSATION}{{sender}}")
    def conversation(request: Request, sender: Sender, member: reader) -> Response:
        try:
            return views.conversation(request, member, sender)
        except MessagesGone as gone:
            return views.gone(request, member, str(gone))

    def marked(
        request: Request, member: StaffMember, form: FormData, mark: Callable[[list[int], float], str]
    ) -> Response:
        """Do it and go back, or the page that the form stood on, with what is wrong and what was typed."""
        back, ids, shown_at = _back(form), _ids(form), _shown_at(form, desk().now())
        try:
            return pages.moved(back, said=mark(ids, shown_at))
        except MessagesGone as gone:
            return views.gone(request, member, str(gone))
        except InboxError as error:
            return again(request, member, back, form, error, ids)
        except InboxUnavailable:
            return pages.moved(back, said=OUT_OF_ORDER)

    def again(
        request: Request, member: StaffMember, back: str, form: FormData, error: InboxError, ids: list[int]
    ) -> Response:
        path, typed = urlsplit(back).path, str(form.get(error.field) or "")[:_MOST_TYPED]
        field = f"{error.field}-{ids[0]}" if error.field and ids else error.field
        if path.startswith(_CONVERSATION):
            try:
                sender = path.removeprefix(_CONVERSATION)
                return views.conversation(request, member, sender, {field: str(error)}, {field: typed})
            except MessagesGone as gone:
                return views.gone(request, member, str(gone))
        return views.listed(request, member, _asked(back), {"": str(error)})

    @routes.post(f"{LIST}/reviewed")
    def review(request: Request, member: editor, form: sent) -> Response:
        is_done = form.get("state") != "open"

        def mark(ids: list[int], shown_at: float) -> str:
            count = desk().review(member, ids, is_done, shown_at)
            many = "1 message is" if count == 1 else f"{count} messages are"
            return f"{many} marked as reviewed." if is_done else f"{many} back among those to review."

        return marked(request, member, form, mark)

    @routes.post(f"{LIST}/assigned")
    def assign(request: Request, member: editor, form: sent) -> Response:
        to = str(form.get("to") or "")

        def mark(ids: list[int], shown_at: float) -> str:
            desk().assign(member, ids, to, shown_at)
            return f"Given to {desk().names().get(to, 'nobody')}." if to else "Given to nobody."

        return marked(request, member, form, mark)

    @routes.post(f"{LIST}/tagged")
    def tag(request: Request, member: editor, form: sent) -> Response:
        typed = str(form.get("tag") or "")[:_MOST_TYPED]
        return marked(request, member, form, lambda ids, at: f"Tag “{desk().tag(member, ids, typed, at)}” is set.")

    @routes.post(f"{LIST}/untagged")
    def untag(request: Request, member: editor, form: sent) -> Response:
        def mark(ids: list[int], shown_at: float) -> str:
            desk().untag(member, ids, str(form.get("tag") or ""), shown_at)
            return "The tag is gone."

        return marked(request, member, form, mark)

    return routes


def _back(form: FormData) -> str:
    """The page that the form stood on; the inbox for what is none of it."""
    back = str(form.get("back") or "")
    return back if back.startswith(LIST) and is_staff_address(back) else LIST


def _asked(back: str) -> Asked:
    return Asked.of(QueryParams({name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}))


def _ids(form: FormData) -> list[int]:
    """The chosen messages: one a field, or many in one field with commas."""
    texts = [part.strip() for value in form.getlist("turn") for part in str(value).split(",")]
    return [found for text in texts if (found := number(text)) is not None]


def _shown_at(form: FormData, now: float) -> float:
    """When the page was made; what came later is not meant."""
    try:
        return min(float(str(form.get("shown_at") or now)), now)
    except ValueError:
        return now
