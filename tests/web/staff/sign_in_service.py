"""A small sign-in service that speaks OpenID Connect, on a real port; a test chooses what is wrong with it."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import FastAPI, Form, Header
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.serving import Served

CLIENT, SECRET = "staff-pages", "a-secret-of-the-service"


@dataclass
class SignInService:
    """Whoever comes is `person`, without being asked; `claims` and `key` take the place of the right ones."""

    person: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    url: str = ""
    published: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    key: RSAKey | None = None
    algorithm: str = "RS256"
    asked: list[dict[str, str]] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def settings(self) -> dict[str, str]:
        return {"OIDC_ISSUER": self.url, "OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET": SECRET}

    def change_keys(self) -> None:
        self.published = RSAKey.generate_key(2048, {"kid": "two"})

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        def discovery() -> dict[str, Any]:
            return {
                "issuer": self.url, "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token", "jwks_uri": f"{self.url}/keys",
            }  # fmt: skip

        @app.get("/keys")
        def keys() -> dict[str, Any]:
            return {"keys": [self.published.as_dict(private=False)]}

        @app.get("/authorize")
        def authorize(
            response_type: str, client_id: str, redirect_uri: str, scope: str, state: str, nonce: str,
            code_challenge: str, code_challenge_method: str,
        ) -> RedirectResponse:  # fmt: skip
            assert (response_type, client_id, code_challenge_method) == ("code", CLIENT, "S256")
            assert set(scope.split()) == {"openid", "email"}
            code = secrets.token_urlsafe(16)
            self._codes[code] = {"nonce": nonce, "challenge": code_challenge, "redirect_uri": redirect_uri}
            return RedirectResponse(f"{redirect_uri}?{urlencode({'code': code, 'state': state})}", 303)

        @app.post("/token")
        def token(
            grant_type: Annotated[str, Form()], code: Annotated[str, Form()], redirect_uri: Annotated[str, Form()],
            code_verifier: Annotated[str, Form()], authorization: Annotated[str, Header()] = "",
        ) -> JSONResponse:  # fmt: skip
            expected = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            begun = self._codes.pop(code, None)
            challenge = base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).rstrip(b"=").decode()
            is_right = (
                grant_type == "authorization_code" and authorization == f"Basic {expected}" and begun is not None
                and begun["challenge"] == challenge and begun["redirect_uri"] == redirect_uri
            )  # fmt: skip
            if not is_right or begun is None:
                return JSONResponse({"error": "invalid_grant"}, 400)
            return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": self._token(begun["nonce"])})

        return app

    def _token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.url, "sub": "7", "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce}
        told = {**claims, **self.person, **self.claims}
        signed_by = self.key or self.published
        header = {"alg": self.algorithm, "kid": "one" if self.key else str(signed_by.kid)}
        return jwt.encode(header, {k: v for k, v in told.items() if v is not None}, signed_by)


@contextmanager
def running_sign_in_service() -> Iterator[SignInService]:
    service = SignInService()
    served = Served(service.app())
    service.url = served.url
    try:
        yield service
    finally:
        served.stop()
