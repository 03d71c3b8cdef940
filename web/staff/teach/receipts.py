"""What was saved, signed, so that the button beside it can take it back: nothing is kept on this side for it."""

from __future__ import annotations

import hashlib
import hmac

from itsdangerous import BadData, URLSafeSerializer

from clinic.review.content.errors import ContentError
from clinic.review.content.take_back import Done
from clinic.review.teaching.model import Saved

_MOST_CHARACTERS = 12_000  # of an address; larger lessons are taken back on the page of the changes


class BadReceipt(ContentError):
    """It is not one of ours, or was cut off."""

    def __init__(self) -> None:
        super().__init__("This link is incomplete. What you saved is safe: look at it under Changes.")


class Receipts:
    """Writes and reads them."""

    def __init__(self, secret_key: str) -> None:
        self._key = hmac.new(secret_key.encode(), b"messages taught", hashlib.sha256).digest()
        self._signer = URLSafeSerializer(secret_key, salt="taught")

    def of(self, saved: Saved) -> str:
        """For the address; without the undo where there is too much to undo."""
        head = [saved.change_set, saved.title, saved.what, list(saved.turns)]
        made = str(self._signer.dumps([*head, saved.done.as_data()]))
        return made if len(made) <= _MOST_CHARACTERS else str(self._signer.dumps([*head, []]))

    def mark(self, text: str) -> str:
        """Tells a message from others without telling what it says."""
        return hmac.new(self._key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:24]

    def read(self, receipt: str) -> Saved:
        """Raises `BadReceipt`."""
        try:
            change_set, title, what, turns, done = self._signer.loads(receipt)
        except (BadData, ValueError, TypeError) as error:
            raise BadReceipt from error
        return Saved(change_set, title, what, Done.of_data(done), tuple(turns))
