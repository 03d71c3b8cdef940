"""All routes under `/staff`: the areas' routers, each behind the check of forms.

An area is a function `(access, pages) -> APIRouter`; its addresses are whole ones, `/staff/inbox/...`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.routing import iter_route_contexts

from web.staff.access import Access
from web.staff.pages import StaffPages, file_response

Area = Callable[[Access, StaffPages], APIRouter]
START = "/staff/inbox"


def staff_routes(access: Access, pages: StaffPages, areas: Sequence[Area]) -> APIRouter:
    """The router; raises `ValueError` for an area's route that lies elsewhere than under `/staff`."""
    routes = APIRouter(include_in_schema=False, dependencies=[Depends(access.check_form)])

    @routes.get("/staff")
    def start() -> Response:
        return RedirectResponse(START, 303)

    @routes.get("/staff/static/{name:path}")
    def static(name: str, request: Request) -> Response:
        return file_response(name, "v" in request.query_params) or Response(status_code=404)

    for area in areas:
        made = area(access, pages)
        for route in iter_route_contexts(made.routes):
            path = route.path or ""
            if not path.startswith("/staff/"):
                raise ValueError(f"a route of the staff lies at {path!r}: addresses are whole ones, /staff/...")
        routes.include_router(made)
    return routes
