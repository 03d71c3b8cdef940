"""The widget's files as `web` serves them to the clinic's site."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from clinic.answers.catalogue import WordingError
from clinic.answers.clinic_facts import load_clinic_facts
from clinic.answers.widget_strings import load_widget_strings
from web.widget import routes
from web.widget.routes import DIST

INTEGRITY = json.loads((DIST / "integrity.json").read_text("utf-8"))


def test_the_page_comes_under_a_strict_policy(web: httpx.Client) -> None:
    policy = web.get("/").headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'")
    assert "unsafe" not in policy


@pytest.mark.parametrize("name", INTEGRITY)
def test_every_file_has_the_hash_that_pins_it_and_can_be_read_from_any_site(web: httpx.Client, name: str) -> None:
    answer = web.get(f"/{name}" if name == "widget.js" else f"/widget/{name}")
    found = "sha384-" + base64.b64encode(hashlib.sha384(answer.content).digest()).decode()
    assert found == INTEGRITY[name]
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


def test_the_launcher_names_the_panel_and_its_hash(web: httpx.Client) -> None:
    launcher = web.get("/widget.js").text
    panel = next(name for name in INTEGRITY if name != "widget.js")
    assert f"widget/{panel}" in launcher
    assert INTEGRITY[panel] in launcher


def test_a_browser_that_has_the_launcher_gets_it_no_second_time(web: httpx.Client) -> None:
    first = web.get("/widget.js")
    again = web.get("/widget.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["cache-control"] == "no-cache"


def test_the_panel_is_kept_for_good(web: httpx.Client) -> None:
    panel = next(name for name in INTEGRITY if name != "widget.js")
    assert "immutable" in web.get(f"/widget/{panel}").headers["cache-control"]
    assert web.get("/widget/panel-000000000000.js").status_code == 404


def test_files_are_compressed_for_browsers_that_can_read_it(web: httpx.Client) -> None:
    with web.stream("GET", "/widget.js", headers={"Accept-Encoding": "gzip"}) as packed:
        raw = b"".join(packed.iter_raw())
    assert gzip.decompress(raw) == (DIST / "widget.js").read_bytes()
    assert web.get("/widget.js", headers={"Accept-Encoding": "identity"}).content == (DIST / "widget.js").read_bytes()


def test_words_name_the_numbers_of_the_country(web: httpx.Client) -> None:
    words = web.get("/widget/strings/en.json").json()
    assert {"name": "emergency", "number": "911"} in words["calls"]
    assert any("911" in point for point in words["consent"])
    assert "{" not in "".join(words["consent"])
    assert (words["lang"], words["dir"]) == ("en", "ltr")


def test_the_consent_says_whether_a_clinician_has_reviewed() -> None:
    facts = load_clinic_facts()
    before, after = (load_widget_strings("en", facts, is_reviewed=reviewed) for reviewed in (False, True))
    assert before is not None
    assert after is not None
    assert before["consent"] != after["consent"]


@pytest.mark.parametrize("lang", ["xx", "en-GB", "EN", "a" * 200])
def test_a_language_without_a_file_is_answered_in_english(web: httpx.Client, lang: str) -> None:
    assert web.get(f"/widget/strings/{lang}.json").json()["lang"] == "en"


def test_of_many_names_of_languages_few_are_remembered(web: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []

    def counted(lang: str, *facts: Any, **more: Any) -> Any:
        loaded.append(lang)
        return load_widget_strings(lang, *facts, **more)

    monkeypatch.setattr(routes, "load_widget_strings", counted)
    for name in [*(f"en-a{n}" for n in range(40)), "en-a0"]:
        assert web.get(f"/widget/strings/{name}.json").json()["lang"] == "en"
    assert loaded.count("en-a0") == 2
    assert loaded.count("en-a39") == 1


def test_no_other_file_can_be_reached_as_a_language(web: httpx.Client) -> None:
    answer = web.get("/widget/strings/..%2f..%2fclinic%2fclinic.json")
    assert answer.status_code == 404
    assert "demonstration" not in answer.text


def test_a_file_that_lacks_something_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "ar.yml").write_text("lang: ar\ndir: rtl\n", "utf-8")
    with pytest.raises(WordingError, match=r"ar\.yml: consent, review, starters, texts is missing"):
        load_widget_strings("ar", load_clinic_facts(), is_reviewed=False, folder=tmp_path)
