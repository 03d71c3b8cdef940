"""A word about what was done, shown once on the page that follows, and perhaps a button that takes it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request, Response
from itsdangerous import BadData, URLSafeTimedSerializer

from web.staff.cookies import StaffCookies

_COOKIE = "staff-said"
_SECONDS = 60


@dataclass(frozen=True)
class Undo:
    """A button that takes back what was just done: where its form goes, and what it sends."""

    address: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Said:
    """What is said, and what can be taken back."""

    text: str
    undo: Undo | None = None


class SaidOnce:
    """Carries it in a signed cookie from one answer to the next request."""

    def __init__(self, cookies: StaffCookies, secret_key: str) -> None:
        self._cookies, self._signer = cookies, URLSafeTimedSerializer(secret_key, salt="said and undone")

    def put(self, response: Response, said: Said) -> None:
        """Without a patient's data."""
        undo = [said.undo.address, dict(said.undo.fields)] if said.undo else []
        signed = self._signer.dumps([said.text, *undo])
        self._cookies.set(response, _COOKIE, signed if isinstance(signed, str) else signed.decode(), _SECONDS)

    def of(self, request: Request) -> Said | None:
        """`None` where nothing was said, or too long ago."""
        held = self._cookies.get(request, _COOKIE)
        try:
            text, *undo = self._signer.loads(held, max_age=_SECONDS) if held else (None,)
        except BadData:
            return None
        return Said(text, Undo(*undo) if undo else None) if text else None

    def forget(self, response: Response) -> None:
        """It was shown."""
        self._cookies.remove(response, _COOKIE)
