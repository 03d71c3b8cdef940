"""The environment, read once, checked, and said in words when it is wrong."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from clinic.setting_values import SettingsError as SettingsError  # noqa: PLC0414 - raised here, so found here
from clinic.setting_values import api_keys_in, each, in_words, number, number_between
from clinic.staff_settings import StaffSettings, read_staff_settings
from clinic.web_addresses import origin_of, read_network, read_origin, read_redis_url

ROOT = Path(__file__).resolve().parent.parent
ENCRYPTIONS = ("starttls", "tls", "none")
_PRODUCTION = "production"
_MOST_CHARACTERS = 20_000  # so that even a message written in \u escapes is smaller than `max_body_bytes`


@dataclass(frozen=True)
class MailSettings:
    """Where letters are handed over, and in whose name; without `host` they are written to `folder`."""

    sender: str
    host: str | None = None
    port: int = 587
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    encryption: str = "starttls"
    folder: Path = ROOT / "var" / "outbox"


@dataclass(frozen=True)
class CalendarSettings:
    """The clinic's CalDAV server: `url` of the principal; which calendar is whose stands in `clinic.yml`."""

    url: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class FhirSettings:
    """A FHIR R4B server that gets the appointments: its base address, and a bearer token where it asks for one."""

    url: str
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class ChatLimits:
    """How much visitors may send in a minute; many of them share one address, as in a waiting room."""

    messages: int = 30
    messages_per_address: int = 240
    sessions_per_address: int = 30


@dataclass(frozen=True)
class Settings:
    """All settings of all processes; times in seconds."""

    environment: str
    host: str
    port: int
    rasa_url: str
    actions_port: int
    clinic_db_url: str
    tracker_db_url: str
    secret_key: str
    api_keys: Mapping[str, str]
    api_key_hashes: Mapping[str, str]
    country: str | None
    allow_unreviewed_answers: bool
    public_url: str
    jobs_db_url: str
    mail: MailSettings
    calendar: CalendarSettings | None
    fhir: FhirSettings | None
    fhir_readers: frozenset[str] | None  # integrations that may read over FHIR; `None`: every one with a key
    turn_budget: float = 18.0
    handoff_wait: int = 180  # until a visitor who waits for a person is offered a call back
    messages_per_minute: int = 1_200
    max_characters: int = 4_000
    max_body_bytes: int = 256_000
    chat_limits: ChatLimits = ChatLimits()
    redis_url: str | None = field(default=None, repr=False)
    site_origins: tuple[str, ...] = ()  # sites that may embed the widget, as browsers write origins
    trusted_proxies: tuple[str, ...] = ()  # addresses and networks whose X-Forwarded-For counts
    staff: StaffSettings = field(default_factory=StaffSettings)

    @property
    def is_production(self) -> bool:
        """Whether `APP_ENV=production`."""
        return self.environment == _PRODUCTION

    @property
    def channel_secret(self) -> str:
        """What `web` shows to Rasa's channel."""
        return hmac.new(self.secret_key.encode(), b"rasa channel", hashlib.sha256).hexdigest()


def setting(name: str) -> str | None:
    """One setting from the process environment over `.env`, for code that must start without all of them."""
    return os.environ.get(name) or read_env_file(ROOT / ".env").get(name) or None


def releases_folder() -> Path:
    """Where releases lie: `RELEASES_FOLDER`, shared by all processes of a clinic."""
    return Path(setting("RELEASES_FOLDER") or ROOT / "var" / "releases")


def read_env_file(path: Path) -> dict[str, str]:
    """`KEY=value` lines of a file; an empty mapping where there is none."""
    if not path.exists():
        return {}
    pairs = (line.partition("=") for line in path.read_text("utf-8").splitlines() if "=" in line and line[:1] != "#")
    return {key.strip(): value.strip() for key, _, value in pairs}


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the process environment over `.env`; raises `SettingsError` in plain words."""
    env = {**read_env_file(ROOT / ".env"), **(os.environ if environ is None else environ)}
    environment = env.get("APP_ENV", "development")
    settings = Settings(
        environment=environment,
        host=env.get("HOST", "127.0.0.1"),
        port=number(env, "PORT", 8080),
        rasa_url=env.get("RASA_URL", f"http://127.0.0.1:{number(env, 'RASA_PORT', 5005)}"),
        actions_port=number(env, "ACTIONS_PORT", 5055),
        clinic_db_url=env.get("CLINIC_DB_URL", f"sqlite:///{ROOT / 'var' / 'clinic.db'}"),
        tracker_db_url=env.get("TRACKER_DB_URL", f"sqlite:///{ROOT / 'var' / 'tracker.db'}"),
        secret_key=env.get("SECRET_KEY", ""),
        api_keys=api_keys_in(env.get("API_KEYS", ""), "API_KEYS"),
        api_key_hashes=api_keys_in(env.get("API_KEY_HASHES", ""), "API_KEY_HASHES"),
        country=env.get("CLINIC_COUNTRY") or None,
        turn_budget=float(number(env, "TURN_BUDGET_SECONDS", 18)),
        messages_per_minute=int(
            number_between(env, "REST_MESSAGES_PER_MINUTE", Settings.messages_per_minute, 1_200, 1_000_000)
        ),
        handoff_wait=number_between(env, "HANDOFF_WAIT_SECONDS", Settings.handoff_wait, 30, 600),
        allow_unreviewed_answers=env.get("SHOW_ANSWERS_NO_CLINICIAN_HAS_REVIEWED") == "yes",
        public_url=env.get("PUBLIC_URL", f"http://127.0.0.1:{number(env, 'PORT', 8080)}").rstrip("/"),
        jobs_db_url=env.get("JOBS_DB_URL", f"sqlite:///{ROOT / 'var' / 'jobs.db'}"),
        mail=_mail(env),
        calendar=_calendar(env),
        fhir=_fhir(env),
        fhir_readers=_fhir_readers(env, environment),
        max_characters=number_between(env, "CHAT_MAX_CHARACTERS", 4_000, 100, _MOST_CHARACTERS),
        chat_limits=_chat_limits(env),
        redis_url=in_words("REDIS_URL", read_redis_url, env["REDIS_URL"]) if env.get("REDIS_URL") else None,
        site_origins=each(env, "SITE_ORIGINS", lambda o: read_origin(o, must_be_private=environment == _PRODUCTION)),
        trusted_proxies=each(env, "TRUSTED_PROXIES", read_network),
        staff=read_staff_settings(env),
    )
    _check(settings)
    return settings


def new_secret() -> str:
    """A fresh random secret for `.env`, 43 characters."""
    return secrets.token_urlsafe(32)


def _check(settings: Settings) -> None:
    in_words("PUBLIC_URL", origin_of, settings.public_url)
    if len(settings.secret_key) < 32:
        raise SettingsError("SECRET_KEY is missing or shorter than 32 characters; `make run` writes one into .env")
    if settings.mail.host and settings.mail.sender.endswith(".invalid"):
        raise SettingsError("SMTP_HOST is set, so MAIL_FROM must be the clinic's own address")
    if settings.fhir and settings.fhir.token and not _is_private(settings.fhir.url):
        raise SettingsError("FHIR_TOKEN is set, so FHIR_URL must begin with https://")
    if settings.is_production and settings.api_keys:
        raise SettingsError(
            "API_KEYS is for local use; with APP_ENV=production keys are stored hashed, "
            "as API_KEY_HASHES=name:<sha256 of the key>"
        )


def _is_private(url: str) -> bool:
    """Whether nobody on the way can read what is sent."""
    host = urlsplit(url).hostname or ""
    return url.startswith("https://") or host in ("localhost", "::1") or host.startswith("127.")


def _mail(env: Mapping[str, str]) -> MailSettings:
    encryption = env.get("SMTP_ENCRYPTION", "starttls")
    if encryption not in ENCRYPTIONS:
        raise SettingsError(f"SMTP_ENCRYPTION must be one of {', '.join(ENCRYPTIONS)}, not {encryption!r}")
    return MailSettings(
        sender=env.get("MAIL_FROM", "visits@clinic.invalid"),
        host=env.get("SMTP_HOST") or None,
        port=number(env, "SMTP_PORT", 587),
        user=env.get("SMTP_USER") or None,
        password=env.get("SMTP_PASSWORD") or None,
        encryption=encryption,
        folder=Path(env.get("MAIL_FOLDER") or ROOT / "var" / "outbox"),
    )


def _calendar(env: Mapping[str, str]) -> CalendarSettings | None:
    url = env.get("CALDAV_URL")
    return CalendarSettings(url, env.get("CALDAV_USER"), env.get("CALDAV_PASSWORD")) if url else None


def _fhir(env: Mapping[str, str]) -> FhirSettings | None:
    url = env.get("FHIR_URL")
    return FhirSettings(url.rstrip("/"), env.get("FHIR_TOKEN")) if url else None


def _fhir_readers(env: Mapping[str, str], environment: str) -> frozenset[str] | None:
    """Patients' names are in what they read: in production nobody is one unless named."""
    named = env.get("FHIR_READERS")
    if named is None and environment != _PRODUCTION:
        return None
    return frozenset(filter(None, (name.strip() for name in (named or "").split(","))))


def _chat_limits(env: Mapping[str, str]) -> ChatLimits:
    def most(what: str, usual: int) -> int:
        return number_between(env, f"CHAT_{what}", usual, 1, 100_000)

    return ChatLimits(
        messages=most("MESSAGES_PER_MINUTE", ChatLimits.messages),
        messages_per_address=most("MESSAGES_PER_MINUTE_PER_ADDRESS", ChatLimits.messages_per_address),
        sessions_per_address=most("SESSIONS_PER_MINUTE_PER_ADDRESS", ChatLimits.sessions_per_address),
    )
