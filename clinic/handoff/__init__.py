"""A person takes over: chats that staff answer live, call backs, and questions that staff answer by mail."""

from clinic.handoff.errors import (
    ChatOver,
    DoneAlready,
    HandoffError,
    HandoffUnavailable,
    NoMailAddress,
    NoSuchCall,
    NoSuchChat,
    NotYours,
    TakenByOther,
    WordsRefused,
)
from clinic.handoff.model import Ending, Handoff, HandoffState, HandoffTimes, OpenChat, Presence

__all__ = [
    "ChatOver", "DoneAlready", "Ending", "Handoff", "HandoffError", "HandoffState", "HandoffTimes",
    "HandoffUnavailable", "NoMailAddress", "NoSuchCall", "NoSuchChat", "NotYours", "OpenChat", "Presence",
    "TakenByOther", "WordsRefused",
]  # fmt: skip
