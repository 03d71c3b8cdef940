"""What settings refuse, in words."""

from __future__ import annotations

import hashlib

import pytest

from clinic.answers import load_catalogue
from clinic.answers.clinic_facts import ClinicFactsError, load_clinic_facts
from clinic.answers.release_checks import NotReadyError, refuse_what_is_not_ready
from clinic.bootstrap.handoff import chat_desk, waiting_room
from clinic.handoff import HandoffTimes
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


def test_how_long_visitors_wait_for_a_person_is_the_clinics_to_say() -> None:
    def waits(**given: str) -> set[float]:
        settings = load_settings({**SECRET, **given})
        return {waiting_room(settings).times.wait, chat_desk(settings).times.wait}

    assert waits() == {HandoffTimes().wait}
    assert waits(HANDOFF_WAIT_SECONDS="45") == {45.0}


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


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SITE_ORIGINS", "www.clinic.example", "https://"),
        ("SITE_ORIGINS", "https://*.clinic.example", r"\*"),
        ("SITE_ORIGINS", "*", r"\*"),
        ("SITE_ORIGINS", "https://www.clinic.example/contact", "leave out"),
        ("SITE_ORIGINS", "https://ann@clinic.example", "leave out"),
        ("SITE_ORIGINS", "https://clinic.example:https", "cannot be read"),
        ("SITE_ORIGINS", "https://", "names no host"),
        ("SITE_ORIGINS", "https://a.example; script-src https://b.example", "names no host"),
        ("SITE_ORIGINS", "https://clinic.example,null", "null"),
        ("TRUSTED_PROXIES", "proxy.example", "10.0.0.2"),
        ("TRUSTED_PROXIES", "*", "10.0.0.2"),
        ("TRUSTED_PROXIES", "10.0.0.1/8", "host bits"),
        ("TRUSTED_PROXIES", "0.0.0.0/0", "everybody"),
        ("REDIS_URL", "localhost:6379", "redis://"),
        ("REDIS_URL", "http://redis.example", "redis://"),
        ("CHAT_MESSAGES_PER_MINUTE", "0", "between"),
        ("CHAT_MESSAGES_PER_MINUTE_PER_ADDRESS", "-5", "between"),
        ("CHAT_SESSIONS_PER_MINUTE_PER_ADDRESS", "many", "number"),
        ("CHAT_MAX_CHARACTERS", "1000000", "between"),
        ("HANDOFF_WAIT_SECONDS", "0", "between"),
        ("REST_MESSAGES_PER_MINUTE", "5", "between"),
        ("HANDOFF_WAIT_SECONDS", "3 minutes", "number"),
        ("PUBLIC_URL", "https://clinic.example:port", "cannot be read|port"),
    ],
)
def test_who_may_reach_the_chat_and_how_often_is_refused_in_words(name: str, value: str, says: str) -> None:
    with pytest.raises(SettingsError, match=rf"{name}.*({says})"):
        load_settings({**SECRET, name: value})


def test_a_refused_address_of_redis_does_not_show_its_password() -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings({**SECRET, "REDIS_URL": "redis://:pa55word@host:none"})
    assert "pa55word" not in str(refused.value)


def test_settings_do_not_show_the_password_of_redis() -> None:
    assert "pa55word" not in repr(load_settings({**SECRET, "REDIS_URL": "redis://:pa55word@redis.example:6379/0"}))


def test_sites_are_kept_as_browsers_write_them() -> None:
    sites = "https://WWW.Clinic.example:443/, http://127.0.0.1:80,https://www.clinic.example, https://a.example:8443"
    found = load_settings({**SECRET, "SITE_ORIGINS": sites}).site_origins
    assert found == ("https://www.clinic.example", "http://127.0.0.1", "https://a.example:8443")


def test_production_wants_sites_over_https_unless_they_never_leave_the_machine() -> None:
    production = {**SECRET, "APP_ENV": "production", "API_KEYS": ""}
    with pytest.raises(SettingsError, match=r"SITE_ORIGINS.*https"):
        load_settings({**production, "SITE_ORIGINS": "http://www.clinic.example"})
    kept = load_settings({**production, "SITE_ORIGINS": "http://localhost:8000"}).site_origins
    assert kept == ("http://localhost:8000",)


def test_without_these_settings_no_site_and_no_proxy_is_trusted() -> None:
    settings = load_settings({**SECRET, "SITE_ORIGINS": "", "TRUSTED_PROXIES": "", "REDIS_URL": ""})
    assert (settings.site_origins, settings.trusted_proxies, settings.redis_url) == ((), (), None)
