"""The addresses of the sets of changes."""

from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request, Response

from clinic.review.changes.desk import ChangeSetDesk
from clinic.review.changes.taking_out import put_back, take_out
from clinic.review.content.errors import ChangesError
from clinic.staff.model import Permission, StaffMember
from web.staff.access import Access
from web.staff.changes.receipts import OutReceipts
from web.staff.changes.views import ChangeViews
from web.staff.pages import StaffPages
from web.staff.said import Undo

_ALL = "/staff/changes"
_ONE = f"{_ALL}/{{change_set}}"
Typed = Annotated[str, Form()]
Id = Annotated[str, Path(pattern="^[a-z0-9]{1,40}$")]


def changes_routes(
    access: Access, pages: StaffPages, desk: Callable[[], ChangeSetDesk], names: Callable[[], Mapping[str, str]],
    secret_key: str,
) -> APIRouter:  # fmt: skip
    """The router; `desk` and `names` (people by their ids) are asked for on use. The routes run in threads."""
    routes = APIRouter(include_in_schema=False)
    views, receipts = ChangeViews(pages, desk, names), OutReceipts(secret_key)
    Reader = Annotated[StaffMember, Depends(access.may(Permission.READ))]  # noqa: N806
    Editor = Annotated[StaffMember, Depends(access.may(Permission.EDIT))]  # noqa: N806

    @routes.get(_ALL)
    def changes(request: Request, member: Reader, all: str = "") -> Response:
        return views.listed(request, member, is_all=bool(all))

    @routes.post(_ALL)
    def start(request: Request, member: Editor, title: Typed = "") -> Response:
        try:
            made = desk().open(member, title)
        except ChangesError as error:
            return views.listed(request, member, is_all=False, error=error, title=title)
        return pages.moved(f"{_ALL}/{made.id}", said="The set of changes is there. What you teach now goes into it.")

    @routes.get(_ONE)
    def one(request: Request, member: Reader, change_set: Id) -> Response:
        return views.one(request, member, change_set)

    @routes.post(f"{_ONE}/comment")
    def comment(request: Request, member: Editor, change_set: Id, comment: Typed = "") -> Response:
        try:
            desk().comment(change_set, member, comment)
        except ChangesError as error:
            return views.one(request, member, change_set, error, comment)
        return pages.moved(f"{_ALL}/{change_set}", said="Your comment is saved.")

    @routes.post(f"{_ONE}/update")
    def update(request: Request, member: Editor, change_set: Id) -> Response:
        try:
            desk().bring_up_to_date(change_set, member)
        except ChangesError as error:
            return views.one(request, member, change_set, error)
        return pages.moved(f"{_ALL}/{change_set}", said="The set now has what was published since. Check it anew.")

    @routes.post(f"{_ONE}/take-out")
    def out(request: Request, member: Editor, change_set: Id, topic: Typed = "", sentence: Typed = "") -> Response:
        try:
            taken = take_out(desk(), change_set, member, topic, sentence)
        except ChangesError as error:
            return views.one(request, member, change_set, error)
        receipt, address = receipts.of(taken), f"{_ALL}/{change_set}"
        undo = Undo(f"{address}/put-back", {"receipt": receipt}) if receipt else None
        return pages.moved(address, said=f"The sentence was taken out of “{taken.title}”.", undo=undo)

    @routes.post(f"{_ONE}/put-back")
    def back(request: Request, member: Editor, change_set: Id, receipt: Typed = "") -> Response:
        try:
            taken = receipts.read(receipt, change_set)
            put_back(desk(), member, taken)
        except ChangesError as error:
            return views.one(request, member, change_set, error)
        return pages.moved(f"{_ALL}/{change_set}", said=f"The sentence is back in “{taken.title}”.")

    @routes.get(f"{_ONE}/abandon")
    def ask(request: Request, member: Editor, change_set: Id) -> Response:
        return views.asked(request, member, change_set)

    @routes.post(f"{_ONE}/abandon")
    def abandon(request: Request, member: Editor, change_set: Id) -> Response:
        try:
            desk().abandon(change_set, member)
        except ChangesError as error:
            return views.one(request, member, change_set, error)
        return pages.moved(_ALL, said="The set of changes is abandoned. Nothing of it is published; it can be read.")

    return routes
