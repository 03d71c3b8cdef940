"""A visitor's turn: written down before anything can fail, answered one at a time, in order."""

from clinic.turns.model import Turn, TurnState
from clinic.turns.ports import TurnStore, TurnStoreError

__all__ = ["Turn", "TurnState", "TurnStore", "TurnStoreError"]
