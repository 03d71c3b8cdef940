"""Argon2id, by pwdlib with the parameters it recommends."""

from __future__ import annotations

import secrets
from functools import cached_property

from pwdlib import PasswordHash
from pwdlib.exceptions import PwdlibError
from pwdlib.hashers.argon2 import Argon2Hasher


class Argon2Passwords:
    """`PasswordHasher`; nothing is computed before the first password."""

    def __init__(self, hasher: Argon2Hasher | None = None) -> None:
        """`hasher`: with other parameters than the recommended ones."""
        self._hash = PasswordHash((hasher or Argon2Hasher(),))

    def hash(self, password: str) -> str:
        """To be kept; with its own salt."""
        return self._hash.hash(_bytes(password))

    def verify(self, password: str, password_hash: str | None) -> bool:
        """See `PasswordHasher`."""
        try:
            is_right = self._hash.verify(_bytes(password), password_hash or self._nobodys)
        except PwdlibError:
            return False
        return is_right and bool(password_hash)

    @cached_property
    def _nobodys(self) -> str:
        return self.hash(secrets.token_hex(16))


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
