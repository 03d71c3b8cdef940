"""The second step: a code of the app that was not used before, or a recovery code."""

from __future__ import annotations

import secrets

from clinic.staff.account import Account, Enrolment
from clinic.staff.errors import SealBroken, SecretUnreadable
from clinic.staff.ports import AccountStore, SecondFactor
from clinic.staff.record import Note

RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is read for something else
_LENGTH = 12


class Codes:
    """Checks codes and makes recovery codes."""

    def __init__(self, accounts: AccountStore, factor: SecondFactor) -> None:
        self._accounts, self._factor = accounts, factor

    def is_right(self, account: Account, enrolment: Enrolment, typed: str, now: float) -> bool:
        """Whether it is, and was not used before; it is used from now on. Raises `SecretUnreadable`."""
        code = _tidy(typed)
        if code.isdecimal():
            step = self._factor.step_of(code, self._secret(enrolment), now)
            return step is not None and self._accounts.use_code(account.id, step)
        note = Note(account.id, "account.recovery_code_used", account.id)
        return self._accounts.use_recovery_code(account.id, self._factor.keyed_hash(code), note)

    def new_recovery_codes(self) -> tuple[list[str], tuple[str, ...]]:
        """As they are shown once, and as they are kept."""
        plain = ["".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)) for _ in range(RECOVERY_CODES)]
        shown = ["-".join(code[at : at + 4] for at in range(0, _LENGTH, 4)) for code in plain]
        return shown, tuple(self._factor.keyed_hash(code) for code in plain)

    def _secret(self, enrolment: Enrolment) -> str:
        try:
            return self._factor.unseal(enrolment.totp_secret)
        except SealBroken:
            raise SecretUnreadable from None


def _tidy(typed: str) -> str:
    return "".join(letter for letter in typed.lower()[:100] if letter.isalnum())
