"""Forms are taken from our own pages only: a token that belongs to the session, and where the browser says it is."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from fastapi import Request

from clinic.settings import Settings
from clinic.web_addresses import origin_of

FIELD = "csrf"
HEADER = "X-CSRF-Token"


class Csrf:
    """Makes and checks tokens."""

    def __init__(self, settings: Settings) -> None:
        self._key = hmac.new(settings.secret_key.encode(), b"staff forms", hashlib.sha256).digest()
        self._own = origin_of(settings.public_url)

    def token(self, bound_to: str) -> str:
        """`bound_to`: a session's id, or before there is one what the browser holds instead."""
        return hmac.new(self._key, bound_to.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def is_right(self, sent: str, bound_to: str) -> bool:
        """Whether the form was made for this browser."""
        return hmac.compare_digest(sent.encode("utf-8", "surrogatepass"), self.token(bound_to).encode())

    def is_own_page(self, request: Request) -> bool:
        """`False` where the browser says that another site sends it. Programs without an `Origin` need the token."""
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return False
        origin, host = request.headers.get("origin"), request.headers.get("host", "").lower()
        # Either scheme will do: a proxy that ends TLS hands on as http what came as https.
        return origin is None or origin in (self._own, f"http://{host}", f"https://{host}")


async def sent_token(request: Request) -> str:
    """From the header (htmx) or the form's hidden field; empty where there is none."""
    sent = request.headers.get(HEADER)
    if sent is None and request.headers.get("content-type", "").startswith(
        ("application/x-www-form-urlencoded", "multipart/form-data")
    ):
        found = (await request.form()).get(FIELD)
        sent = found if isinstance(found, str) else None
    return sent or ""


def new_browser_id() -> str:
    """What a browser holds that nobody is signed in with, so that its forms have a token too."""
    return secrets.token_urlsafe(24)
