"""What an invitation takes for an address, a name and a role."""

from __future__ import annotations

import pytest

from clinic.staff.account import read_email, read_name, read_role
from clinic.staff.errors import StaffError
from clinic.staff.model import Role


def test_addresses_are_the_same_however_they_are_written() -> None:
    assert read_email("  Ann.Example@Example.ORG ") == "ann.example@example.org"


@pytest.mark.parametrize(
    "text",
    ["", "ann", "ann@", "@example.org", "ann@example", "a b@example.org", "a@b.org\nx", "a" * 300 + "@example.org"],
)
def test_what_is_no_address_is_refused_at_its_field(text: str) -> None:
    with pytest.raises(StaffError) as refused:
        read_email(text)
    assert refused.value.field == "email"


@pytest.mark.parametrize("text", ["", "   ", "123", "x" * 121, "Ann\x00Example"])
def test_what_is_no_name_is_refused_at_its_field(text: str) -> None:
    with pytest.raises(StaffError) as refused:
        read_name(text)
    assert refused.value.field == "name"


def test_names_stand_on_one_line() -> None:
    assert read_name("  Ann \n O'Example-Ødegård ") == "Ann O'Example-Ødegård"


def test_roles_are_read_and_others_refused_with_those_there_are() -> None:
    assert read_role(" Clinician") is Role.CLINICIAN
    with pytest.raises(StaffError, match="reader, editor, clinician, admin"):
        read_role("boss")
