"""Which passwords are taken, and how they are kept."""

from __future__ import annotations

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher

from clinic.adapters.passwords import Argon2Passwords
from clinic.staff.errors import StaffError
from clinic.staff.passwords import check_password

EMAIL, NAME = "rose.tremont@example.org", "Rose Tremont"


@pytest.fixture
def hasher() -> Argon2Passwords:
    return Argon2Passwords(Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.mark.parametrize(
    "password",
    [
        "", "short pass", "aaaaaaaaaaaaaaaa", "123456789012345", "abcdefghijklmnop", "qwertyuiopasdf", "Password12345!",
        "rosetremont2026", "Example-example-1", "welcome welcome", "x" * 201,
    ],
)  # fmt: skip
def test_what_everybody_would_try_first_is_refused_in_words(password: str) -> None:
    with pytest.raises(StaffError, match=r"\w+ \w+") as refused:
        check_password(password, password, EMAIL, NAME)
    assert refused.value.field == "password"


@pytest.mark.parametrize(
    "password",
    ["lamp river copper nine", "correct horse battery staple", "Grün-Öl-Üppig-42", "x7#kQ!p2Wz&m", "дом река лампа"],
)
def test_long_passwords_of_any_letters_are_taken(password: str) -> None:
    check_password(password, password, EMAIL, NAME)


def test_a_second_password_that_differs_is_told_at_its_field() -> None:
    with pytest.raises(StaffError) as refused:
        check_password("lamp river copper nine", "lamp river copper ten", EMAIL, NAME)
    assert refused.value.field == "again"


def test_the_same_password_is_kept_differently_each_time(hasher: Argon2Passwords) -> None:
    first, second = hasher.hash("lamp river copper nine"), hasher.hash("lamp river copper nine")
    assert first != second
    assert "$argon2id$" in first
    assert hasher.verify("lamp river copper nine", first)
    assert not hasher.verify("lamp river copper ten", first)


@pytest.mark.parametrize("kept", [None, "", "nonsense", "$argon2id$broken"])
def test_without_a_hash_no_password_is_right(hasher: Argon2Passwords, kept: str | None) -> None:
    assert not hasher.verify("", kept)
    assert not hasher.verify("lamp river copper nine", kept)


def test_usual_parameters_are_those_that_are_recommended() -> None:
    """OWASP asks for 19 MiB and two rounds at least."""
    parameters = dict(part.split("=") for part in Argon2Passwords().hash("lamp river").split("$")[3].split(","))
    assert int(parameters["m"]) >= 19 * 1024
    assert int(parameters["t"]) >= 2
