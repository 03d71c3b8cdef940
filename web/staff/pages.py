"""Staff pages as HTML: templates that escape everything, the frame around them, headers that let little in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Any

import structlog
from fastapi import Request, Response
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from clinic.staff.model import Permission, Role, StaffMember
from clinic.staff.session import SessionLimits
from web.staff.access import Access
from web.staff.csrf import FIELD, HEADER
from web.staff.navigation import NavLink, Waiting, links_for
from web.staff.said import Said, SaidOnce, Undo

log = structlog.get_logger()

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"
_FILE_NAME = re.compile(r"([a-z0-9_-]+/)*[a-z0-9_-]+(\.[a-z0-9]+)+")
_OUT_OF_ORDER = 500  # and above
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    # Not `no-referrer`: browsers would then send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store",
}


class StaffPages:
    """Shows pages, and says a word about what was done after moving on."""

    def __init__(
        self,
        access: Access,
        secret_key: str,
        clinic_name: str,
        limits: SessionLimits = SessionLimits(),  # noqa: B008 - never changed
        zone: Callable[[], tzinfo] = lambda: UTC,
        waiting: Callable[[], Waiting] = Waiting,
    ) -> None:
        """`zone`: the clinic's, for times; `waiting`: what stands in the bar of every page. Both are asked for on use.

        Templates are read when they are first shown.
        """
        self._access, self._said = access, SaidOnce(access.cookies, secret_key)
        self._zone, self._waiting = zone, waiting
        idle = int(limits.idle)
        self.templates = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip
        self.templates.globals |= {
            "clinic_name": clinic_name, "asset": asset, "Permission": Permission, "Role": Role, "idle_seconds": idle,
            "csrf_header": HEADER,
        }  # fmt: skip
        self.templates.filters |= {"when": self.when, "day": self.day, "clock": self.clock}

    def show(
        self, request: Request, template: str, member: StaffMember | None, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """A page; `member`: who sees it, `None` where nobody is signed in."""
        token = self._access.form_token(request)
        said = self._said.of(request)
        frame = {
            "member": member, "nav": lambda: self._nav(request, member, status), "path": request.url.path,
            "said": said, "csrf_token": token, "csrf_field": _csrf_field(token),
        }  # fmt: skip
        html = self.templates.get_template(template).render({**frame, **values})
        response = HTMLResponse(html, status, dict(HEADERS))
        if said is not None:
            self._said.forget(response)
        return response

    def moved(self, address: str, said: str | None = None, undo: Undo | None = None) -> RedirectResponse:
        """To a staff page (303) after something was done; `said`, `undo`: there once, without a patient's data."""
        for each in (address, undo.address if undo else address):
            if not is_staff_address(each):
                raise ValueError(f"no staff page: {each[:80]!r}")
        response = RedirectResponse(address, 303, {"Cache-Control": "no-store"})
        if said:
            self._said.put(response, Said(said, undo))
        return response

    @property
    def zone(self) -> tzinfo:
        """The clinic's, as it is just now."""
        return self._zone()

    def when(self, moment: float | datetime | None, missing: str = "–") -> Markup:
        """Day and time of the clinic, as a `<time>`; seconds since the epoch or a moment with a zone."""
        return self._time(moment, "%-d %b %Y, %H:%M", missing)

    def day(self, moment: float | datetime | None, missing: str = "–") -> Markup:
        """The day alone."""
        return self._time(moment, "%-d %b %Y", missing)

    def clock(self, moment: float | datetime | None, missing: str = "–") -> Markup:
        """The time alone."""
        return self._time(moment, "%H:%M", missing)

    def _nav(self, request: Request, member: StaffMember | None, status: int) -> list[NavLink]:
        """The bar, asked for by whole pages alone and not by the parts that load themselves again."""
        found = Waiting()
        if member is not None and status < _OUT_OF_ORDER:  # else whatever failed would be waited for once more
            try:
                found = self._waiting()
            except Exception as error:  # a badge that cannot be shown is no reason to show no page
                log.warning("what waits was not counted", error=type(error).__name__)
        return links_for(member, request.url.path, found)

    def _time(self, moment: float | datetime | None, form: str, missing: str) -> Markup:
        if moment is None:
            return Markup("{}").format(missing)
        exact = moment if isinstance(moment, datetime) else datetime.fromtimestamp(moment, UTC)
        local = exact.astimezone(self.zone)
        return Markup('<time datetime="{}">{}</time>').format(local.isoformat(timespec="seconds"), local.strftime(form))


def is_staff_address(address: str) -> bool:
    """Whether it is a page under `/staff` of this host: nobody is led elsewhere."""
    path = address.partition("?")[0].partition("#")[0]
    has_odd = any(ord(letter) <= 32 or letter == "\\" for letter in address)
    return (path == "/staff" or path.startswith("/staff/")) and ".." not in path and not has_odd


@lru_cache(maxsize=64)
def _fingerprint(path: Path, _changed_at: float) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a file of `static/`, another one where its content is another."""
    path = STATIC / name
    return f"/staff/static/{name}?v={_fingerprint(path, path.stat().st_mtime)}"


def _csrf_field(token: str) -> Callable[[], Markup]:
    return lambda: Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token)


def file_response(name: str, is_fingerprinted: bool) -> Response | None:
    """A file of `static/`; `None` where there is none of this name."""
    if not _FILE_NAME.fullmatch(name) or not (STATIC / name).is_file():
        return None
    kept = "public, max-age=31536000, immutable" if is_fingerprinted else "no-cache"
    return FileResponse(STATIC / name, headers={"Cache-Control": kept, "X-Content-Type-Options": "nosniff"})
