"""Which sites may speak with the chat and show its page in a frame."""

from __future__ import annotations

import re
import time

import structlog
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from clinic.settings import Settings
from clinic.web_addresses import origin_of
from web.chat.wording import Wording
from web.errors import error_response

log = structlog.get_logger()

# While the widget is tried out, the clinic's page lies on the same machine, on whatever port.
_LOOPBACK = r"http://(127\.0\.0\.1|localhost)(:\d{1,5})?"
_LOOPBACK_SOURCES = ("http://127.0.0.1:*", "http://localhost:*")
_LOG_SECONDS = 60.0


def frame_ancestors(settings: Settings, path: str) -> str:
    """The directive of the Content-Security-Policy: the clinic's sites may frame the page of the chat, and no other."""
    sources = ["'self'"]
    if path == "/":
        sources += [*settings.site_origins, *(() if settings.is_production else _LOOPBACK_SOURCES)]
    return f"frame-ancestors {' '.join(sources)}"


class ChatOrigins:
    """ASGI middleware: `/chat/*` is for own pages, for listed sites, and for programs, which send no `Origin`."""

    def __init__(self, app: ASGIApp, settings: Settings, wording: Wording) -> None:
        self._app, self._wording = app, wording
        self._own = origin_of(settings.public_url)
        self._listed = frozenset(settings.site_origins)
        self._loopback = None if settings.is_production else re.compile(_LOOPBACK)
        self._silent_until = 0.0
        self._cors = CORSMiddleware(
            app, allow_origins=settings.site_origins,
            allow_origin_regex=self._loopback.pattern if self._loopback else None,
            allow_methods=("GET", "POST", "DELETE"), allow_headers=("Authorization", "Content-Type", "Last-Event-ID"),
            expose_headers=("Retry-After",), max_age=600,
        )  # fmt: skip

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on, with the headers of CORS for another site's page, or refuse (403)."""
        if scope["type"] != "http" or not scope["path"].startswith("/chat/"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is None or self._is_own(origin, headers.get("host", "").lower()):
            await self._app(scope, receive, send)
        elif origin in self._listed or (self._loopback and self._loopback.fullmatch(origin)):
            await self._cors(scope, receive, send)
        else:
            self._tell(origin)
            await error_response(self._wording, "origin_not_allowed", 403)(scope, receive, send)

    def _is_own(self, origin: str, host: str) -> bool:
        """Either scheme will do: a proxy that ends TLS hands on as http what came as https."""
        return origin in (self._own, f"http://{host}", f"https://{host}")

    def _tell(self, origin: str) -> None:
        """Who set the widget up looks here, for a browser shows its owner no words of a refusal; once a minute."""
        now = time.monotonic()
        if now >= self._silent_until:
            self._silent_until = now + _LOG_SECONDS
            log.warning("origin refused: is it missing in SITE_ORIGINS?", origin=origin[:100])
