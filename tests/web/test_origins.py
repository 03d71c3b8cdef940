"""Which sites' pages may speak with the chat, and which may frame it."""

from __future__ import annotations

import hashlib
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from tests.web.conftest import KEY, running_web

SITE = "https://www.clinic.example"
FOREIGN = "https://other.example"
LOCAL = "http://localhost:5173"
_ASKED = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}


@pytest.fixture
def more_settings() -> dict[str, str]:
    return {"SITE_ORIGINS": SITE, "PUBLIC_URL": "https://chat.clinic.example/assistant"}


def begin(web: httpx.Client, origin: str | None, **headers: str) -> httpx.Response:
    sent = {**headers, **({"Origin": origin} if origin else {})}
    return web.post("/chat/session", json={"consent": True}, headers=sent)


def preflight(web: httpx.Client, origin: str, path: str = "/chat/messages", **headers: str) -> httpx.Response:
    return web.options(path, headers={"Origin": origin, **_ASKED, **headers})


def in_production(environment: dict[str, str], **more: str) -> dict[str, Any]:
    """Production as far as sites go; the demonstration clinic's texts are refused elsewhere."""
    hashed = hashlib.sha256(KEY.encode()).hexdigest()
    return {**environment, "API_KEYS": "", "API_KEY_HASHES": f"test:{hashed}", "APP_ENV": "production", **more}


@pytest.fixture
def production(web_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setattr("web.app.refuse_what_is_not_ready", lambda *_: None)
    return in_production(web_environment)


def test_a_listed_site_may_ask_and_read(web: httpx.Client) -> None:
    asked = preflight(web, SITE)
    assert asked.status_code == 200
    assert asked.headers["Access-Control-Allow-Origin"] == SITE
    assert asked.headers["Access-Control-Max-Age"] == "600"
    allowed = {name.strip().lower() for name in asked.headers["Access-Control-Allow-Headers"].split(",")}
    assert {"authorization", "content-type", "last-event-id"} <= allowed
    answer = begin(web, SITE)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, SITE)
    assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]
    assert "Origin" in answer.headers["Vary"]


def test_errors_too_can_be_read_by_a_listed_site(web: httpx.Client) -> None:
    too_long = web.post("/chat/messages", content=b"x" * 300_000, headers={"Origin": SITE})
    forged = web.get("/chat/messages", headers={"Origin": SITE, "Authorization": "Bearer forged"})
    assert [(a.status_code, a.headers.get("Access-Control-Allow-Origin")) for a in (too_long, forged)] == [
        (413, SITE),
        (401, SITE),
    ]


def test_no_cookie_of_the_visitor_is_ever_asked_for(web: httpx.Client) -> None:
    for answer in (preflight(web, SITE), begin(web, SITE)):
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "origin",
    [
        FOREIGN,
        "null",
        f"{SITE}.other.example",
        "http://www.clinic.example",
        f"{SITE}:8443",
        "http://localhost.evil.example",
    ],
)
def test_another_sites_page_is_refused_before_anything_happens(web: httpx.Client, origin: str) -> None:
    for answer in (begin(web, origin), preflight(web, origin)):
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "origin_not_allowed")
        assert "SITE_ORIGINS" in answer.json()["error"]["message"]
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "token" not in begin(web, origin).text


def test_who_set_the_widget_up_finds_the_refused_site_in_the_log(web: httpx.Client) -> None:
    with capture_logs() as logs:
        for _ in range(3):
            begin(web, FOREIGN)
    assert [line["origin"] for line in logs if "origin" in line] == [FOREIGN]


def test_programs_and_own_pages_pass_and_need_no_headers(web: httpx.Client) -> None:
    own = str(web.base_url).rstrip("/")
    for origin in (None, own, "https://chat.clinic.example"):
        answer = begin(web, origin)
        assert answer.status_code == 200
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_page_that_came_over_a_proxy_that_ends_tls_is_an_own_one(web: httpx.Client) -> None:
    assert begin(web, "https://rls.clinic.example", Host="rls.clinic.example").status_code == 200


def test_a_host_that_cannot_be_read_is_no_failure(web: httpx.Client) -> None:
    assert begin(web, FOREIGN, Host="[::1").status_code == 403


def test_while_it_is_tried_out_pages_of_the_same_machine_may_embed_it(web: httpx.Client) -> None:
    for origin in (LOCAL, "http://127.0.0.1:8000", "http://localhost"):
        assert begin(web, origin).headers["Access-Control-Allow-Origin"] == origin
        assert preflight(web, origin).status_code == 200


def test_in_production_the_same_machine_is_a_site_like_others(production: dict[str, str]) -> None:
    with running_web(production) as web:
        assert begin(web, LOCAL).status_code == 403
        assert begin(web, SITE).status_code == 200
    with running_web({**production, "SITE_ORIGINS": LOCAL}) as web:
        assert [begin(web, origin).status_code for origin in (LOCAL, SITE)] == [200, 403]


def test_only_the_chat_has_doors_for_other_sites(web: httpx.Client) -> None:
    for path in ("/webhooks/rest/webhook", "/booking/v1/visit-types", "/fhir/metadata", "/healthz"):
        answer = web.options(path, headers={"Origin": SITE, **_ASKED})
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Access-Control-Allow-Origin" not in web.get(path, headers={"Origin": SITE}).headers


def test_only_listed_sites_may_frame_the_page(production: dict[str, str]) -> None:
    with running_web(production) as web:
        assert _framed_by(web.get("/")) == f"'self' {SITE}"
    with running_web({**production, "SITE_ORIGINS": ""}) as web:
        assert _framed_by(web.get("/")) == "'self'"


def test_while_it_is_tried_out_pages_of_the_same_machine_may_frame_the_page(web: httpx.Client) -> None:
    assert _framed_by(web.get("/")) == f"'self' {SITE} http://127.0.0.1:* http://localhost:*"


def test_no_other_page_is_framed_by_a_listed_site(web: httpx.Client) -> None:
    for path in ("/visits/forged", "/offers/forged", "/waiting-list/forged", "/healthz", "/staff"):
        assert _framed_by(web.get(path)) in {"'self'", "'none'"}


def _framed_by(answer: httpx.Response) -> str:
    """The sources of the policy's directive `frame-ancestors`."""
    directives = [part.strip() for part in answer.headers["Content-Security-Policy"].split(";")]
    (found,) = [part for part in directives if part.startswith("frame-ancestors ")]
    return found.removeprefix("frame-ancestors ")
