"""What each role may do."""

from __future__ import annotations

import pytest

from clinic.staff.model import Permission, Role, StaffMember

READ, EDIT, CHAT, PUBLISH = Permission.READ, Permission.EDIT, Permission.CHAT, Permission.PUBLISH


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.READER, {READ}),
        (Role.EDITOR, {READ, EDIT, CHAT, PUBLISH}),
        (Role.CLINICIAN, {READ, EDIT, CHAT, PUBLISH, Permission.APPROVE}),
        (Role.ADMIN, {READ, EDIT, CHAT, PUBLISH, Permission.MANAGE, Permission.OVERRIDE}),
    ],
)
def test_a_role_may_do_what_is_written_for_it_and_nothing_else(role: Role, allowed: set[Permission]) -> None:
    member = StaffMember("m_1", "Demo", "demo@example.org", role)
    assert {permission for permission in Permission if member.may(permission)} == allowed
