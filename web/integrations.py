"""Who calls: the integration a key belongs to, for everything that other programs use."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Annotated

from fastapi import Header

from clinic.settings import Settings
from web.chat.turns import TurnError


def integration_of(settings: Settings) -> Callable[[str], str]:
    """A dependency that gives the integration's name by `Authorization: Bearer <key>`; raises `TurnError` (401)."""

    def integration(authorization: Annotated[str, Header()] = "") -> str:
        scheme, _, key = authorization.partition(" ")
        hashed = hashlib.sha256(key.encode()).hexdigest()
        found = [n for known, n in settings.api_keys.items() if hmac.compare_digest(known.encode(), key.encode())]
        found += [n for known, n in settings.api_key_hashes.items() if hmac.compare_digest(known, hashed)]
        if scheme.lower() != "bearer" or not found:
            raise TurnError("unauthorized", 401)
        return found[0]

    return integration
