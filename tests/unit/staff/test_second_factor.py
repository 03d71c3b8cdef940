"""Codes of authenticator apps, and the box that secrets are kept in."""

from __future__ import annotations

import pyotp
import pytest

from clinic.adapters.second_factor import TotpFactor
from clinic.staff.errors import SealBroken

NOW = 1_795_000_000.0


@pytest.fixture
def factor() -> TotpFactor:
    return TotpFactor("s" * 40, "Demo Vein Clinic")


def test_codes_of_a_step_early_or_late_are_right_and_older_ones_are_not(factor: TotpFactor) -> None:
    secret = factor.new_secret()
    app = pyotp.TOTP(secret)
    steps = {by: factor.step_of(app.at(int(NOW) + 30 * by), secret, NOW) for by in range(-3, 4)}
    now = int(NOW) // 30
    assert steps == {-3: None, -2: None, -1: now - 1, 0: now, 1: now + 1, 2: None, 3: None}


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12 456", "-12345", "\ud800" * 6])
def test_what_is_no_code_is_wrong(factor: TotpFactor, code: str) -> None:
    assert factor.step_of(code, factor.new_secret(), NOW) is None


def test_apps_read_the_address(factor: TotpFactor) -> None:
    secret = factor.new_secret()
    read = pyotp.parse_uri(factor.address(secret, "ann+x@example.org"))
    assert isinstance(read, pyotp.TOTP)
    assert (read.secret, read.name, read.issuer, read.at(0)) == (
        secret, "ann+x@example.org", "Demo Vein Clinic", pyotp.TOTP(secret).at(0),
    )  # fmt: skip


def test_what_is_sealed_says_nothing_and_opens_with_the_same_key_only(factor: TotpFactor) -> None:
    sealed = factor.seal("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in sealed
    assert factor.unseal(sealed) == "JBSWY3DPEHPK3PXP"
    for broken in (sealed[:-4] + "AAA=", "", "nonsense", "\ud800"):
        with pytest.raises(SealBroken):
            factor.unseal(broken)
    with pytest.raises(SealBroken):
        TotpFactor("t" * 40, "Demo Vein Clinic").unseal(sealed)


def test_hashes_of_recovery_codes_need_the_key(factor: TotpFactor) -> None:
    assert factor.keyed_hash("abcd") == factor.keyed_hash("abcd")
    assert factor.keyed_hash("abcd") != TotpFactor("t" * 40, "Demo Vein Clinic").keyed_hash("abcd")
