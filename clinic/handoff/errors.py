"""Why something could not be done, by name; no message holds a patient's words or contact.

HandoffError
├── HandoffUnavailable       the database did not answer: nothing was changed, trying again is worth it
├── NoSuchChat               no conversation has this id, or its visitor has erased it
├── ChatOver                 its visitor has ended it
├── TakenByOther             a colleague was faster; `name` says who
├── NotYours                 it was handed back, or went back by itself
├── WordsRefused             what staff typed cannot go out; `code` says why
├── NoSuchCall               no request has this reference
├── DoneAlready              a colleague has seen to it; `name` says who
└── NoMailAddress            the person left a phone number
"""

from __future__ import annotations


class HandoffError(Exception):
    """Base of them all."""


class HandoffUnavailable(HandoffError):
    """The database did not answer; the message names the kind of fault."""


class NoSuchChat(HandoffError):
    """No conversation has this id, or its visitor has erased it."""


class ChatOver(HandoffError):
    """The visitor has ended the conversation."""


class TakenByOther(HandoffError):
    """A colleague has the conversation, or sees to the request; with an empty `name` nobody does any more."""

    def __init__(self, name: str) -> None:
        super().__init__("taken")
        self.name = name


class NotYours(HandoffError):
    """The conversation is not, or not any more, with the one who writes."""


class WordsRefused(HandoffError):
    """`code`: empty, long, dose, threshold or promise; `found`: the staff's own words that it is about."""

    def __init__(self, code: str, found: str = "") -> None:
        super().__init__(code)
        self.code, self.found = code, found


class NoSuchCall(HandoffError):
    """No request has this reference."""


class DoneAlready(HandoffError):
    """A colleague has seen to the request."""

    def __init__(self, name: str) -> None:
        super().__init__("done")
        self.name = name


class NoMailAddress(HandoffError):
    """The person left a phone number: an answer cannot be mailed."""
