"""The record of changes, for admins: filters, a file, and whether it is as it was written."""

import csv
import io
import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from clinic.staff.model import Permission, StaffMember
from clinic.staff.record import RecordEntry, RecordFilter
from web.staff.access import Access
from web.staff.accounts.parts import AccountParts
from web.staff.pages import StaffPages
from web.staff.routes import Area

AUDIT = "/staff/audit"
_A_PAGE = 100
_COLUMNS = ("number", "at", "by", "action", "subject", "details", "hash")


@dataclass(frozen=True)
class RecordQuery:
    """The filters as they stand in the address."""

    by: str = ""
    area: str = ""
    subject: str = ""
    since: str = ""
    until: str = ""
    before: str = ""

    def read(self, zone: tzinfo, most: int | None) -> tuple[RecordFilter, dict[str, str]]:
        """What is asked for, and which fields cannot be read."""
        errors: dict[str, str] = {}
        moments: dict[str, float | None] = {}
        for name, days in (("since", 0), ("until", 1)):
            text = getattr(self, name).strip()
            try:
                moments[name] = _beginning(date.fromisoformat(text) + timedelta(days), zone) if text else None
            except (ValueError, OverflowError):
                moments[name], errors[name] = None, "This is no day. Write it like 2026-11-23."
        before = int(self.before) if self.before.isascii() and self.before.isdigit() and len(self.before) < 10 else None
        return RecordFilter(self.by, self.area, self.subject.strip(), moments["since"], moments["until"], before,
                            most), errors  # fmt: skip

    def address(self, path: str, **changes: str) -> str:
        """A page with these filters."""
        chosen = {**self.__dict__, **changes}
        return f"{path}?{urlencode({name: value for name, value in chosen.items() if value})}"


def audit_area(parts: AccountParts) -> Area:
    """`/staff/audit`, `/staff/audit.csv` and `/staff/audit/check`."""

    def area(access: Access, pages: StaffPages) -> APIRouter:
        routes = APIRouter(include_in_schema=False)
        Admin = Annotated[StaffMember, Depends(access.may(Permission.MANAGE))]  # noqa: N806
        Asked = Annotated[RecordQuery, Depends(_query)]  # noqa: N806

        def names() -> dict[str, str]:
            return {account.id: account.name for account in parts.desks().people.all()}

        def areas() -> list[tuple[str, str]]:
            return [(name, name.capitalize()) for name in parts.desks().record.areas()]

        @routes.get(AUDIT)
        def record(request: Request, member: Admin, asked: Asked) -> Response:
            wanted, errors = asked.read(pages.zone, _A_PAGE + 1)
            found = parts.desks().record.entries(wanted)
            shown = found[:_A_PAGE]
            older = asked.address(AUDIT, before=str(shown[-1].number)) if len(found) > _A_PAGE else None
            return pages.show(
                request, "accounts_audit.html", member, 422 if errors else 200, entries=shown, asked=asked,
                errors=errors, people=names(), areas=areas(), in_words=in_words,
                older=older,
                file=asked.address(f"{AUDIT}.csv", before=""),
            )  # fmt: skip

        @routes.get(f"{AUDIT}.csv")
        def file(member: Admin, asked: Asked) -> Response:
            wanted, _ = asked.read(pages.zone, None)
            text = as_csv(parts.desks().record.entries(wanted), names(), pages.zone)
            headers = {"Content-Disposition": 'attachment; filename="record.csv"', "Cache-Control": "no-store"}
            return Response(text, headers=headers, media_type="text/csv; charset=utf-8")

        @routes.get(f"{AUDIT}/check")
        def check(request: Request, member: Admin) -> Response:
            record = parts.desks().record
            return pages.show(request, "accounts_audit_check.html", member, broken=record.first_break(),
                              newest=next(iter(record.entries(RecordFilter(most=1))), None))  # fmt: skip

        return routes

    return area


def in_words(details: str) -> str:
    """`from: editor, to: clinician`; empty where there are none, as they stand where somebody altered them."""
    try:
        found = json.loads(details)
    except ValueError:
        return details
    if not isinstance(found, dict):
        return details
    plain = {name: value if isinstance(value, str) else json.dumps(value) for name, value in found.items()}
    return ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in plain.items())


def as_csv(entries: list[RecordEntry], names: dict[str, str], zone: tzinfo) -> str:
    """With a header; what a spreadsheet would take for a formula has a `'` before it."""
    file = io.StringIO()
    rows = csv.writer(file)
    rows.writerow(_COLUMNS)
    for entry in entries:
        at = datetime.fromtimestamp(entry.at, zone).isoformat(timespec="seconds")
        by = names.get(entry.by, entry.by)
        rows.writerow(map(_plain, (str(entry.number), at, by, entry.action, entry.subject, entry.details, entry.hash)))
    return file.getvalue()


def _plain(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _query(
    by: Annotated[str, Query(max_length=64)] = "", area: Annotated[str, Query(max_length=80)] = "",
    subject: Annotated[str, Query(max_length=200)] = "", since: Annotated[str, Query(max_length=20)] = "",
    until: Annotated[str, Query(max_length=20)] = "", before: Annotated[str, Query(max_length=20)] = "",
) -> RecordQuery:  # fmt: skip
    return RecordQuery(by, area, subject, since, until, before)


def _beginning(day: date, zone: tzinfo) -> float:
    return datetime.combine(day, time.min, zone).timestamp()
