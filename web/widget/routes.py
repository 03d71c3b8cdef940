"""`/widget.js` and what it loads, and the full page at `/`."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, JSONResponse

from clinic.answers import load_catalogue
from clinic.answers.clinic_facts import load_clinic_facts
from clinic.answers.content import content_folder
from clinic.answers.release_checks import unreviewed
from clinic.answers.widget_strings import load_widget_strings
from clinic.settings import ROOT
from web.widget.files import BuiltFile

DIST = ROOT / "widget" / "dist"
STATIC = Path(__file__).parent / "static"
_LAUNCHER = "widget.js"
_DEFAULT_LANGUAGE = "en"
_MOST_LANGUAGES = 16  # kept at once: whoever asks chooses the names


def widget_routes(country: str | None, dist: Path = DIST) -> APIRouter:
    """The router; reads the built files. `country`: whose emergency numbers are told."""
    routes = APIRouter(include_in_schema=False)
    names = json.loads((dist / "integrity.json").read_text("utf-8"))
    built = {name: BuiltFile(dist / name, "text/javascript", is_named_by_hash=name != _LAUNCHER) for name in names}

    @lru_cache(_MOST_LANGUAGES)
    def strings_in(lang: str, content: Path) -> dict[str, Any] | None:
        facts, is_reviewed = load_clinic_facts(country=country), not unreviewed(load_catalogue(content))
        return load_widget_strings(lang, facts, is_reviewed=is_reviewed, folder=content / "widget")

    def strings(lang: str) -> dict[str, Any] | None:
        return strings_in(lang, content_folder())

    @routes.get(f"/{_LAUNCHER}")
    async def launcher(request: Request) -> Response:
        return built[_LAUNCHER].response(request)

    @routes.get("/widget/{name}")
    async def panel(name: str, request: Request) -> Response:
        return built[name].response(request) if name in built else Response(status_code=404)

    @routes.get("/widget/strings/{lang}.json")
    def words(lang: str) -> Response:
        """A language that is not there is answered in English: the assistant reads no other."""
        found = strings(lang) if len(lang) < 20 else None
        headers = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin",
                   "Cache-Control": "no-cache"}  # fmt: skip
        return JSONResponse(found or strings(_DEFAULT_LANGUAGE), headers=headers)

    @routes.get("/")
    async def page() -> FileResponse:
        return FileResponse(STATIC / "page.html", media_type="text/html")

    @routes.get("/page.css")
    async def style() -> FileResponse:
        return FileResponse(STATIC / "page.css", media_type="text/css")

    return routes
