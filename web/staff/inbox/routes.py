"""The addresses of the inbox. None holds anything personal: a conversation is named by its opaque sender."""

# No `from __future__ import annotations`: FastAPI reads the annotations, which name what is local here.
from collections.abc import Callable
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Depends, Path, Request, Response
from starlette.datastructures import FormData, QueryParams

from clinic.review.inbox.desk import InboxDesk
from clinic.review.inbox.groups import InboxGroups
from clinic.review.inbox.marked import Marked
from clinic.review.inbox.model import InboxError, InboxUnavailable, MessagesGone
from clinic.review.inbox.words import TitleOf
from clinic.staff.model import Permission, StaffMember
from web.staff.access import Access
from web.staff.inbox.asked import GROUPS, LIST, Asked, number
from web.staff.inbox.receipts import MarkReceipts
from web.staff.inbox.views import OUT_OF_ORDER, InboxViews, Parts
from web.staff.pages import StaffPages, is_staff_address
from web.staff.said import Undo

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
    is_over: Callable[[str], bool],
    secret_key: str,
) -> APIRouter:
    """The routes of the area; the desks are asked for on use.

    `title_of`: how a topic is called on a button; `is_over`: whether a conversation was ended.
    """
    receipts = MarkReceipts(secret_key)
    routes = APIRouter(include_in_schema=False)
    views = InboxViews(Parts(pages, desk, groups, title_of, is_over))
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
        request: Request, member: StaffMember, form: FormData,
        mark: Callable[[list[int], float], tuple[str, Marked | None]],
    ) -> Response:  # fmt: skip
        """Do it and go back, or the page that the form stood on, with what is wrong and what was typed."""
        back, ids, shown_at = _back(form), _ids(form), _shown_at(form, desk().now())
        try:
            said, done = mark(ids, shown_at)
            receipt = receipts.of(done) if done else None
            undo = Undo(f"{LIST}/undo", {"receipt": receipt, "back": back}) if receipt else None
            return pages.moved(back, said=said, undo=undo)
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

        def mark(ids: list[int], shown_at: float) -> tuple[str, Marked]:
            done = desk().review(member, ids, is_done, shown_at)
            many = "1 message is" if done.count == 1 else f"{done.count} messages are"
            return f"{many} marked as reviewed." if is_done else f"{many} back among those to review.", done

        return marked(request, member, form, mark)

    @routes.post(f"{LIST}/assigned")
    def assign(request: Request, member: editor, form: sent) -> Response:
        to = str(form.get("to") or "")

        def mark(ids: list[int], shown_at: float) -> tuple[str, Marked]:
            done = desk().assign(member, ids, to, shown_at)
            return f"Given to {desk().names().get(to, 'nobody')}." if to else "Given to nobody.", done

        return marked(request, member, form, mark)

    @routes.post(f"{LIST}/tagged")
    def tag(request: Request, member: editor, form: sent) -> Response:
        typed = str(form.get("tag") or "")[:_MOST_TYPED]

        def mark(ids: list[int], shown_at: float) -> tuple[str, Marked]:
            done = desk().tag(member, ids, typed, shown_at)
            return f"Tag “{done.value}” is set.", done

        return marked(request, member, form, mark)

    @routes.post(f"{LIST}/untagged")
    def untag(request: Request, member: editor, form: sent) -> Response:
        def mark(ids: list[int], shown_at: float) -> tuple[str, Marked]:
            return "The tag is gone.", desk().untag(member, ids, str(form.get("tag") or ""), shown_at)

        return marked(request, member, form, mark)

    @routes.post(f"{LIST}/undo")
    def undo(request: Request, member: editor, form: sent) -> Response:
        def mark(_: list[int], __: float) -> tuple[str, None]:
            count = desk().take_back(member, receipts.read(str(form.get("receipt") or "")))
            return "Taken back." if count else "Nothing was left to take back.", None

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
