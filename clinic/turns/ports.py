"""What `web` needs from a store of turns; implemented in `clinic.adapters`."""

from __future__ import annotations

from typing import Any, Protocol

from clinic.turns.model import Alarm, Turn, TurnState


class TurnStoreError(Exception):
    """The store cannot be reached or refuses; its message names the fault and holds no patient's words."""


class TurnStore(Protocol):
    """Turns of all conversations. Methods block and raise `TurnStoreError`."""

    def add(self, sender: str, message_id: str, text: str, now: float, waits_until: float) -> tuple[Turn, bool]:
        """The turn for a message, and whether it is new."""

    def take(self, sender: str, number: int, now: float, leased_until: float) -> bool:
        """Lease the conversation for a turn, if it is that turn's time."""

    def finish(
        self,
        sender: str,
        number: int,
        state: TurnState,
        replies: list[dict[str, Any]],
        trace: dict[str, Any],
        now: float,
    ) -> None:
        """Complete a turn and give the conversation free."""

    def find(self, sender: str, message_id: str) -> Turn | None:
        """A turn by its client message id."""

    def history(self, sender: str) -> list[Turn]:
        """All turns of a conversation, oldest first."""

    def issue_buttons(self, sender: str, buttons: list[tuple[str, str, str]]) -> None:
        """Remember `(id, payload, title)` of buttons shown to a sender."""

    def resolve_button(self, sender: str, button_id: str) -> tuple[str, str] | None:
        """Payload and title of a button issued to this sender."""

    def note_alarm(self, sender: str, alarm: str, now: float) -> None:
        """Remember the last alarm of a conversation; a fresh one that cannot be taken back stays before others."""

    def last_alarm(self, sender: str) -> Alarm | None:
        """The last alarm, unless it was taken back."""

    def take_back_alarm(self, sender: str, at: float) -> None:
        """Forget the alarm of that time, but no newer one: the visitor said that nobody is in danger."""

    def erase(self, sender: str) -> None:
        """Delete a conversation."""

    def ping(self) -> None:
        """Raise when the store does not answer."""
