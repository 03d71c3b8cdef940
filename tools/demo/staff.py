"""Who works in the demonstration clinic, invited and enrolled as everybody is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pyotp

from clinic.bootstrap.staff import staff_accounts
from clinic.settings import Settings
from clinic.staff.model import Role, StaffMember
from clinic.staff.record import COMMAND_LINE

PASSWORD = "a lamp of green rivers"  # noqa: S105 - of accounts that live for a minute
_PEOPLE = {
    "admin": ("Alex Frost", Role.ADMIN), "nurse": ("Nora Lind", Role.EDITOR), "desk": ("Rob Ames", Role.EDITOR),
    "doctor": ("Dr. Clara Moss", Role.CLINICIAN), "reader": ("Ruth Vale", Role.READER),
}  # fmt: skip


@dataclass(frozen=True)
class DemoStaff:
    """The members and their sessions by what they are called here; `link`: the token of an unused invitation."""

    members: dict[str, StaffMember]
    sessions: dict[str, str]
    link: str

    @property
    def nurse(self) -> StaffMember:
        """An editor."""
        return self.members["nurse"]

    @property
    def desk(self) -> StaffMember:
        """An editor at the reception."""
        return self.members["desk"]

    @property
    def doctor(self) -> StaffMember:
        """A clinician."""
        return self.members["doctor"]


def hire(settings: Settings) -> DemoStaff:
    """One of each role, signed in, and somebody who has not used the invitation yet."""
    desks = staff_accounts(settings)
    members, sessions = {}, {}
    by = COMMAND_LINE
    for key, (name, role) in _PEOPLE.items():
        email = f"{name.replace('Dr. ', '').replace(' ', '.').lower()}@example.org"
        invited = desks.people.invite(by, email, name, role.value)
        code = pyotp.TOTP(desks.enrolment.open(invited.token).secret).at(datetime.now(UTC))
        _, recovery_codes = desks.enrolment.enrol(invited.token, PASSWORD, PASSWORD, code)
        # The app's code is used up for half a minute.
        members[key] = invited.account.member
        sessions[key] = desks.sign_in.code(desks.sign_in.password(email, PASSWORD), recovery_codes[0])
        by = members["admin"].id
    invited = desks.people.invite(by, "ivy.park@example.org", "Ivy Park", Role.EDITOR.value)
    return DemoStaff(members, sessions, invited.token)
