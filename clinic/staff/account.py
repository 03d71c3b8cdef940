"""Accounts of the staff, and what proves who somebody is."""

from __future__ import annotations

from dataclasses import dataclass, field

from email_validator import EmailNotValidError, validate_email

from clinic.staff.errors import StaffError
from clinic.staff.model import Role, StaffMember

_LONGEST_NAME = 120
_LONGEST_EMAIL = 254


@dataclass(frozen=True)
class Account:
    """Somebody who may sign in; times in seconds since the epoch.

    `email`: lower case; `locked_at`: since when an admin keeps them out; `enrolled_at`: when they set their
    password and second step, or came in by the clinic's own service; `None` while the invitation is open.
    """

    id: str
    email: str
    name: str
    role: Role
    created_at: float
    locked_at: float | None = None
    enrolled_at: float | None = None
    signed_in_at: float | None = None

    @property
    def member(self) -> StaffMember:
        """Who they are to the rest of the house."""
        return StaffMember(self.id, self.name, self.email, self.role)

    @property
    def is_locked(self) -> bool:
        """Whether an admin keeps them out."""
        return self.locked_at is not None


@dataclass(frozen=True)
class Enrolment:
    """What proves who somebody is: `totp_secret` sealed, `step` the last one used, `recovery_codes` hashed."""

    password_hash: str = field(repr=False)
    totp_secret: str = field(repr=False)
    step: int = 0
    recovery_codes: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Invitation:
    """A link that lets somebody set their password and second step, once; `totp_secret`: the offered one, sealed."""

    account_id: str
    token_hash: str = field(repr=False)
    totp_secret: str = field(repr=False)
    ends_at: float


def read_email(text: str) -> str:
    """As accounts have it; raises `StaffError` in words."""
    try:
        # Asking the mail server's name would be I/O, and tell others who works here.
        found = validate_email(text.strip()[: _LONGEST_EMAIL + 1], check_deliverability=False).normalized
    except EmailNotValidError:
        raise StaffError("This is no e-mail address. It looks like name@clinic.example.", "email") from None
    return found.lower()


def read_name(text: str) -> str:
    """On one line; raises `StaffError` in words."""
    name = " ".join(text.split())
    if not name or not any(letter.isalpha() for letter in name):
        raise StaffError("Write the person's name.", "name")
    if len(name) > _LONGEST_NAME or not name.isprintable():
        raise StaffError(f"The name may have {_LONGEST_NAME} characters at most.", "name")
    return name


def read_role(text: str) -> Role:
    """Raises `StaffError` in words."""
    try:
        return Role(text.strip().lower())
    except ValueError:
        roles = ", ".join(role.value for role in Role)
        raise StaffError(f"Choose a role: one of {roles}.", "role") from None
