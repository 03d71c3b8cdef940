"""The chat page's session API."""

from __future__ import annotations

import uuid
from typing import Any

import httpx


def _session(web: httpx.Client) -> dict[str, str]:
    return {"Authorization": f"Bearer {web.post('/chat/session').json()['token']}"}


def _send(web: httpx.Client, headers: dict[str, str], text: str, message_id: str | None = None) -> httpx.Response:
    return web.post("/chat/messages", json={"id": message_id or uuid.uuid4().hex, "text": text}, headers=headers)


def test_the_page_and_its_files_are_served_under_a_strict_policy(web: httpx.Client) -> None:
    for path in ("/", "/static/chat.js", "/static/chat.css"):
        answer = web.get(path)
        assert answer.status_code == 200
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert web.get("/static/../app.py").status_code == 404


def test_a_conversation_is_kept_and_can_be_read_again(web: httpx.Client) -> None:
    headers = _session(web)
    _send(web, headers, "does iron help")
    turns = web.get("/chat/messages", headers=headers).json()["turns"]
    assert [t["text"] for t in turns] == ["does iron help"]
    assert turns[0]["replies"][0]["text"] == "heard does iron help"


def test_sessions_see_nothing_of_one_another(web: httpx.Client) -> None:
    ann, bob = _session(web), _session(web)
    _send(web, ann, "a secret of Ann")
    assert web.get("/chat/messages", headers=bob).json()["turns"] == []


def test_a_token_that_was_changed_is_refused(web: httpx.Client) -> None:
    headers = _session(web)
    for forged in (headers["Authorization"][:-2] + "xx", "Bearer guess", ""):
        answer = _send(web, {"Authorization": forged}, "hi there")
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "session_expired")


def test_erasing_leaves_nothing(web: httpx.Client, rasa: Any) -> None:
    headers = _session(web)
    _send(web, headers, "forget me")
    assert web.delete("/chat/session", headers=headers).status_code == 204
    assert web.get("/chat/messages", headers=headers).json()["turns"] == []


def test_a_flood_is_slowed_down_in_words(web: httpx.Client) -> None:
    headers = _session(web)
    answers = [_send(web, headers, "hello") for _ in range(32)]
    assert answers[-1].status_code == 429
    assert "wait" in answers[-1].json()["error"]["message"]
