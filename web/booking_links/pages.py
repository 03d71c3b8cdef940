"""Pages as HTML: templates that escape everything, approved wording, headers that let nothing in or out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from clinic.answers import fill, load_catalogue
from clinic.answers.clinic_facts import ClinicFacts, load_clinic_facts

TEMPLATES = Path(__file__).parent / "templates"
STYLE = Path(__file__).parent / "static/booking-pages.css"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store",
}
_STATUSES = {
    "link_invalid": 404,
    "appointment_not_found": 404,
    "link_expired": 410,
    "not_waiting": 410,
    "time_taken": 409,
    "time_not_offered": 409,
    "too_many_attempts": 429,
    "unavailable": 503,
}
_FIELD = 422
_WAIT_SECONDS = {"too_many_attempts": "900", "unavailable": "60"}


@dataclass(frozen=True)
class Page:
    """A template, what it shows, and why it is not what was asked for.

    `refusal`: the code of a `BookingError` or a `FieldError`; `notice`: the name of a text of the pages.
    """

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    refusal: str | None = None
    notice: str | None = None

    @property
    def status(self) -> int:
        """The HTTP status."""
        if self.refusal is not None:
            return _STATUSES.get(self.refusal, _FIELD)
        return 200


class Pages:
    """Turns a `Page` into a response."""

    def __init__(self, country: str | None) -> None:
        """`country`: whose emergency numbers are told; templates are read when they are first shown."""
        self._country = country
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip
        self._templates.globals["say"] = self.say

    def say(self, name: str, **values: str) -> str:
        """A text of `data/answers/booking_pages.yml`; `KeyError` for an unknown one."""
        return self._said(f"utter_page_{name}", values)

    def response(self, page: Page) -> Response:
        """The page as it is sent."""
        code, notice = page.refusal, page.notice
        said = self._said(f"utter_booking_{code}", {}) if code else self.say(notice) if notice else None
        html = self._templates.get_template(page.template).render(
            **page.values, alert=said, is_error=bool(code), clinic_name=self._facts().values["clinic_name"]
        )
        waits = {"Retry-After": _WAIT_SECONDS[code]} if code in _WAIT_SECONDS else {}
        return Response(html, page.status, {**_HEADERS, **waits}, "text/html; charset=utf-8")

    def _said(self, name: str, values: Mapping[str, str]) -> str:
        return fill(load_catalogue().variations(name)[0].text, {**self._facts().values, **values})

    def _facts(self) -> ClinicFacts:
        return load_clinic_facts(country=self._country)


def refused(code: str) -> Page:
    """A page that only says why nothing can be done here."""
    return Page("refused.html", refusal=code)
