"""Codes of authenticator apps (TOTP), and the box their secrets are kept in, both with the server's key."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime

import pyotp
from cryptography.fernet import Fernet, InvalidToken

from clinic.staff.errors import SealBroken

_DIGITS = 6
_EARLY_OR_LATE = (0, -1, 1)  # phones' clocks are not all right


class TotpFactor:
    """`SecondFactor`; a changed `secret_key` makes all that was sealed unreadable."""

    def __init__(self, secret_key: str, issuer: str) -> None:
        """`issuer`: the name that the app shows beside the codes."""
        self._key, self._issuer = secret_key.encode(), issuer
        self._box = Fernet(base64.urlsafe_b64encode(self._derived(b"staff second factor")))

    def new_secret(self) -> str:
        """Base32, 32 characters."""
        return pyotp.random_base32()

    def step_of(self, code: str, secret: str, now: float) -> int | None:
        """See `SecondFactor`; compared in constant time."""
        if len(code) != _DIGITS or not (code.isascii() and code.isdigit()):
            return None
        totp = pyotp.TOTP(secret)
        at = totp.timecode(datetime.fromtimestamp(now, UTC))
        right = [step for by in _EARLY_OR_LATE if hmac.compare_digest(totp.generate_otp(step := max(0, at + by)), code)]
        return right[0] if right else None

    def address(self, secret: str, email: str) -> str:
        """`otpauth://...`, for the QR code."""
        return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=self._issuer)

    def seal(self, text: str) -> str:
        """Encrypted and signed (Fernet)."""
        return self._box.encrypt(text.encode()).decode()

    def unseal(self, sealed: str, seconds: int | None = None) -> str:
        """As it was; raises `SealBroken`."""
        try:
            return self._box.decrypt(sealed.encode("utf-8", "surrogatepass"), seconds).decode()
        except InvalidToken:
            raise SealBroken from None

    def keyed_hash(self, text: str) -> str:
        """See `SecondFactor`."""
        return hmac.new(self._derived(b"staff recovery codes"), text.encode(), hashlib.sha256).hexdigest()

    def _derived(self, purpose: bytes) -> bytes:
        return hmac.new(self._key, purpose, hashlib.sha256).digest()
