"""Signed links of the mails: whoever opens one has got it from us, and nobody can make or change one."""

from __future__ import annotations

from typing import ClassVar

from itsdangerous import BadData, URLSafeSerializer

from clinic.booking.errors import LinkInvalid


class SignedLinks:
    """Links that carry a reference, signed for one purpose: a token of one kind is none of another."""

    path: ClassVar[str]
    salt: ClassVar[str]

    def __init__(self, secret_key: str, public_url: str) -> None:
        """`public_url`: where the world reaches `web`, without a slash at its end."""
        self._serializer = URLSafeSerializer(secret_key, salt=self.salt)
        self._url = f"{public_url.rstrip('/')}/{self.path}"

    def link(self, reference: str) -> str:
        """The address to open."""
        return f"{self._url}/{self.token(reference)}"

    def token(self, reference: str) -> str:
        """The signed reference, safe in an address; the same at every time."""
        signed = self._serializer.dumps(reference)
        return signed if isinstance(signed, str) else signed.decode()

    def reference_of(self, token: str) -> str:
        """The reference that was signed; raises `LinkInvalid`."""
        try:
            found = self._serializer.loads(token)
        except BadData:
            raise LinkInvalid("not a link of ours") from None
        return str(found)


class VisitLinks(SignedLinks):
    """To the page of an appointment. It proves nothing by itself: the page asks for the contact."""

    path, salt = "visits", "visit link"


class OfferLinks(SignedLinks):
    """To a freed time, for one who waits: whoever can read that mail may take it."""

    path, salt = "offers", "offer link"


class LeaveLinks(SignedLinks):
    """Out of the waiting list."""

    path, salt = "waiting-list", "leave waiting list"
