"""People: invite, change roles, lock, unlock, reset. Whatever an admin does, an admin is left."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from clinic.staff.account import Account, read_email, read_name, read_role
from clinic.staff.enrolment import new_invitation
from clinic.staff.errors import NoSuchAccount, StaffError
from clinic.staff.own_account import let_prove_again
from clinic.staff.ports import AccountStore, SecondFactor, TryStore
from clinic.staff.record import COMMAND_LINE, Note
from clinic.staff.session import Sessions
from clinic.staff.sign_in import open_again


@dataclass(frozen=True)
class Invited:
    """`token`: the end of the link, which is shown once."""

    account: Account
    token: str


class PeopleDesk:
    """`by` is a `StaffMember.id`, or `COMMAND_LINE`."""

    def __init__(
        self, accounts: AccountStore, sessions: Sessions, tries: TryStore, factor: SecondFactor,
        now: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self._accounts, self._sessions, self._tries, self._factor, self._now = accounts, sessions, tries, factor, now

    def all(self) -> list[Account]:
        """By name."""
        return self._accounts.all()

    def get(self, account_id: str) -> Account:
        """Raises `NoSuchAccount`."""
        return _known(self._accounts.find(account_id))

    def by_email(self, email: str) -> Account:
        """Raises `NoSuchAccount`, or `StaffError` for what is no address."""
        return _known(self._accounts.find_by_email(read_email(email)))

    def invite(self, by: str, email: str, name: str, role: str) -> Invited:
        """A new account and its link; raises `StaffError` in words."""
        now = self._now()
        account = Account(f"m_{secrets.token_hex(8)}", read_email(email), read_name(name), read_role(role), now)
        self._accounts.add(account, Note(by, "people.invited", account.id, {"role": account.role.value}))
        return self._link(account, Note(by, "people.link_made", account.id))

    def reset(self, by: str, account_id: str) -> Invited:
        """A new link; password, second step and sessions of before are void."""
        account = self.get(account_id)
        if account.id == by:
            raise StaffError("You cannot reset your own sign-in here. Change it under your name, at the top.")
        invited = self._link(account, Note(by, "people.reset", account.id))
        self._sessions.end_all(account.id)
        return invited

    def change_role(self, by: str, account_id: str, role: str) -> Account:
        """Holds from the next click of theirs on; raises `LastAdmin`."""
        account, wanted = self.get(account_id), read_role(role)
        if wanted is not account.role:
            details = {"from": account.role.value, "to": wanted.value}
            self._accounts.change_role(account.id, wanted, Note(by, "people.role_changed", account.id, details))
        return self.get(account_id)

    def lock(self, by: str, account_id: str) -> Account:
        """They are out at once; raises `LastAdmin`."""
        account = self.get(account_id)
        if account.id == by:
            raise StaffError("You cannot lock your own account. Ask another admin.")
        self._accounts.lock(account.id, self._now(), Note(by, "people.locked", account.id))
        self._sessions.end_all(account.id)
        return self.get(account_id)

    def unlock(self, by: str, account_id: str) -> Account:
        """They may try again, also after too many wrong tries."""
        account = self.get(account_id)
        self._accounts.unlock(account.id, Note(by, "people.unlocked", account.id))
        open_again(self._tries, account.email)
        let_prove_again(self._tries, account.id)
        return self.get(account_id)

    def _link(self, account: Account, note: Note) -> Invited:
        token, invitation = new_invitation(account.id, self._factor, self._now())
        # Who has the server's command line is the way out when the last admin has lost their phone.
        self._accounts.reset(invitation, note, must_leave_an_admin=note.by != COMMAND_LINE)
        return Invited(account, token)


def _known(account: Account | None) -> Account:
    if account is None:
        raise NoSuchAccount
    return account
