"""What was done to messages, signed, so that the button beside it can take it back: nothing is kept for it here."""

from __future__ import annotations

from itsdangerous import BadData, URLSafeSerializer

from clinic.review.inbox.marked import Marked
from clinic.review.inbox.model import InboxError

_MOST_CHARACTERS = 2_400  # it travels in a cookie, which browsers cut off at 4,096


class MarkReceipts:
    """Writes and reads them."""

    def __init__(self, secret_key: str) -> None:
        self._signer = URLSafeSerializer(secret_key, salt="messages marked")

    def of(self, done: Marked) -> str | None:
        """`None` where nothing changed, or too much for a receipt."""
        made = str(self._signer.dumps(done.as_data())) if done.count else ""
        return made if 0 < len(made) <= _MOST_CHARACTERS else None

    def read(self, receipt: str) -> Marked:
        """Raises `InboxError` for what is none of ours."""
        try:
            return Marked.of_data(self._signer.loads(receipt))
        except (BadData, ValueError, TypeError):
            raise InboxError("This cannot be taken back from here. Mark the messages anew instead.") from None
