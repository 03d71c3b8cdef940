"""Every staff page has its picture, and the how-tos for the staff show pictures that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts

from clinic.settings import ROOT, load_settings
from tests.web.staff.signed_in import SETTINGS
from tools.staff_picture_list import PICTURES
from tools.staff_pictures import FOLDER
from web.app import create_app

HOW_TOS = sorted((ROOT / "docs" / "how-to" / "staff").glob("*.md"))
MOST_BYTES = 6_000_000
PLACES = ("web/staff/**/*.html", "web/staff/**/*.py", "web/staff/**/*.js", "clinic/**/*.py")
# Names that a template puts together.
COMPOSED = {
    "Approve and let patients read it", "Last 7 days", "Last 30 days", "Last 90 days", "The … messages", "Teach it",
    "Mark all … as reviewed", "What is it to become?", "Nothing in this sentence can tell who asked",
}  # fmt: skip
# What answers no page of its own; whoever adds to it says why.
NO_PAGE = {
    "/staff",  # leads to the inbox
    "/staff/static/{}",
    "/staff/session",  # how long the sign-in still holds
    "/staff/audit.csv",
    "/staff/numbers/{}.csv",
    "/staff/chats/news", "/staff/chats/{}/news", "/staff/releases/live", "/staff/releases/checks/{}/progress",  # parts
    "/staff/answers/one/{}/preview",  # a frame of the answer's page
    "/staff/sign-in/clinic", "/staff/sign-in/clinic/back",  # lead to the clinic's own sign-in service and from there
}  # fmt: skip


def plain(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def test_every_page_has_a_picture() -> None:
    app = create_app(load_settings(SETTINGS))
    paths = {
        plain(route.path or "")
        for route in iter_route_contexts(app.routes)
        if (route.path or "").startswith("/staff") and "GET" in (route.methods or ())
    }
    shown = {plain(picture.route) for picture in PICTURES}
    assert paths - NO_PAGE - shown == set(), "add a picture of it to tools/staff_picture_list.py, or say why not here"
    # `/staff/teach` and `/staff/teach/new` are one page.
    assert shown - paths == set(), "these pages are gone"


def test_every_picture_has_a_name_of_its_own_and_is_in_its_folder() -> None:
    names = [picture.name for picture in PICTURES]
    assert len(set(names)) == len(names)
    assert {file.stem for file in FOLDER.glob("*.png")} == set(names), "make screenshots"


def test_pictures_are_small() -> None:
    assert sum(file.stat().st_size for file in FOLDER.glob("*.png")) < MOST_BYTES


@pytest.mark.parametrize("how_to", HOW_TOS, ids=lambda path: path.stem)
def test_a_how_to_leads_only_to_files_that_are_there(how_to: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)", how_to.read_text("utf-8"))
    assert [link for link in links if not (how_to.parent / link).exists()] == []


@pytest.fixture(scope="module")
def pages() -> str:
    """All words that pages are made of."""
    return "\n".join(file.read_text("utf-8") for place in PLACES for file in ROOT.glob(place))


@pytest.mark.parametrize("how_to", HOW_TOS, ids=lambda path: path.stem)
def test_what_a_how_to_calls_by_name_is_on_a_page(how_to: Path, pages: str) -> None:
    """Names in bold are those of buttons, links, fields and parts of pages."""
    named = set(re.findall(r"\*\*([^*]+)\*\*", how_to.read_text("utf-8"))) - COMPOSED
    assert named
    plain_words = re.sub(r"<[^>]+>", "", pages)
    assert [name for name in sorted(named) if name not in pages and name.rstrip(".") not in plain_words] == []


@pytest.mark.parametrize("how_to", [path for path in HOW_TOS if path.stem != "README"], ids=lambda path: path.stem)
def test_a_how_to_shows_a_picture_and_stands_on_the_list(how_to: Path) -> None:
    assert "(../../pictures/staff/" in how_to.read_text("utf-8")
    assert f"({how_to.name})" in (how_to.parent / "README.md").read_text("utf-8")
