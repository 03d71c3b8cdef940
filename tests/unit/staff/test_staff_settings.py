"""Settings of the staff's sign-in, and what is refused of them."""

from __future__ import annotations

import pytest

from clinic.settings import SettingsError, load_settings
from clinic.staff.session import SessionLimits

SECRET = {"SECRET_KEY": "s" * 40}
OIDC = {"OIDC_ISSUER": "https://sign-in.example.org/", "OIDC_CLIENT_ID": "chat", "OIDC_CLIENT_SECRET": "pa55word"}


def test_sessions_last_as_long_as_the_clinic_says() -> None:
    assert SessionLimits.of(load_settings(SECRET).staff) == SessionLimits(15 * 60.0, 12 * 3600.0)
    chosen = load_settings({**SECRET, "STAFF_IDLE_MINUTES": "5", "STAFF_SESSION_HOURS": "8"})
    assert SessionLimits.of(chosen.staff) == SessionLimits(300.0, 8 * 3600.0)


@pytest.mark.parametrize(
    ("environment", "names"),
    [
        ({"STAFF_IDLE_MINUTES": "0"}, "STAFF_IDLE_MINUTES"),
        ({"STAFF_SESSION_HOURS": "1000"}, "STAFF_SESSION_HOURS"),
        ({"STAFF_IDLE_MINUTES": "soon"}, "STAFF_IDLE_MINUTES"),
        ({"OIDC_ISSUER": OIDC["OIDC_ISSUER"]}, "OIDC_CLIENT_ID, OIDC_CLIENT_SECRET is missing"),
        ({**OIDC, "OIDC_ISSUER": "http://sign-in.example.org"}, "OIDC_ISSUER must begin with https://"),
        ({**OIDC, "OIDC_ISSUER": "sign-in.example.org"}, "OIDC_ISSUER must begin with https://"),
        ({**OIDC, "OIDC_ISSUER": "http://127.0.0.1.example.org"}, "OIDC_ISSUER must begin with https://"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name(environment: dict[str, str], names: str) -> None:
    with pytest.raises(SettingsError, match=names):
        load_settings({**SECRET, **environment})


def test_the_clinics_own_sign_in_service_is_set_up_by_three_settings() -> None:
    assert load_settings(SECRET).staff.oidc is None
    oidc = load_settings({**SECRET, **OIDC}).staff.oidc
    assert oidc is not None
    assert (oidc.issuer, oidc.client_id) == ("https://sign-in.example.org", "chat")
    assert "pa55word" not in repr(oidc)
