"""Signed chat sessions: a token names an opaque sender and cannot be guessed or changed."""

from __future__ import annotations

import secrets
import time

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from web.chat.turns import TurnError
from web.senders import opaque_sender

_SALT = "chat session"
LIFETIME_SECONDS = 24 * 3600


class SessionTooOld(TurnError):
    """A token of ours that is older than `LIFETIME_SECONDS` (401)."""

    def __init__(self) -> None:
        super().__init__("session_expired", 401)


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
        """The opaque sender of the session in an `Authorization` header; raises `TurnError` (401).

        `SessionTooOld` is the error of a session that was ours.
        """
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise TurnError("session_expired", 401)
        try:
            session: str = self._serializer.loads(token, max_age=LIFETIME_SECONDS)
        except SignatureExpired as error:
            raise SessionTooOld from error
        except BadSignature as error:
            raise TurnError("session_expired", 401) from error
        return opaque_sender(self._secret_key, "chat", session)

    def sender_unless_old(self, authorization: str) -> str | None:
        """As `sender`, but `None` for a session that is only too old."""
        try:
            return self.sender(authorization)
        except SessionTooOld:
            return None
