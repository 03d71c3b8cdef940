"""The reply as a visitor sees it, drawn by the built widget itself inside a frame."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from fastapi import Response

from clinic.answers.clinic_facts import ClinicFacts
from clinic.answers.widget_strings import load_widget_strings
from clinic.settings import ROOT
from web.staff.pages import HEADERS, StaffPages

_NAMES = ROOT / "widget" / "dist" / "integrity.json"
# The frame is our own page's, and the frame loads nothing but our own files.
_POLICY = HEADERS["Content-Security-Policy"].replace("frame-ancestors 'none'", "frame-ancestors 'self'")
_HEADERS = {**HEADERS, "Content-Security-Policy": _POLICY, "X-Frame-Options": "SAMEORIGIN"}


def preview_page(pages: StaffPages, facts: ClinicFacts, values: dict[str, Any]) -> Response:
    """The page for the frame; without scripts it is the text alone."""
    strings = load_widget_strings("en", facts, is_reviewed=False)
    panel = f"/widget/{_panel()}"
    given = json.dumps({"panel": panel, "strings": strings, "reply": values["reply"]})
    html = pages.templates.get_template("answers_preview.html").render(**values, given=given)
    return Response(html, 200, _HEADERS, "text/html; charset=utf-8")


@lru_cache(maxsize=1)
def _panel() -> str:
    """The built file's name, which holds its hash."""
    names: dict[str, str] = json.loads(_NAMES.read_text("utf-8"))
    return next(name for name in names if name.startswith("panel-"))
