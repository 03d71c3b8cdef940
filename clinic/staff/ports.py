"""What the staff's use cases need from outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from clinic.staff.account import Account, Enrolment, Invitation
from clinic.staff.model import Role
from clinic.staff.record import Note, RecordEntry, RecordFilter
from clinic.staff.session import StaffSession
from clinic.staff.tries import Try


class AuditLog(Protocol):
    """The record of what was changed: rows are added, and never changed or taken away."""

    def note(self, by: str, action: str, subject: str, details: Mapping[str, Any] | None = None) -> None:
        """Add a row.

        `by`: a `StaffMember.id`, or `clinic.staff.record.COMMAND_LINE`; `action`: `"area.verb"`, such as
        `"inbox.assigned"`; `subject`: an id or a name of what was changed; `details`: small JSON, never a patient's
        words or contact.
        """


class Record(AuditLog, Protocol):
    """The record as it is read and proven."""

    def entries(self, wanted: RecordFilter) -> list[RecordEntry]:
        """Newest first, `wanted.most` at most."""

    def areas(self) -> list[str]:
        """The areas that occur, such as `inbox`, in order of the alphabet."""

    def first_break(self) -> int | None:
        """The number of the first row that is not as it was written; `None` where the chain holds."""


class AccountStore(Protocol):
    """Accounts. Every method is one transaction and raises `StaffStoreError` where the database fails.

    What takes a `Note` writes it into the record too, or changes nothing. What names an account that is not there
    raises `NoSuchAccount`.
    """

    def add(self, account: Account, note: Note) -> None:
        """Raises `EmailTaken`."""

    def find(self, account_id: str) -> Account | None:
        """By id."""

    def find_by_email(self, email: str) -> Account | None:
        """By address, as `Account.email` is written."""

    def all(self) -> list[Account]:
        """By name."""

    def change_role(self, account_id: str, role: Role, note: Note) -> None:
        """Raises `LastAdmin`, decided together with the change: of two admins who demote each other one is refused."""

    def lock(self, account_id: str, at: float, note: Note) -> None:
        """Raises `LastAdmin`, as above."""

    def unlock(self, account_id: str, note: Note) -> None:
        """Let them in again."""

    def reset(self, invitation: Invitation, note: Note, *, must_leave_an_admin: bool = True) -> None:
        """Void all that proved who they are, and earlier invitations; keep this one. Raises `LastAdmin`, as above."""

    def note_sign_in(self, account_id: str, at: float, note: Note) -> None:
        """When somebody came in last."""

    def enrolment(self, account_id: str) -> Enrolment | None:
        """What proves who somebody is; `None` before they set it."""

    def set_password(self, account_id: str, password_hash: str, note: Note) -> None:
        """Another password."""

    def enrol(
        self, account_id: str, enrolment: Enrolment, at: float, note: Note, invited_by: str | None = None
    ) -> bool:
        """Set all that proves who they are at once; recovery codes of before are gone.

        `invited_by`: the hash of an invitation, used up by it; `False` where somebody was faster.
        """

    def set_recovery_codes(self, account_id: str, hashed: tuple[str, ...], note: Note) -> None:
        """Those of before are gone."""

    def use_code(self, account_id: str, step: int) -> bool:
        """Whether this time step is later than all that were used; it is used from now on."""

    def use_recovery_code(self, account_id: str, code_hash: str, note: Note) -> bool:
        """Whether this code was there; it is gone from now on."""

    def recovery_codes_left(self, account_id: str) -> int:
        """How many are unused."""

    def find_invitation(self, token_hash: str) -> Invitation | None:
        """One that was not used."""


class SessionStore(Protocol):
    """Sessions by the hash of what the browser holds."""

    def add(self, session: StaffSession) -> None:
        """Keep a new one."""

    def find(self, session_id: str) -> StaffSession | None:
        """By id."""

    def touch(self, session_id: str, at: float) -> None:
        """Somebody did something."""

    def end(self, session_id: str) -> None:
        """Over."""

    def end_all(self, account_id: str, but: str | None = None) -> int:
        """End all of somebody, but for one; how many they were."""

    def forget(self, before: float) -> None:
        """Those that began before a moment."""


class TryStore(Protocol):
    """Tries to prove who one is, by who one claims to be."""

    def begin(self, key: str, now: float) -> Try:
        """Count a try before it is known to be wrong, so that many at once are no way around."""

    def take_back(self, key: str) -> None:
        """The last one was right."""

    def forget(self, key: str) -> None:
        """Those of before do not count any more."""


class PasswordHasher(Protocol):
    """Argon2."""

    def hash(self, password: str) -> str:
        """To be kept."""

    def verify(self, password: str, password_hash: str | None) -> bool:
        """Takes as long where there is no hash, and is never right then."""


class SecondFactor(Protocol):
    """Codes of an authenticator app (TOTP, RFC 6238), and the box that its secret is kept in."""

    def new_secret(self) -> str:
        """Base32, 32 characters."""

    def step_of(self, code: str, secret: str, now: float) -> int | None:
        """The time step that a code belongs to, one early or late at most; `None` where it is wrong."""

    def address(self, secret: str, email: str) -> str:
        """`otpauth://...`, for the QR code."""

    def seal(self, text: str) -> str:
        """As it is kept, or given to a browser to bring it back."""

    def unseal(self, sealed: str, seconds: int | None = None) -> str:
        """As it was; raises `SealBroken` where it is not ours, or older than `seconds`."""

    def keyed_hash(self, text: str) -> str:
        """64 hex digits that nobody can try out without the server's key."""
