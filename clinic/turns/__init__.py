"""A visitor's turn: written down before anything can fail, answered one at a time, in order."""

from clinic.turns.model import Alarm, Turn, TurnState
from clinic.turns.ports import TurnStore, TurnStoreError

__all__ = ["Alarm", "Turn", "TurnState", "TurnStore", "TurnStoreError"]
