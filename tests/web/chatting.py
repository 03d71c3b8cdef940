"""A visitor's tab as tests play it: a session, its messages, and the stream of its events."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from web.chat_api.sessions import LIFETIME_SECONDS, Sessions

SECRET_KEY = "s" * 40


@dataclass(frozen=True)
class Event:
    kind: str
    id: int | None
    data: dict[str, Any]


class Stream:
    """Server-sent events as they arrive; raises `httpx.ReadTimeout` when none does in time."""

    def __init__(self, response: httpx.Response) -> None:
        self.status_code, self._lines = response.status_code, response.iter_lines()

    def next(self) -> Event | None:
        """The next event, `None` at the end of the stream."""
        fields: dict[str, str] = {}
        for line in self._lines:
            name, _, value = line.partition(": ")
            if name:
                fields[name] = value
            elif "data" in fields:
                return Event(fields["event"], int(fields["id"]) if "id" in fields else None, json.loads(fields["data"]))
        return None


class _LongAgo(TimestampSigner):
    def get_timestamp(self) -> int:
        return super().get_timestamp() - LIFETIME_SECONDS - 60


def old_token() -> str:
    """A session's token that was good until a minute ago."""
    return str(URLSafeTimedSerializer(SECRET_KEY, salt="chat session", signer=_LongAgo).dumps("long-ago"))


class Tab:
    """One session."""

    def __init__(self, web: httpx.Client) -> None:
        self._web = web
        begun = web.post("/chat/session", json={"consent": True})
        assert begun.status_code == 200, begun.text
        self.headers = {"Authorization": f"Bearer {begun.json()['token']}"}
        self.sender = Sessions(SECRET_KEY).sender(self.headers["Authorization"])

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self._web.request(method, path, headers=self.headers, **more)

    def send(self, text: str, message_id: str | None = None) -> httpx.Response:
        return self.call("POST", "/chat/messages", json={"id": message_id or uuid.uuid4().hex, "text": text})

    def turns(self, after: int | None = None) -> list[dict[str, Any]]:
        answer = self.call("GET", "/chat/messages", params=None if after is None else {"after": after})
        assert answer.status_code == 200, answer.text
        turns: list[dict[str, Any]] = answer.json()["turns"]
        return turns

    def rate(self, message_id: str, reply: int = 0, helpful: bool = True, word: str = "") -> httpx.Response:
        body = {"reply": reply, "helpful": helpful, "word": word}
        return self.call("POST", f"/chat/messages/{message_id}/feedback", json=body)

    @contextmanager
    def events(self, after: int | None = None, seconds: float = 5) -> Iterator[Stream]:
        """The stream of events; `seconds`: how long to wait for each at most."""
        headers = {**self.headers, **({} if after is None else {"Last-Event-ID": str(after)})}
        base = self._web.base_url
        with (
            httpx.Client(base_url=base, timeout=seconds) as client,
            client.stream("GET", "/chat/events", headers=headers) as response,
        ):
            yield Stream(response)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]
