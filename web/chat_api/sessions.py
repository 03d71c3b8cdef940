"""Signed chat sessions: a token names an opaque sender and cannot be guessed or changed."""

from __future__ import annotations

import secrets
import time

from itsdangerous import BadSignature, URLSafeTimedSerializer

from web.chat.turns import TurnError
from web.senders import opaque_sender

_SALT = "chat session"
LIFETIME_SECONDS = 24 * 3600


class Sessions:
    """Makes and reads session tokens."""

    def __init__(self, secret_key: str) -> None:
        self._secret_key = secret_key
        self._serializer = URLSafeTimedSerializer(secret_key, salt=_SALT)

    def start(self) -> tuple[str, int]:
        """A token for a new session, and when it expires (seconds since the epoch)."""
        expires_at = int(time.time()) + LIFETIME_SECONDS
        token = self._serializer.dumps(secrets.token_urlsafe(18))
        return (token if isinstance(token, str) else token.decode()), expires_at

    def sender(self, authorization: str) -> str:
        """The opaque sender of the session in an `Authorization` header; raises `TurnError` (401)."""
        scheme, _, token = authorization.partition(" ")
        try:
            session: str = self._serializer.loads(token, max_age=LIFETIME_SECONDS)
        except BadSignature as error:
            raise TurnError("session_expired", 401) from error
        if scheme.lower() != "bearer":
            raise TurnError("session_expired", 401)
        return opaque_sender(self._secret_key, "chat", session)
