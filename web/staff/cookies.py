"""The cookies of the staff pages: for this host alone, unseen by scripts, never sent from other sites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from fastapi import Request, Response

from clinic.settings import Settings

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class StaffCookies:
    """`is_private`: nobody on the way reads along, so browsers may be told to send cookies that way only."""

    is_private: bool

    @classmethod
    def of(cls, settings: Settings) -> StaffCookies:
        """As the clinic's public address asks for."""
        return cls(settings.public_url.startswith("https://"))

    def name(self, name: str) -> str:
        """With `__Host-` browsers take it from this very host over https only."""
        return f"__Host-{name}" if self.is_private else name

    def get(self, request: Request, name: str) -> str | None:
        """What the browser sent."""
        return request.cookies.get(self.name(name)) or None

    def set(
        self, response: Response, name: str, value: str, seconds: int | None = None,
        same_site: Literal["strict", "lax"] = "strict",
    ) -> None:  # fmt: skip
        """`seconds`: how long the browser keeps it; `None`: until it is closed."""
        response.set_cookie(
            self.name(name), value, max_age=seconds, path="/", secure=self.is_private, httponly=True,
            samesite=same_site,
        )  # fmt: skip

    def remove(self, response: Response, name: str) -> None:
        """Forgotten by the browser."""
        response.delete_cookie(self.name(name), path="/", secure=self.is_private, httponly=True, samesite="strict")


def refuses_plain_http(settings: Settings) -> bool:
    """In production nobody signs in where passwords could be read on the way."""
    parts = urlsplit(settings.public_url)
    return settings.is_production and parts.scheme != "https" and parts.hostname not in _LOOPBACK
