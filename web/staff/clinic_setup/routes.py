"""The addresses of the set-up: `/staff/clinic`, for those who manage the clinic."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from clinic.booking.schedule import Schedule
from clinic.booking.schedule_desk import PartChanged, ScheduleDesk, VisitsConcerned
from clinic.booking.schedule_parts import PartKind, SchedulePart, part_of
from clinic.booking.spoken_times import day_in_full
from clinic.booking.timetable_file import TimetableError
from clinic.staff.model import Permission, StaffMember
from clinic.staff.ports import AuditLog
from web.staff.clinic_setup.fields import NEW, in_use
from web.staff.clinic_setup.forms import BASE, PartForm
from web.staff.clinic_setup.hours import DAYS, Mistakes
from web.staff.clinic_setup.words import in_words, shifts_shown
from web.staff.day.calendar import line_of
from web.staff.day.parts import Access, DayRoute, Pages

_LONGEST = 2_000
_OWN = ("csrf", "seen", "keep", "back")  # fields that are no part of what is typed
_NOT_TOGETHER = (
    "This does not fit with what a colleague has saved meanwhile. Look at the clinic's page, then try again."
)


@dataclass(frozen=True)
class ClinicDesks:
    """The desk is made on use; `names`: what a member of the staff is called, by id."""

    schedule: Callable[[], ScheduleDesk]
    audit: AuditLog
    names: Callable[[str], str]


@dataclass(frozen=True)
class Attempt:
    """A form as it was sent."""

    form: PartForm
    typed: Mapping[str, str]
    seen: int
    keeps_visits: bool
    goes_back: bool
    removes: bool = False


async def sent_fields(request: Request) -> dict[str, str]:
    """A dependency: all fields of a form, whose names depend on the schedule."""
    form = await request.form()
    return {name: value[:_LONGEST] for name, value in form.items() if isinstance(value, str)}


def clinic_routes(access: Access, pages: Pages, desks: ClinicDesks) -> APIRouter:
    """The router."""
    routes = APIRouter(include_in_schema=False, route_class=DayRoute)
    managing = Annotated[StaffMember, Depends(access.may(Permission.MANAGE))]
    sent = Annotated[dict[str, str], Depends(sent_fields)]
    setup = _Setup(pages, desks)

    @routes.get(BASE)
    def overview(request: Request, member: managing) -> Response:
        return setup.overview(request, member)

    for kind in (PartKind.HOURS, PartKind.CLOSED, PartKind.RULES):
        _add_form(routes, setup, PartForm(kind), managing, sent)
    for kind in (PartKind.CLINICIAN, PartKind.VISIT_TYPE):
        _add_entry_forms(routes, setup, kind, managing, sent)
    return routes


def _add_form(routes: APIRouter, setup: "_Setup", form: PartForm, managing: Any, sent: Any) -> None:
    @routes.get(form.address, name=f"clinic {form.kind.value}")
    def show(request: Request, member: managing) -> Response:
        return setup.form(request, member, form)

    @routes.post(form.address)
    def save(request: Request, member: managing, fields: sent) -> Response:
        return setup.save(request, member, _attempt(form, fields))


def _add_entry_forms(routes: APIRouter, setup: "_Setup", kind: PartKind, managing: Any, sent: Any) -> None:
    address = PartForm(kind, "{id_}").address

    @routes.get(address)
    def show(request: Request, member: managing, id_: str) -> Response:
        return setup.form(request, member, PartForm(kind, id_))

    @routes.post(address)
    def save(request: Request, member: managing, id_: str, fields: sent) -> Response:
        return setup.save(request, member, _attempt(PartForm(kind, id_), fields))

    @routes.post(f"{address}/remove")
    def remove(request: Request, member: managing, id_: str, fields: sent) -> Response:
        return setup.save(request, member, _attempt(PartForm(kind, id_), fields, removes=True))


def _attempt(form: PartForm, fields: Mapping[str, str], *, removes: bool = False) -> Attempt:
    seen = fields.get("seen", "")
    if not (seen.isascii() and seen.isdigit() and len(seen) < 9):
        raise HTTPException(422)
    typed = {name: value for name, value in fields.items() if name not in _OWN}
    return Attempt(form, typed, int(seen), bool(fields.get("keep")), bool(fields.get("back")), removes)


class _Setup:
    """Shows and saves parts."""

    def __init__(self, pages: Pages, desks: ClinicDesks) -> None:
        self._pages, self._desks = pages, desks

    def overview(self, request: Request, member: StaffMember) -> Response:
        desk = self._desks.schedule()
        found = desk.current()
        table = desk.timetable(found)
        parts = {
            kind.value: in_words(SchedulePart(kind), part_of(found.document, SchedulePart(kind)), found.document)
            for kind in (PartKind.HOURS, PartKind.CLOSED, PartKind.RULES)
        }
        return self._pages.show(
            request, "clinic_overview.html", member, parts=parts, document=found.document, schedule=found,
            saved_by=self._desks.names(found.by) if found.by else None,
            entry_words=lambda kind, entry: in_words(SchedulePart(PartKind(kind), entry["id"]), entry, found.document),
            misfits=[line_of(visit, table) for visit in desk.misfits()],
        )  # fmt: skip

    def form(self, request: Request, member: StaffMember, form: PartForm) -> Response:
        """The form as the schedule has it."""
        current = self._desks.schedule().current()
        if not form.exists_in(current.document):
            raise HTTPException(404)
        return self._show(request, member, form, form.typed(current.document), current)

    def save(self, request: Request, member: StaffMember, attempt: Attempt) -> Response:
        """Save a part, or the form again with everything that was typed."""
        desk = self._desks.schedule()
        current, form = desk.current(), attempt.form
        if not form.exists_in(current.document):
            raise HTTPException(404)
        if attempt.goes_back:
            typed = attempt.typed or form.typed(current.document)  # a removal sends none
            return self._show(request, member, form, typed, current, seen=attempt.seen)
        part = SchedulePart(form.kind, form.known or "")
        try:
            part, value = self._wanted(attempt, current)
            saved = desk.save(part, value, seen=attempt.seen, by=member.id, keeps_visits=attempt.keeps_visits)
        except Mistakes as found:
            return self._show(request, member, form, attempt.typed, current, found.by_field, attempt.seen)
        except PartChanged as changed:
            return self._conflict(request, member, attempt, part, changed.now)
        except VisitsConcerned as concerned:
            return self._ask(request, member, attempt, concerned, current)
        except TimetableError:
            return self._show(request, member, form, attempt.typed, current, {"": _NOT_TOGETHER}, attempt.seen)
        except LookupError:
            raise HTTPException(422) from None
        if saved.version != current.version:
            self._desks.audit.note(member.id, "schedule.saved", str(part), {"version": saved.version})
        return self._pages.moved(BASE, said="Saved. The chat and the pages for patients use it within seconds.")

    def _wanted(self, attempt: Attempt, current: Schedule) -> tuple[SchedulePart, Any]:
        form = attempt.form
        if not attempt.removes:
            return form.read(attempt.typed, current.document)
        users = in_use(form.id, current.document) if form.kind is PartKind.VISIT_TYPE else []
        if users:
            raise Mistakes({"remove": f"Still offered by {', '.join(users)}. Take it away from them first."})
        return SchedulePart(form.kind, form.id), None

    def _show(
        self, request: Request, member: StaffMember, form: PartForm, typed: Mapping[str, str], current: Schedule,
        errors: Mapping[str, str] | None = None, seen: int | None = None, **more: Any,
    ) -> Response:  # fmt: skip
        values = {"theirs": [], "theirs_by": "", "theirs_at": None, "former": False, **more}
        if form.known:
            part = SchedulePart(form.kind, form.known)
            values["former"] = part_of(current.document, part) is None
        if errors and form.known and not typed:  # a removal sends no fields
            typed = form.typed(current.document)
        return self._pages.show(
            request, form.template, member, status=422 if errors else 409 if values["theirs"] else 200, form=form,
            typed=typed, errors=dict(errors or {}), seen=current.version if seen is None else seen, days=DAYS,
            shifts=shifts_shown(typed), document=current.document, is_new=form.id == NEW,
            in_full=lambda day: day_in_full(date.fromisoformat(str(day))), **values,
        )  # fmt: skip

    def _conflict(
        self, request: Request, member: StaffMember, attempt: Attempt, part: SchedulePart, now: Schedule
    ) -> Response:
        """Somebody was faster: what was typed stays, theirs is shown, and the next save is meant."""
        return self._show(
            request, member, attempt.form, attempt.typed or attempt.form.typed(now.document), now,
            theirs=in_words(part, part_of(now.document, part), now.document),
            theirs_by=self._desks.names(now.by) if now.by else "Somebody", theirs_at=now.at,
        )  # fmt: skip

    def _ask(
        self, request: Request, member: StaffMember, attempt: Attempt, concerned: VisitsConcerned, current: Schedule
    ) -> Response:
        table = self._desks.schedule().timetable(current)
        address = attempt.form.address + ("/remove" if attempt.removes else "")
        return self._pages.show(
            request, "clinic_visits.html", member, status=409, address=address, form=attempt.form, typed=attempt.typed,
            seen=attempt.seen, lines=[line_of(visit, table) for visit in concerned.visits],
        )  # fmt: skip
