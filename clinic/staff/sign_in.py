"""Signing in: address and password, then a code; nobody learns which addresses have an account."""

from __future__ import annotations

import time
from collections.abc import Callable

from clinic.staff.account import Account
from clinic.staff.codes import Codes
from clinic.staff.errors import AccountLocked, SignInFailed
from clinic.staff.passwords import normal
from clinic.staff.ports import AccountStore, PasswordHasher, Record, TryStore
from clinic.staff.record import NOBODY, Note
from clinic.staff.session import Sessions, SignedIn, Stage

_LONGEST = 400
_WRONG = "E-mail address or password are not right."
_WRONG_CODE = "This code is not right, or it was used already. Wait for the next one in your app."
_UNKNOWN = (
    "You are known there, but have no account here, or your e-mail address is not confirmed there. "
    "Ask an admin for an account."
)


class SignInDesk:
    """Both steps; a new session id at each, so that one from before is worth nothing."""

    def __init__(
        self, accounts: AccountStore, sessions: Sessions, tries: TryStore, hasher: PasswordHasher, codes: Codes,
        record: Record, now: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self._accounts, self._sessions, self._tries, self._hasher = accounts, sessions, tries, hasher
        self._codes, self._record, self._now = codes, record, now

    def password(self, email: str, password: str) -> str:
        """What the browser holds until the code; raises `SignInFailed`, `TooManyTries` or `AccountLocked`."""
        email = email.strip().lower()[:_LONGEST]
        account = self._accounts.find_by_email(email)
        enrolment = self._accounts.enrolment(account.id) if account else None
        self._begin_try(email, account)
        # As slow for who has no account, or has not used the invitation yet.
        is_right = self._hasher.verify(normal(password[:_LONGEST]), enrolment.password_hash if enrolment else None)
        if not is_right or account is None:
            raise SignInFailed(_WRONG)
        self._tries.take_back(_key(email))
        if account.is_locked:
            raise AccountLocked
        return self._sessions.begin(account.id, Stage.CODE)

    def waiting_for_code(self, token: str | None) -> SignedIn | None:
        """Who gave the right password some minutes ago at most."""
        return self._sessions.resume(token, Stage.CODE)

    def code(self, token: str | None, typed: str) -> str:
        """What the browser holds from now on; raises `SignInFailed` or `TooManyTries`."""
        found = self.waiting_for_code(token)
        if found is None:
            raise SignInFailed("That took too long. Please begin with your password again.", "email")
        account = found.account
        enrolment = self._accounts.enrolment(account.id)
        self._begin_try(account.email, account)
        if enrolment is None or not self._codes.is_right(account, enrolment, typed, self._now()):
            raise SignInFailed(_WRONG_CODE, "code")
        self._sessions.end(token)
        return self._come_in(account, "password and code")

    def by_clinic_account(self, email: str | None) -> str:
        """`email`: confirmed by the clinic's own sign-in service, which asks for a second step as it sees fit."""
        account = self._accounts.find_by_email(email.strip().lower()) if email else None
        if account is None:
            raise SignInFailed(_UNKNOWN)
        if account.is_locked:
            raise AccountLocked
        return self._come_in(account, "clinic account")

    def sign_out(self, token: str | None) -> None:
        """Over."""
        found = self._sessions.resume(token)
        self._sessions.end(token)
        if found is not None:
            self._record.note(found.account.id, "account.signed_out", found.account.id)

    def sign_out_everywhere(self, account_id: str) -> int:
        """How many sessions they were."""
        ended = self._sessions.end_all(account_id)
        self._record.note(account_id, "account.signed_out_everywhere", account_id, {"sessions": ended})
        return ended

    def _come_in(self, account: Account, how: str) -> str:
        self._tries.forget(_key(account.email))
        now = self._now()
        self._accounts.note_sign_in(account.id, now, Note(account.id, "account.signed_in", account.id, {"how": how}))
        return self._sessions.begin(account.id)

    def _begin_try(self, email: str, account: Account | None) -> None:
        """Counted by address, whether or not somebody has it: a closed door tells nobody who works here."""
        now = self._now()
        made = self._tries.begin(_key(email), now)
        made.refuse(now)
        if made.is_last and account is not None:
            self._record.note(NOBODY, "account.last_try", account.id)


def _key(email: str) -> str:
    return f"sign-in {email}"


def open_again(tries: TryStore, email: str) -> None:
    """Wrong tries of before do not count any more."""
    tries.forget(_key(email))
