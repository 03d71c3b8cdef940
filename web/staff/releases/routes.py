"""The addresses of checks and releases."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request, Response

from clinic.releases.desk import CannotPublish
from clinic.releases.ports import PublishingNow
from clinic.review.content.errors import ChangesError
from clinic.review.gate.desk import GateDesk
from clinic.staff.model import Permission, StaffMember
from web.staff.access import Access
from web.staff.pages import StaffPages
from web.staff.releases.views import ReleaseViews

_ALL = "/staff/releases"
_BUSY = "Another release is going live just now. Wait until it is live, then try again."
RunId = Annotated[str, Path(pattern="^[0-9a-f]{16}$")]
Field = Annotated[str, Form()]


def release_routes(
    access: Access, pages: StaffPages, desk: Callable[[], GateDesk], name_of: Callable[[str], str]
) -> APIRouter:
    """The router; `desk` is asked for on use, `name_of` tells who an id is. The routes run in threads."""
    routes = APIRouter(include_in_schema=False)
    views = ReleaseViews(pages, desk, name_of)
    Reader = Annotated[StaffMember, Depends(access.may(Permission.READ))]  # noqa: N806
    Editor = Annotated[StaffMember, Depends(access.may(Permission.EDIT))]  # noqa: N806
    Publisher = Annotated[StaffMember, Depends(access.may(Permission.PUBLISH))]  # noqa: N806

    @routes.get(_ALL)
    def listed(request: Request, member: Reader) -> Response:
        return views.listed(request, member)

    @routes.get(f"{_ALL}/live")
    def live(request: Request, member: Reader) -> Response:
        return views.live(request, member)

    @routes.get(f"{_ALL}/new")
    def new(request: Request, member: Editor, changes: str = "") -> Response:
        return views.new(request, member, changes)

    @routes.post(f"{_ALL}/new")
    def check(request: Request, member: Editor, changes: Field = "") -> Response:
        try:
            run = desk().ask(member, changes)
        except ChangesError as error:
            return views.new(request, member, changes, {"": str(error)}, status=409)
        return pages.moved(f"{_ALL}/checks/{run.id}")

    @routes.get(f"{_ALL}/checks/{{run_id}}")
    def run(request: Request, member: Reader, run_id: RunId) -> Response:
        return views.run(request, member, run_id)

    @routes.get(f"{_ALL}/checks/{{run_id}}/progress")
    def progress(request: Request, member: Reader, run_id: RunId) -> Response:
        return views.progress(request, member, run_id)

    @routes.post(f"{_ALL}/checks/{{run_id}}/cancel")
    def cancel(member: Editor, run_id: RunId) -> Response:
        was_stopped = desk().cancel(member, run_id)
        said = "The check was stopped. The changes are open again." if was_stopped else "The check was over already."
        return pages.moved(f"{_ALL}/checks/{run_id}", said=said)

    @routes.post(f"{_ALL}/checks/{{run_id}}/publish")
    def publish(request: Request, member: Publisher, run_id: RunId, reason: Field = "") -> Response:
        try:
            publication = desk().publish(member, run_id, override=reason.strip() or None)
        except PublishingNow:
            return views.run(request, member, run_id, {"": _BUSY}, reason, status=409)
        except (CannotPublish, ChangesError) as error:
            return views.run(
                request, member, run_id, {"reason" if reason else "": _sentence(error)}, reason, status=422
            )
        return pages.moved(_ALL, said=f"“{publication.release.title}” is on its way to your visitors.")

    @routes.post(f"{_ALL}/back")
    def back(request: Request, member: Publisher, release: Field = "", why: Field = "") -> Response:
        try:
            publication = desk().releases.go_back(member.id, release, why.strip() or "Gone back")
        except PublishingNow:
            return views.listed(request, member, {"": _BUSY}, status=409)
        except CannotPublish as error:
            return views.listed(request, member, {"": f"Going back is not possible: {error}."}, status=422)
        return pages.moved(_ALL, said=f"Going back to “{publication.release.title}”.")

    return routes


def _sentence(error: Exception) -> str:
    said = str(error)
    return f"{said[:1].upper()}{said[1:].rstrip('.')}."
