"""What a page carries from step to step once somebody has proven a visit: signed, for a quarter of an hour."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from itsdangerous import BadData, URLSafeTimedSerializer

_SALT = "proof of a visit"
LIFETIME_SECONDS = 15 * 60


@dataclass(frozen=True)
class Proof:
    """Who knows the contact of a visit; `sequence`: the visit's when the page was shown, `None` at the first step."""

    reference: str
    contact: str
    sequence: int | None = None

    @property
    def who(self) -> str:
        """Whose wrong tries are counted: those on this link, from wherever they come."""
        return hashlib.sha256(f"visit link {self.reference}".encode()).hexdigest()


class Proofs:
    """Makes and reads the hidden field. It is sent in bodies only: an address would stand in logs and histories."""

    def __init__(self, secret_key: str, seconds: int = LIFETIME_SECONDS) -> None:
        """`seconds`: for how long a proof holds."""
        self._serializer, self._seconds = URLSafeTimedSerializer(secret_key, salt=_SALT), seconds

    def sign(self, proof: Proof) -> str:
        """The hidden field."""
        signed = self._serializer.dumps([proof.reference, proof.contact, proof.sequence])
        return signed if isinstance(signed, str) else signed.decode()

    def read(self, text: str, reference: str) -> Proof | None:
        """The proof of this visit; `None` where it is none of ours, of another visit, or too old."""
        try:
            of, contact, sequence = self._serializer.loads(text, max_age=self._seconds)
        except BadData:
            return None
        return Proof(of, contact, sequence) if of == reference else None
