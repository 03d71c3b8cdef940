"""What settings refuse, in words."""

from __future__ import annotations

import hashlib

import pytest

from clinic.answers import load_catalogue
from clinic.answers.clinic_facts import ClinicFactsError, load_clinic_facts
from clinic.answers.release_checks import NotReadyError, refuse_what_is_not_ready
from clinic.settings import SettingsError, load_settings

SECRET = {"SECRET_KEY": "s" * 40}


@pytest.mark.parametrize(
    ("environment", "names"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({**SECRET, "PORT": "eighty"}, "PORT"),
        ({**SECRET, "API_KEYS": "no-colon"}, "API_KEYS"),
        ({**SECRET, "API_KEYS": "a:12345678", "APP_ENV": "production"}, "API_KEY_HASHES"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name(environment: dict[str, str], names: str) -> None:
    with pytest.raises(SettingsError, match=names):
        load_settings(environment)


def test_production_takes_hashed_keys() -> None:
    hashed = hashlib.sha256(b"a key").hexdigest()
    settings = load_settings({**SECRET, "API_KEYS": "", "API_KEY_HASHES": f"lab:{hashed}", "APP_ENV": "production"})
    assert settings.api_key_hashes == {hashed: "lab"}


def test_production_refuses_the_demonstration_clinic() -> None:
    with pytest.raises(NotReadyError, match=r"clinic\.yml"):
        refuse_what_is_not_ready(load_catalogue(), load_clinic_facts(), allow_unreviewed=True)


def test_a_country_without_emergency_numbers_is_refused_by_its_name() -> None:
    with pytest.raises(ClinicFactsError, match="XX"):
        load_clinic_facts(country="XX")


def test_the_emergency_numbers_are_those_of_the_country() -> None:
    assert load_clinic_facts(country="GB").values["emergency"] == "999"
