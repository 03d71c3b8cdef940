"""`/staff/numbers`: what the assistant did, for whoever runs the clinic."""

# No `from __future__ import annotations`: FastAPI reads the annotations, which name what is local here.
from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlencode

import structlog
from fastapi import APIRouter, Depends, Request, Response

from clinic.review.numbers.as_csv import as_csv
from clinic.review.numbers.desk import NumbersDesk
from clinic.review.numbers.period import USUAL_DAYS, Period, PeriodError
from clinic.review.numbers.ports import NumbersUnavailable
from clinic.staff.model import Permission, StaffMember
from web.staff.access import Access
from web.staff.numbers.view import PARTS, figure_view, in_words, table_view
from web.staff.pages import StaffPages

log = structlog.get_logger()

_TEMPLATE = "numbers_overview.html"
_OUT_OF_ORDER = "The numbers cannot be read just now. Nothing is lost. Please try again in a few minutes."


def numbers_routes(access: Access, pages: StaffPages, desk: Callable[[], NumbersDesk]) -> APIRouter:
    """The routes of the area; `desk` is asked for on use."""
    routes = APIRouter(include_in_schema=False)
    reader = Annotated[StaffMember, Depends(access.may(Permission.READ))]

    @routes.get("/staff/numbers")
    def overview(request: Request, member: reader) -> Response:
        chosen = _chosen(request)
        numbers = desk()
        try:
            period = numbers.period(*chosen)
        except PeriodError as error:
            values = _frame(numbers, chosen, None) | {"errors": {error.field: str(error)}}
            return pages.show(request, _TEMPLATE, member, 422, **values)
        try:
            found = numbers.count(period)
        except NumbersUnavailable as error:
            log.error("numbers not read", error=str(error))
            values = _frame(numbers, chosen, period) | {"errors": {"": _OUT_OF_ORDER}}
            return pages.show(request, _TEMPLATE, member, 503, **values)
        tables = {table.id: table_view(table) for table in found.report.tables}
        values = _frame(numbers, chosen, period) | {
            "figures": [figure_view(figure) for figure in found.report.figures],
            "parts": [(title, [tables[name] for name in names]) for title, names in PARTS],
            "is_complete": found.is_complete,
        }
        return pages.show(request, _TEMPLATE, member, **values)

    @routes.get("/staff/numbers/{name}.csv")
    def table(request: Request, name: str, member: reader) -> Response:
        try:
            period = desk().period(*_chosen(request))
            found = desk().count(period).report.table(name)
        except PeriodError as error:
            return Response(str(error), 422, media_type="text/plain")
        except NumbersUnavailable as error:
            log.error("numbers not read", error=str(error))
            return Response(_OUT_OF_ORDER, 503, media_type="text/plain")
        if found is None:
            return Response("There is no such table.", 404, media_type="text/plain")
        file = f"numbers-{found.id}-{period.first}-to-{period.last}.csv"
        headers = {
            "Content-Disposition": f'attachment; filename="{file}"', "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }  # fmt: skip
        return Response(as_csv(found), headers=headers, media_type="text/csv; charset=utf-8; header=present")

    return routes


def _chosen(request: Request) -> tuple[str, str, str]:
    """Days, first and last day as they stand in the address."""
    asked = request.query_params
    return asked.get("days", "")[:10], asked.get("from", "")[:20], asked.get("to", "")[:20]


def _frame(desk: NumbersDesk, chosen: tuple[str, str, str], period: Period | None) -> dict[str, Any]:
    """What the page shows in any case: which days are chosen, and what was typed."""
    _, first, last = chosen
    today = desk.period("7").last
    # The address of the files names the days themselves, so that they show what the page does.
    query = urlencode({"from": str(period.first), "to": str(period.last)}) if period else ""
    is_usual = period is not None and period.last == today and period.length in USUAL_DAYS
    return {
        "errors": {}, "figures": [], "parts": [], "is_complete": True, "usual": USUAL_DAYS,
        "days": period.length if period and is_usual else 0, "query": query, "today": str(today),
        "first": first or (str(period.first) if period else ""), "last": last or (str(period.last) if period else ""),
        "period": in_words(period) if period else "", "zone": desk.zone.key if desk.has_zone else "",
    }  # fmt: skip
