"""What was taken out of a set, signed, so that the button beside it can put it back: nothing is kept for it here."""

from __future__ import annotations

from itsdangerous import BadData, URLSafeSerializer

from clinic.review.changes.taking_out import TakenOut
from clinic.review.content.errors import ContentError
from clinic.review.content.take_back import Done

_MOST_CHARACTERS = 2_400  # it travels in a cookie, which browsers cut off at 4,096


class OutReceipts:
    """Writes and reads them."""

    def __init__(self, secret_key: str) -> None:
        self._signer = URLSafeSerializer(secret_key, salt="taken out of a set")

    def of(self, out: TakenOut) -> str | None:
        """`None` where it is too much for a receipt."""
        made = str(self._signer.dumps([out.change_set, out.title, out.done.as_data()]))
        return made if len(made) <= _MOST_CHARACTERS else None

    def read(self, receipt: str, change_set_id: str) -> TakenOut:
        """Raises `ContentError` for what is none of ours, or of another set."""
        try:
            change_set, title, done = self._signer.loads(receipt)
            found = TakenOut(change_set, title, Done.of_data(done))
        except (BadData, ValueError, TypeError):
            found = None
        if found is None or found.change_set != change_set_id:
            raise ContentError("This cannot be put back from here. Teach the sentence once more instead.")
        return found
