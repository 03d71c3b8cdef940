"""What everybody changes of their own: password, app, recovery codes; each after the password once more."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from clinic.staff.account import Account, Enrolment
from clinic.staff.codes import Codes
from clinic.staff.errors import SealBroken, StaffError
from clinic.staff.passwords import check_password, normal
from clinic.staff.ports import AccountStore, PasswordHasher, SecondFactor, TryStore
from clinic.staff.record import Note
from clinic.staff.session import Sessions, SignedIn

_RENEW_SECONDS = 30 * 60
_LONGEST = 400


@dataclass(frozen=True)
class NewApp:
    """A secret that is offered; `sealed` is brought back by the form."""

    secret: str
    address: str
    sealed: str


class OwnAccountDesk:
    """After each change, sessions elsewhere are over."""

    def __init__(
        self, accounts: AccountStore, sessions: Sessions, tries: TryStore, hasher: PasswordHasher,
        factor: SecondFactor, codes: Codes, now: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self._accounts, self._sessions, self._tries, self._hasher = accounts, sessions, tries, hasher
        self._factor, self._codes, self._now = factor, codes, now

    def recovery_codes_left(self, account: Account) -> int:
        """How many are unused."""
        return self._accounts.recovery_codes_left(account.id)

    def change_password(self, who: SignedIn, old: str, password: str, again: str) -> None:
        """Raises `StaffError` in words."""
        account = who.account
        self._prove(account, old)
        check_password(password, again, account.email, account.name)
        if normal(password) == normal(old):
            raise StaffError("This is the password that you have now. Take another one.", "password")
        note = Note(account.id, "account.password_changed", account.id)
        self._accounts.set_password(account.id, self._hasher.hash(normal(password)), note)
        self._sessions.end_all(account.id, but=who.session.id)

    def offer_app(self, account: Account) -> NewApp:
        """Changes nothing."""
        return self._offer(account, self._factor.new_secret())

    def offered(self, account: Account, sealed: str) -> NewApp:
        """The same once more, where something else of the form was wrong; a new one where it is too old."""
        try:
            owner, _, secret = self._factor.unseal(sealed, _RENEW_SECONDS).partition(" ")
        except SealBroken:
            return self.offer_app(account)
        return self._offer(account, secret) if owner == account.id and secret else self.offer_app(account)

    def renew_app(self, who: SignedIn, old: str, sealed: str, code: str) -> list[str]:
        """The new recovery codes, which are shown once; raises `StaffError` in words."""
        account = who.account
        enrolment = self._prove(account, old)
        secret = self.offered(account, sealed).secret
        step = self._factor.step_of("".join(code.split()), secret, self._now())
        if step is None:
            raise StaffError("This code is not right. Type the six digits that your app shows for the new entry.",
                             "code")  # fmt: skip
        shown, kept = self._codes.new_recovery_codes()
        renewed = replace(enrolment, totp_secret=self._factor.seal(secret), step=step, recovery_codes=kept)
        self._accounts.enrol(account.id, renewed, self._now(), Note(account.id, "account.app_renewed", account.id))
        self._sessions.end_all(account.id, but=who.session.id)
        return shown

    def new_recovery_codes(self, who: SignedIn, old: str) -> list[str]:
        """Shown once; those of before are void."""
        self._prove(who.account, old)
        shown, kept = self._codes.new_recovery_codes()
        note = Note(who.account.id, "account.recovery_codes_made", who.account.id)
        self._accounts.set_recovery_codes(who.account.id, kept, note)
        return shown

    def _offer(self, account: Account, secret: str) -> NewApp:
        sealed = self._factor.seal(f"{account.id} {secret}")
        return NewApp(secret, self._factor.address(secret, account.email), sealed)

    def _prove(self, account: Account, password: str) -> Enrolment:
        """Raises `StaffError`, or `TooManyTries`: who finds an open screen cannot try passwords on it."""
        enrolment = self._accounts.enrolment(account.id)
        if enrolment is None:
            raise StaffError("You sign in with your clinic account: there is no password here.", "old")
        key, now = _key(account.id), self._now()
        self._tries.begin(key, now).refuse(now)
        if not self._hasher.verify(normal(password[:_LONGEST]), enrolment.password_hash):
            raise StaffError("This is not your password of now.", "old")
        self._tries.forget(key)
        return enrolment


def _key(account_id: str) -> str:
    return f"own password {account_id}"


def let_prove_again(tries: TryStore, account_id: str) -> None:
    """Wrong tries of before at one's own password do not count any more."""
    tries.forget(_key(account_id))
