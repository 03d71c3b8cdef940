"""Opaque senders: nobody who knows an id can speak as that person."""

from __future__ import annotations

import hashlib
import hmac


def opaque_sender(secret_key: str, owner: str, client_sender: str) -> str:
    """HMAC of an owner (an integration's name or a session) and the client's own id; 64 hex digits."""
    told = owner.encode() + b"\x00" + client_sender.encode("utf-8", "surrogatepass")
    return hmac.new(secret_key.encode(), told, hashlib.sha256).hexdigest()
