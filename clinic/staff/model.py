"""Who works here, and what a role lets somebody do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Role(str, Enum):
    """What somebody is here."""

    READER = "reader"
    EDITOR = "editor"
    CLINICIAN = "clinician"
    ADMIN = "admin"


class Permission(str, Enum):
    """What a page or a button asks for."""

    READ = "read"
    EDIT = "edit"  # teach, drafts, sets of changes, start the gate
    CHAT = "chat"  # take over chats, calls, appointments
    PUBLISH = "publish"
    APPROVE = "approve"
    MANAGE = "manage"  # people, the record, the clinic's set-up
    OVERRIDE = "override"  # publish against the gate


_EDITS = frozenset({Permission.READ, Permission.EDIT, Permission.CHAT, Permission.PUBLISH})

# An admin who is no clinician approves nothing: what patients are told is a clinician's word.
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.READER: frozenset({Permission.READ}),
    Role.EDITOR: _EDITS,
    Role.CLINICIAN: _EDITS | {Permission.APPROVE},
    Role.ADMIN: _EDITS | {Permission.MANAGE, Permission.OVERRIDE},
}


@dataclass(frozen=True)
class StaffMember:
    """Somebody who is signed in, or who did something once; `id` stands in the record and on what they changed."""

    id: str
    name: str
    email: str
    role: Role

    def may(self, permission: Permission) -> bool:
        """Whether the role allows it."""
        return permission in PERMISSIONS[self.role]
