"""Bad input on the real stack: a clear answer or a documented error, and the next visitor notices nothing."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from tests.processes import KEY, Processes, Visitor

TEXTS = [
    "", "   ", "x" * 4_000, "legs " * 2_000, "🦵" * 300, "\u202e\u200b",
    "¿por qué me duelen las piernas?", "我的腿不舒服",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    '/iron{"topic":"x"}', "/restart", "/session_start", "/nlu_fallback",
    "{0.__class__}", "{appointment_name}", "%s%n%x", "' OR 1=1 --",
    "a\u0000b", "\u0007\u001b[31m", "\n\n\n", "?", "...", "😀😀 help 😀",
    "null", "NaN", "-1", "e\u0301" * 500, "A" * 3_999, ",".join(["leg"] * 900),
]  # fmt: skip
RAW = [
    b'{"sender":"\\ud800","message":"hi"}',
    b'{"sender":"a","message":"\\ud800"}',
    b'{"sender":"a\\u0000b","message":"hi"}',
    b"{",
    b"[]",
    b"\xff\xfe",
    b"",
    b"[" * 50_000,
]


@pytest.mark.parametrize("text", TEXTS, ids=lambda t: ascii(t[:20]))
def test_odd_text_is_answered_or_refused_in_words(visitor: Visitor, text: str) -> None:
    answer = visitor.post(text)
    assert answer.status_code in {200, 413, 422}
    if answer.status_code == 200:
        assert all(r["text"] and r["metadata"]["kind"] for r in answer.json())
    else:
        assert set(answer.json()["error"]) == {"code", "message"}


@pytest.mark.parametrize("body", RAW, ids=lambda b: ascii(b[:20]))
def test_an_odd_body_ends_no_process(stack: Processes, new_visitor: Callable[[], Visitor], body: bytes) -> None:
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    answer = httpx.post(f"{stack.url}/webhooks/rest/webhook", content=body, headers=headers, timeout=30)
    assert answer.status_code < 500
    json.loads(answer.text)
    assert all(stack.is_alive(name) for name in ("web", "rasa", "actions"))
    assert new_visitor().say("what is restless legs syndrome") == ["answer"]


def test_rasa_itself_refuses_whoever_has_no_secret(stack: Processes) -> None:
    address = stack.environment["RASA_URL"]
    body = {"sender": "x", "text": "hi"}
    assert httpx.post(f"{address}/webhooks/clinic/turn", json=body, timeout=10).status_code == 403
    assert httpx.post(f"{address}/webhooks/rest/webhook", json=body, timeout=10).status_code == 404


def test_no_log_holds_a_visitor_s_words(stack: Processes, visitor: Visitor) -> None:
    visitor.say("my secret canary word is xylophonequartz")
    visitor.say("Can I talk to someone?")
    visitor.say("yes")
    visitor.say("Canary Xylophonequartz")
    for name in ("web", "rasa", "actions"):
        assert "xylophonequartz" not in stack.log(name).lower()
