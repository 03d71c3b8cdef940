"""A visitor's turn: written down before anything can fail, answered one at a time, in order."""

from clinic.turns.buttons import IssuedButton, with_button_ids
from clinic.turns.model import Alarm, Ending, Erasure, SaidBy, Turn, TurnState
from clinic.turns.ports import ConversationOver, ErasureStore, TurnStore, TurnStoreError

__all__ = [
    "Alarm", "ConversationOver", "Ending", "Erasure", "ErasureStore", "IssuedButton", "SaidBy", "Turn", "TurnState",
    "TurnStore", "TurnStoreError", "with_button_ids",
]  # fmt: skip
