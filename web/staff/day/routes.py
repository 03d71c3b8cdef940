"""The addresses of the day: calendar, list and alarms; booking and a visit's own page stand beside."""

from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response

from clinic.booking.appointment import AppointmentStatus
from clinic.booking.spoken_times import day_in_full
from clinic.staff.model import Permission, StaffMember
from web.staff.day.booking_routes import add_booking_routes
from web.staff.day.calendar import day_sheet, line_of, week_sheet
from web.staff.day.emergencies import AlarmLine, alarm_lines
from web.staff.day.parts import Access, DayDesks, DayRoute, Pages, open_front, read_day
from web.staff.day.visit_routes import add_visit_routes
from web.staff.day.words import STATUSES

_DAY = timedelta(days=1)
_LISTED = (AppointmentStatus.BOOKED, AppointmentStatus.NO_SHOW, AppointmentStatus.CANCELLED)
_LONGEST_LIST = 92 * _DAY
_ALARMS_ON_TOP = 3


def day_routes(access: Access, pages: Pages, desks: DayDesks) -> APIRouter:
    """The router of `/staff/day`; desks are asked for on use."""
    routes = APIRouter(include_in_schema=False, route_class=DayRoute)
    reading = Annotated[StaffMember, Depends(access.may(Permission.READ))]
    acting = Annotated[StaffMember, Depends(access.may(Permission.CHAT))]

    def alarms(only_unseen: bool = False) -> list[AlarmLine]:
        return alarm_lines(desks.emergencies().listed(only_unseen), desks.names)

    @routes.get("/staff/day")
    def show_day(request: Request, member: reading, day: str = "") -> Response:
        unseen = sorted(alarms(only_unseen=True), key=lambda alarm: not alarm.is_emergency)  # then the newest first
        front = open_front(desks, pages, request, member)
        today = front.now().date()
        shown = read_day(day, today)
        return pages.show(
            request, "day_day.html", member, heading=day_in_full(shown), sheet=day_sheet(front, shown), day=shown,
            today=today, before=shown - _DAY, after=shown + _DAY, unseen=unseen[:_ALARMS_ON_TOP],
            number_unseen=len(unseen),
        )  # fmt: skip

    @routes.get("/staff/day/week")
    def show_week(request: Request, member: reading, day: str = "") -> Response:
        front = open_front(desks, pages, request, member)
        today = front.now().date()
        shown = read_day(day, today)
        monday = shown - shown.weekday() * _DAY
        return pages.show(
            request, "day_week.html", member, sheet=week_sheet(front, monday), day=shown, today=today,
            heading=f"Week of {day_in_full(monday)}", before=monday - 7 * _DAY, after=monday + 7 * _DAY,
            number_unseen=desks.emergencies().unseen(),
        )  # fmt: skip

    @routes.get("/staff/day/list")
    def show_list(
        request: Request, member: reading, first: str = "", last: str = "", clinician: str = "", status: str = ""
    ) -> Response:
        front = open_front(desks, pages, request, member)
        today = front.now().date()
        since = read_day(first, today)
        until = min(max(read_day(last, since + 6 * _DAY), since), since + _LONGEST_LIST)
        visits = [
            v for v in front.visits(since, until)
            if v.status in _LISTED and clinician in ("", v.slot.clinician) and status in ("", v.status.value)
        ]  # fmt: skip
        return pages.show(
            request, "day_list.html", member, lines=[line_of(v, front.timetable) for v in visits], searched=None,
            **_filters(since, until, clinician, status), clinicians=front.timetable.clinicians, statuses=_statuses(),
            number_unseen=desks.emergencies().unseen(), day=since,
        )  # fmt: skip

    # A POST, so that no patient's name stands in an address, a log or a browser's history.
    @routes.post("/staff/day/list")
    def search(request: Request, member: reading, text: Annotated[str, Form()] = "") -> Response:
        front = open_front(desks, pages, request, member)
        today = front.now().date()
        found = front.search(text[:200])
        return pages.show(
            request, "day_list.html", member, lines=[line_of(v, front.timetable) for v in found],
            searched=text[:200].strip(), **_filters(today, today + 6 * _DAY, "", ""), statuses=_statuses(),
            clinicians=front.timetable.clinicians, number_unseen=desks.emergencies().unseen(), day=today,
        )  # fmt: skip

    @routes.get("/staff/day/emergencies")
    def show_alarms(request: Request, member: reading) -> Response:
        found = alarms()
        number = sum(1 for alarm in found if not alarm.is_seen)
        return pages.show(request, "day_emergencies.html", member, alarms=found, number_unseen=number, day="")

    @routes.post("/staff/day/emergencies/seen")
    def acknowledge(
        member: acting,
        sender: Annotated[str, Form()] = "",
        message_id: Annotated[str, Form()] = "",
        note: Annotated[str, Form()] = "",
    ) -> Response:
        is_first = desks.emergencies().acknowledge(sender[:80], message_id[:120], member.id, note)
        said = "Noted: you have seen it." if is_first else "Somebody was faster, or the visitor has erased the chat."
        return pages.moved("/staff/day/emergencies", said=said)

    add_booking_routes(routes, access, pages, desks)
    add_visit_routes(routes, access, pages, desks)
    return routes


def _filters(since: date, until: date, clinician: str, status: str) -> dict[str, Any]:
    return {"first": str(since), "last": str(until), "clinician": clinician, "wanted": status}


def _statuses() -> list[tuple[str, str]]:
    return [("", "All"), *((status.value, STATUSES[status][0]) for status in _LISTED)]
