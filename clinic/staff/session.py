"""Sessions: who is signed in, for how long, and the two steps of signing in."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from clinic.staff.account import Account
from clinic.staff_settings import StaffSettings

if TYPE_CHECKING:
    from clinic.staff.ports import AccountStore, SessionStore

_CODE_SECONDS = 5 * 60  # between the password and the code
_TOUCH_SECONDS = 20  # the moment of the last use is written no more often


class Stage(str, Enum):
    """How far somebody has come."""

    CODE = "code"  # the password was right
    FULL = "full"


@dataclass(frozen=True)
class StaffSession:
    """`id`: the hash of what the browser holds; times in seconds since the epoch."""

    id: str
    account_id: str
    stage: Stage
    begun_at: float
    seen_at: float


@dataclass(frozen=True)
class SignedIn:
    """Somebody with a session that goes on."""

    account: Account
    session: StaffSession


@dataclass(frozen=True)
class SessionLimits:
    """In seconds: without a click, and at all."""

    idle: float = 15 * 60
    longest: float = 12 * 3600

    @classmethod
    def of(cls, settings: StaffSettings) -> SessionLimits:
        """As the clinic set them."""
        return cls(settings.idle_minutes * 60.0, settings.session_hours * 3600.0)


class Sessions:
    """Begins, resumes and ends sessions; what the browser holds is kept hashed."""

    def __init__(
        self,
        store: SessionStore,
        accounts: AccountStore,
        limits: SessionLimits,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.limits = limits
        self._store, self._accounts, self._now = store, accounts, now

    def begin(self, account_id: str, stage: Stage = Stage.FULL) -> str:
        """What the browser is to hold; it is made anew at each step, so that one from before is worth nothing."""
        token, now = secrets.token_urlsafe(32), self._now()
        self._store.forget(now - self.limits.longest)
        self._store.add(StaffSession(session_id(token), account_id, stage, now, now))
        return token

    def resume(self, token: str | None, stage: Stage = Stage.FULL, *, is_used: bool = True) -> SignedIn | None:
        """Who it is; `None` where nobody is signed in with it (any more).

        `is_used`: somebody did something, rather than a page that asks by itself for what is new.
        """
        found = self._store.find(session_id(token)) if token else None
        if found is None or found.stage is not stage:
            return None
        account = self._accounts.find(found.account_id)
        if account is None or account.is_locked or self._is_over(found):
            self._store.end(found.id)
            return None
        now = self._now()
        if is_used and now - found.seen_at >= _TOUCH_SECONDS:
            self._store.touch(found.id, now)
            found = replace(found, seen_at=now)
        return SignedIn(account, found)

    def end(self, token: str | None) -> None:
        """Over, as far as there was one."""
        if token:
            self._store.end(session_id(token))

    def end_all(self, account_id: str, but: str | None = None) -> int:
        """End all of somebody, but for the session `but`; how many they were."""
        return self._store.end_all(account_id, but)

    def _is_over(self, session: StaffSession) -> bool:
        now = self._now()
        if session.stage is Stage.CODE:
            return now - session.begun_at >= _CODE_SECONDS
        return now - session.seen_at >= self.limits.idle or now - session.begun_at >= self.limits.longest


def session_id(token: str) -> str:
    """What is kept of it: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
