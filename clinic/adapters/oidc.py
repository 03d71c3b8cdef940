"""Sign-in by the clinic's own service (OpenID Connect, authorization code with PKCE)."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

import httpx
from authlib.integrations.httpx_client import OAuth2Client  # type: ignore[import-untyped] # none published
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from clinic.staff_settings import OidcSettings

_SECONDS = 5.0
_KNOWN_SECONDS = 600.0  # for how long the service's addresses and keys are taken as they were
_LEEWAY_SECONDS = 60
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]


class OidcFailed(Exception):
    """The service does not answer, or what it says cannot be believed; names no person."""


@dataclass(frozen=True)
class OidcRequest:
    """What leads to the service, and what has to be kept until the browser comes back."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class _Known:
    metadata: Mapping[str, Any]
    keys: KeySet
    until: float


class OidcProvider:
    """The service; asked for its addresses and keys on first use."""

    def __init__(self, settings: OidcSettings, redirect_uri: str, now: Callable[[], float] = time.time) -> None:
        """`redirect_uri`: where the browser comes back to, as registered there."""
        self._settings, self._redirect_uri, self._now = settings, redirect_uri, now
        self._known: _Known | None = None
        self._lock = Lock()

    def begin(self) -> OidcRequest:
        """Raises `OidcFailed`."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        known = self._discovered()
        with self._client() as client:
            address, _ = client.create_authorization_url(
                known.metadata["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        return OidcRequest(address, state, nonce, verifier)

    def confirmed_email(self, code: str, nonce: str, verifier: str) -> str | None:
        """Whose sign-in it was; `None` where the service did not confirm an address. Raises `OidcFailed`."""
        known = self._discovered()
        try:
            with self._client() as client:
                token = client.fetch_token(
                    known.metadata["token_endpoint"], code=code, code_verifier=verifier, grant_type="authorization_code"
                )
            claims = self._claims(str(token["id_token"]), nonce, known)
        except OidcFailed:
            raise
        except Exception as error:  # the library's, httpx's, a body that is none
            raise OidcFailed(f"the sign-in service: {type(error).__name__}") from None
        email = claims.get("email")
        return str(email) if email and claims.get("email_verified") is True else None

    def _claims(self, id_token: str, nonce: str, known: _Known) -> dict[str, Any]:
        try:
            claims = self._decoded(id_token, known)
        except (JoseError, ValueError):
            claims = self._decoded(id_token, self._discovered(anew=True))  # it may have new keys
        rules = jwt.JWTClaimsRegistry(
            now=lambda: int(self._now()), leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": known.metadata["issuer"]},
            aud={"essential": True, "value": self._settings.client_id},
            exp={"essential": True}, iat={"essential": True}, sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )  # fmt: skip
        rules.validate(claims)
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != self._settings.client_id:
            raise OidcFailed("the sign-in service: meant for somebody else")
        return claims

    @staticmethod
    def _decoded(id_token: str, known: _Known) -> dict[str, Any]:
        return dict(jwt.decode(id_token, known.keys, algorithms=_ALGORITHMS).claims)

    def _client(self) -> OAuth2Client:
        return OAuth2Client(
            self._settings.client_id, self._settings.client_secret, scope="openid email",
            redirect_uri=self._redirect_uri, code_challenge_method="S256", timeout=_SECONDS,
        )  # fmt: skip

    def _discovered(self, *, anew: bool = False) -> _Known:
        with self._lock:
            if anew or self._known is None or self._now() >= self._known.until:
                self._known = self._discover()
            return self._known

    def _discover(self) -> _Known:
        issuer = self._settings.issuer
        try:
            with httpx.Client(timeout=_SECONDS) as client:
                metadata = client.get(f"{issuer}/.well-known/openid-configuration").raise_for_status().json()
                keys = client.get(metadata["jwks_uri"]).raise_for_status().json()
            if str(metadata["issuer"]).rstrip("/") != issuer:
                raise OidcFailed("the sign-in service: it is another issuer than OIDC_ISSUER says")
            if any(_is_less_private(str(metadata[name]), issuer) for name in _ENDPOINTS):
                raise OidcFailed("the sign-in service: an address of it does not begin with https://")
            return _Known(metadata, KeySet.import_key_set(keys), self._now() + _KNOWN_SECONDS)
        except (httpx.HTTPError, KeyError, TypeError, ValueError, JoseError) as error:
            raise OidcFailed(f"the sign-in service: {type(error).__name__}") from None


def _is_less_private(address: str, issuer: str) -> bool:
    """Only a service on this very machine may do without https (`clinic.staff_settings`)."""
    return not address.startswith("https://" if issuer.startswith("https://") else "http")
