"""What `web` needs from a store of turns; implemented in `clinic.adapters`."""

from __future__ import annotations

from typing import Any, Protocol

from clinic.turns.model import Alarm, Ending, Erasure, SaidBy, Turn, TurnState


class TurnStoreError(Exception):
    """The store cannot be reached or refuses; its message names the fault and holds no patient's words."""


class ConversationOver(Exception):
    """The visitor has ended or erased this conversation: nothing is added to it any more."""


class TurnStore(Protocol):
    """Turns of all conversations. Methods block and raise `TurnStoreError`; what adds raises `ConversationOver`."""

    def add(
        self, sender: str, message_id: str, text: str, now: float, waits_until: float, button: str | None = None
    ) -> tuple[Turn, bool]:
        """The turn for a message, and whether it is new; `button`: the id of the button that was pressed for it."""

    def add_later(
        self, sender: str, message_id: str, replies: list[dict[str, Any]], by: SaidBy, now: float
    ) -> Turn | None:
        """A message nobody asked for, done at once, once for each id; buttons bear payloads and are given ids here.

        `None`: there is no such conversation, or it is over.
        """

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
        """Complete a turn and give the conversation free; one that is done gets the next event's number."""

    def find(self, sender: str, message_id: str) -> Turn | None:
        """A turn by its client message id."""

    def history(self, sender: str) -> list[Turn]:
        """All turns of a conversation with their feedback, oldest first."""

    def completed_after(self, sender: str, event: int) -> list[Turn]:
        """The turns of a conversation that were completed after an event, in the order of their events."""

    def give_feedback(
        self, sender: str, message_id: str, reply: int, helpful: bool, word: str | None, now: float
    ) -> bool:
        """Keep what a visitor thinks of a reply, instead of an earlier one; `False` where there is no such reply."""

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

    def end(self, sender: str, now: float) -> None:
        """Let nothing be added to a conversation any more; its turns stay."""

    def is_over(self, sender: str) -> bool:
        """Whether a conversation was ended or erased."""

    def ending(self, sender: str) -> Ending | None:
        """How a conversation was over; `None` while it goes on."""

    def ping(self) -> None:
        """Raise when the store does not answer."""


class ErasureStore(Protocol):
    """Erases conversations, and knows of which Rasa may still hold a copy. Methods block, raise `TurnStoreError`."""

    def erase(self, sender: str, now: float) -> None:
        """Delete a conversation, for ever: its sender can begin no other. Rasa's copy has to go as well from now on."""

    def open_erasures(self) -> list[Erasure]:
        """Those that Rasa has not confirmed yet, oldest first."""

    def settle_erasure(self, sender: str, now: float) -> None:
        """Rasa's copy is gone."""

    def forget_erasures(self, before: float) -> None:
        """Forget the settled ones asked for before a moment: when their tokens are too old to be sent again."""
