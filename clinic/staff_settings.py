"""Settings of the staff's sign-in: how long sessions last, and the clinic's own sign-in service (OpenID Connect)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from clinic.setting_values import SettingsError, number_between

_OIDC = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class OidcSettings:
    """`issuer`: its address, under which `/.well-known/openid-configuration` lies."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True)
class StaffSettings:
    """A session ends after so many minutes without a click, and after so many hours at all."""

    idle_minutes: int = 15
    session_hours: int = 12
    oidc: OidcSettings | None = None


def read_staff_settings(env: Mapping[str, str]) -> StaffSettings:
    """Raises `SettingsError` in words."""
    return StaffSettings(
        idle_minutes=number_between(env, "STAFF_IDLE_MINUTES", StaffSettings.idle_minutes, 1, 240),
        session_hours=number_between(env, "STAFF_SESSION_HOURS", StaffSettings.session_hours, 1, 24),
        oidc=_oidc(env),
    )


def _oidc(env: Mapping[str, str]) -> OidcSettings | None:
    given = {name: env.get(name, "").strip() for name in _OIDC}
    missing = [name for name, value in given.items() if not value]
    if len(missing) == len(_OIDC):
        return None
    if missing:
        raise SettingsError(f"{', '.join(missing)} is missing: {', '.join(_OIDC)} are set together, or none of them")
    issuer = given["OIDC_ISSUER"].rstrip("/")
    parts = urlsplit(issuer)
    if not parts.hostname or (
        parts.scheme != "https" and (parts.scheme, parts.hostname in _LOOPBACK) != ("http", True)
    ):
        raise SettingsError(f"OIDC_ISSUER must begin with https:// and name a host, not {issuer[:80]!r}")
    return OidcSettings(issuer, given["OIDC_CLIENT_ID"], given["OIDC_CLIENT_SECRET"])
