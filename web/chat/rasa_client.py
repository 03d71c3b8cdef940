"""`web`'s side of Rasa's own channel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from clinic.settings import Settings


@dataclass(frozen=True)
class Live:
    """The live release, `None` for what is installed, and the Rasa server that understands for it."""

    rasa_url: str
    release: str | None = None
    engine: str | None = None


@dataclass(frozen=True)
class Understood:
    """Replies of a turn and the trace of how it was understood."""

    replies: list[dict[str, Any]]
    trace: dict[str, Any]


class RasaFailed(Exception):
    """Rasa did not answer a turn: `code` says how, `trace` what it had understood before it failed."""

    def __init__(self, code: str, trace: dict[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.trace = trace or {}


class RasaClient:
    """Calls `POST /webhooks/clinic/turn`; raises `RasaFailed` for anything but replies."""

    def __init__(self, settings: Settings, live: Callable[[], Live] | None = None) -> None:
        """Connections are kept open; nothing is called yet. `live`: release and server for a turn that begins now."""
        self._live = live or (lambda: Live(settings.rasa_url))
        headers = {"X-Channel-Secret": settings.channel_secret}
        limits = httpx.Limits(max_connections=50, max_keepalive_connections=20)
        self._client = httpx.AsyncClient(headers=headers, limits=limits)

    async def turn(
        self, sender: str, *, text: str | None, payload: str | None, seconds: float, turn: str | None = None
    ) -> Understood:
        """Send a text or a button's intent; waits at most `seconds`. The same `turn` again gives the same replies."""
        body: dict[str, Any] = {"sender": sender, "payload": payload} if payload else {"sender": sender, "text": text}
        live = self._live()
        named = {"turn": turn, "release": live.release}
        body["metadata"] = {name: value for name, value in named.items() if value}
        try:
            answer = await self._client.post(
                f"{live.rasa_url}/webhooks/clinic/turn", json=body, timeout=httpx.Timeout(seconds, connect=2.0)
            )
            found: dict[str, Any] = answer.json()
        except httpx.TimeoutException as error:
            raise RasaFailed("timeout") from error
        except (httpx.HTTPError, ValueError) as error:
            raise RasaFailed("unreachable") from error
        if answer.status_code != httpx.codes.OK:
            raise RasaFailed(str(found.get("error", answer.status_code)), found.get("trace"))
        return Understood(found["replies"], {**(found.get("trace") or {}), "release": live.release})

    async def is_ready(self) -> bool:
        """Whether Rasa has a model loaded and its database answers."""
        try:
            answer = await self._client.get(f"{self._live().rasa_url}/webhooks/clinic/ready", timeout=3.0)
        except httpx.HTTPError:
            return False
        return answer.status_code == httpx.codes.OK

    async def erase(self, sender: str) -> None:
        """Erase Rasa's copy of a conversation; raises `RasaFailed`."""
        try:
            answer = await self._client.delete(
                f"{self._live().rasa_url}/webhooks/clinic/conversations/{sender}", timeout=5.0
            )
        except httpx.HTTPError as error:
            raise RasaFailed("unreachable") from error
        if answer.status_code != httpx.codes.OK:
            raise RasaFailed(str(answer.status_code))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()
