"""Refuses bodies over a size before they are read into memory."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.chat.wording import Wording
from web.errors import error_response


class BodyLimit:
    """ASGI middleware: more than `most_bytes` is answered 413, whatever the length header says."""

    def __init__(self, app: ASGIApp, most_bytes: int, wording: Wording) -> None:
        self._app, self._most_bytes, self._wording = app, most_bytes, wording

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read at most `most_bytes`, then hand the whole body on."""
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self._app(scope, receive, send)
            return
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self._most_bytes:
                await error_response(self._wording, "too_long", 413)(scope, receive, send)
                return
        await self._app(scope, _replay(body, receive), send)


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def once() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once
