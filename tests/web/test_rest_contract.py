"""The REST contract as an integration sees it."""

from __future__ import annotations

import threading
from typing import Any

import httpx
import pytest

from tests.web.conftest import say

BAD_BODIES = [
    ("not json", "{"),
    ("a list", "[]"),
    ("no sender", '{"message": "hi"}'),
    ("no message", '{"sender": "a"}'),
    ("a number as message", '{"sender": "a", "message": 5}'),
    ("an object as sender", '{"sender": {"a": 1}, "message": "hi"}'),
    ("an empty sender", '{"sender": "", "message": "hi"}'),
    ("a sender of 1000 characters", '{"sender": "' + "a" * 1000 + '", "message": "hi"}'),
    ("an unknown field", '{"sender": "a", "message": "hi", "input_channel": "staff"}'),
    ("metadata that is text", '{"sender": "a", "message": "hi", "metadata": "x"}'),
    ("a message id that is a number", '{"sender": "a", "message": "hi", "metadata": {"message_id": 5}}'),
]


def test_a_reply_has_rasas_shape_and_echoes_the_sender(web: httpx.Client) -> None:
    reply = say(web, "does iron matter", sender="my own id ☂").json()[0]
    assert reply["recipient_id"] == "my own id ☂"
    assert reply["text"] == "heard does iron matter"
    assert reply["metadata"]["kind"] == "answer"
    assert set(reply) == {"recipient_id", "text", "buttons", "metadata"}


@pytest.mark.parametrize(("what", "body"), BAD_BODIES, ids=[w for w, _ in BAD_BODIES])
def test_a_bad_body_is_a_documented_error(web: httpx.Client, what: str, body: str) -> None:
    answer = web.post("/webhooks/rest/webhook", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "bad_request"


@pytest.mark.parametrize("header", ["", "Bearer wrong-key-12345", "Basic dGVzdA==", "Bearer"])
def test_without_a_known_key_nothing_is_answered(web: httpx.Client, rasa: Any, header: str) -> None:
    answer = web.post(
        "/webhooks/rest/webhook", json={"sender": "a", "message": "hi"}, headers={"Authorization": header}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized")
    assert rasa[0].turns == []


def test_an_empty_message_is_told_so(web: httpx.Client) -> None:
    for empty in ("", "   ", "\u200b\u0000\u0007"):
        assert say(web, empty).json()["error"]["code"] == "empty"


def test_ten_thousand_characters_are_refused_before_rasa(web: httpx.Client, rasa: Any) -> None:
    answer = say(web, "legs " * 2000)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_long")
    assert rasa[0].turns == []


def test_a_megabyte_is_refused_before_it_is_read(web: httpx.Client) -> None:
    assert say(web, "x" * 1_000_000).status_code == 413


def test_emoji_alone_get_help_with_wording(web: httpx.Client, rasa: Any) -> None:
    assert say(web, "🦵🦵😴").json()[0]["metadata"]["kind"] == "clarify"
    assert rasa[0].turns == []


def test_another_script_is_told_that_english_is_read(web: httpx.Client) -> None:
    assert say(web, "у меня болят ноги ночью").json()[0]["metadata"]["topic"] == "other_language"


@pytest.mark.parametrize("typed", ["/iron", "//iron", "  /restart", '/setname{"name":"x"}', "/"])
def test_typed_text_is_never_a_command(web: httpx.Client, rasa: Any, typed: str) -> None:
    say(web, typed)
    assert all(
        "payload" not in t and not t["text"].startswith("/iron") and t["text"] != "/restart" for t in rasa[0].turns
    )


@pytest.mark.parametrize("text", ["a\ud800b", "a\x00b", "\u202egel", "<img src=x onerror=alert(1)>", "{0.__class__}"])
def test_hostile_text_is_answered_as_text(web: httpx.Client, text: str) -> None:
    body = (
        '{"sender": "a\\u0000b", "message": '
        + httpx.Request("POST", "http://x", json=text).content.decode("utf-8")
        + "}"
        if "\ud800" not in text
        else '{"sender": "a", "message": "a\\ud800b"}'
    )
    answer = web.post("/webhooks/rest/webhook", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200
    assert answer.json()[0]["metadata"]["kind"] == "answer"


def test_a_surrogate_in_the_sender_ends_nothing(web: httpx.Client) -> None:
    body = '{"sender": "\\ud800", "message": "hi"}'
    answer = web.post("/webhooks/rest/webhook", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in {200, 422}
    assert say(web, "still there?").status_code == 200


def test_a_button_is_pressed_by_its_id_and_only_by_whom_it_was_shown(web: httpx.Client, rasa: Any) -> None:
    button = say(web, "iron", sender="ann").json()[0]["buttons"][0]
    assert button["payload"].startswith("b_")
    say(web, button["payload"], sender="ann")
    assert rasa[0].turns[-1]["payload"] == "/iron"
    answer = say(web, button["payload"], sender="bob")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "expired_button")


def test_a_resent_message_gives_the_same_replies_and_no_second_turn(web: httpx.Client, rasa: Any) -> None:
    first = say(web, "iron", message_id="m-1").json()
    again = say(web, "iron", message_id="m-1").json()
    assert first == again
    assert len(rasa[0].turns) == 1


def test_turns_of_one_conversation_run_one_at_a_time_and_in_order(web: httpx.Client, rasa: Any) -> None:
    answers: list[str] = []
    threads = [
        threading.Thread(
            target=lambda i=i: answers.append(say(web, f"question {i}", message_id=f"m-{i}").json()[0]["text"])
        )
        for i in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rasa[0].most_at_once == 1
    assert sorted(answers) == [f"heard question {i}" for i in range(8)]


def test_two_integrations_with_the_same_sender_are_two_people(web: httpx.Client, rasa: Any) -> None:
    say(web, "hello", sender="ann")
    web.post(
        "/webhooks/rest/webhook",
        json={"sender": "ann", "message": "hello"},
        headers={"Authorization": "Bearer other-key-12345"},
    )
    senders = {t["sender"] for t in rasa[0].turns}
    assert len(senders) == 2
    assert not any("ann" in s for s in senders)
