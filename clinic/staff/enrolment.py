"""Invitations: who has the link sets a password and a second step, once, and is in."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from clinic.staff.account import Account, Enrolment, Invitation
from clinic.staff.codes import Codes
from clinic.staff.errors import LinkInvalid, SealBroken, StaffError
from clinic.staff.passwords import check_password, normal
from clinic.staff.ports import AccountStore, PasswordHasher, SecondFactor
from clinic.staff.record import Note
from clinic.staff.session import Sessions

INVITED_SECONDS = 7 * 24 * 3600.0


@dataclass(frozen=True)
class Offer:
    """What the page of a link shows: whose it is, and the secret for their app, in letters and as an address."""

    account: Account
    secret: str
    address: str


class EnrolmentDesk:
    """Opens links and uses them up."""

    def __init__(
        self, accounts: AccountStore, sessions: Sessions, hasher: PasswordHasher, factor: SecondFactor, codes: Codes,
        now: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self._accounts, self._sessions, self._hasher, self._factor = accounts, sessions, hasher, factor
        self._codes, self._now = codes, now

    def open(self, token: str) -> Offer:
        """Changes nothing; raises `LinkInvalid`."""
        invitation = self._accounts.find_invitation(token_hash(token))
        if invitation is None or self._now() >= invitation.ends_at:
            raise LinkInvalid
        account = self._accounts.find(invitation.account_id)
        if account is None or account.is_locked:
            raise LinkInvalid
        try:
            secret = self._factor.unseal(invitation.totp_secret)
        except SealBroken:
            raise LinkInvalid from None
        return Offer(account, secret, self._factor.address(secret, account.email))

    def enrol(self, token: str, password: str, again: str, code: str) -> tuple[str, list[str]]:
        """What the browser holds from now on, and the recovery codes, which are shown once.

        Raises `LinkInvalid`, or `StaffError` with what is wrong; the link is good until all is right.
        """
        offer = self.open(token)
        account = offer.account
        check_password(password, again, account.email, account.name)
        step = self._factor.step_of("".join(code.split()), offer.secret, self._now())
        if step is None:
            raise StaffError("This code is not right. Type the six digits that your app shows now.", "code")
        shown, kept = self._codes.new_recovery_codes()
        enrolment = Enrolment(self._hasher.hash(normal(password)), self._factor.seal(offer.secret), step, kept)
        note = Note(account.id, "account.enrolled", account.id)
        if not self._accounts.enrol(account.id, enrolment, self._now(), note, invited_by=token_hash(token)):
            raise LinkInvalid
        self._sessions.end_all(account.id)
        return self._sessions.begin(account.id), shown


def new_invitation(account_id: str, factor: SecondFactor, now: float) -> tuple[str, Invitation]:
    """What stands in the link, and what is kept of it."""
    token = secrets.token_urlsafe(32)
    sealed = factor.seal(factor.new_secret())
    return token, Invitation(account_id, token_hash(token), sealed, now + INVITED_SECONDS)


def token_hash(token: str) -> str:
    """256 random bits need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
