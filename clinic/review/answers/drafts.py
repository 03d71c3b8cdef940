"""Drafts of answers and approvals: what they are, and why something with them cannot be done.

`str` of an error is the sentence for whoever did it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from clinic.review.answers.wording import AnswerKey, Wording, WrittenAnswer
from clinic.review.answers.wording_checks import Fault


class DraftState(str, Enum):
    """Written on, waiting for a clinician, sent back by one; then approved, or dropped."""

    OPEN = "open"
    WAITING = "waiting"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    DROPPED = "dropped"


LIVE_STATES = (DraftState.OPEN, DraftState.WAITING, DraftState.SENT_BACK)


@dataclass(frozen=True)
class Draft:
    """The one draft of an answer; `version` grows with each saved text and each change of state.

    `based_on`: signature of the answer's words when the draft was begun; `authors`: ids of all who saved a text of
    it, in order; times in seconds since the epoch.
    """

    id: str
    key: AnswerKey
    version: int
    state: DraftState
    wording: Wording
    based_on: str
    authors: tuple[str, ...]
    last_by: str  # the name of who saved the last text
    changed_at: float
    reason: str | None = None  # why it was sent back
    sent_back_by: str | None = None

    @property
    def is_live(self) -> bool:
        """Whether it can still be written on."""
        return self.state in LIVE_STATES


@dataclass(frozen=True)
class DraftText:
    """One text of a draft as somebody saved it: none is ever overwritten."""

    version: int
    by: str
    at: float
    wording: Wording


@dataclass(frozen=True)
class Approval:
    """That a clinician read these words and approved them; `commit`: the saved change that holds it.

    `change_set`: the set of changes it was written into, where the answer is in none but that yet.
    """

    key: AnswerKey
    signature: str
    by: str
    by_name: str
    on: date
    due: date
    draft: str | None
    commit: str
    change_set: str | None = None


@dataclass(frozen=True)
class Approved:
    """What became of an approval; `trouble`: why patients do not read it yet, `None` where they do or cannot yet."""

    approval: Approval
    is_live: bool
    trouble: str | None = None


class DraftError(Exception):
    """It cannot be done; `str` is the sentence for the person."""


class NotAllowed(DraftError):
    """The role does not allow it."""

    def __init__(self) -> None:
        super().__init__("Your role does not allow this. Ask an admin if it should.")


class NoSuchAnswer(DraftError):
    """Neither on the main line nor in an open set of changes."""

    def __init__(self) -> None:
        super().__init__("There is no such answer.")


class NoSuchDraft(DraftError):
    """It was approved or thrown away meanwhile, or never was."""

    def __init__(self) -> None:
        super().__init__("There is no draft of this answer any more. It was approved or thrown away meanwhile.")


class DraftChanged(DraftError):
    """Somebody saved another text since; both are shown, and the person decides."""

    def __init__(self, theirs: Draft) -> None:
        super().__init__(f"{theirs.last_by} saved another text while you were writing. Yours is not saved yet.")
        self.theirs = theirs


class AnswerChanged(DraftError):
    """The answer itself has other words than when the draft was begun."""

    def __init__(self, now: WrittenAnswer) -> None:
        super().__init__(
            "The answer that patients read was changed after this draft was begun. "
            "Compare the two, and save the draft again if it is still right."
        )
        self.now = now


class ArticleChanged(DraftError):
    """Another article was uploaded while the clinician read."""

    def __init__(self) -> None:
        super().__init__("The article was changed while you were reading. Please look at the passage again.")


class OwnText(DraftError):
    """Nobody approves their own."""

    def __init__(self) -> None:
        super().__init__("You wrote on this text yourself, so somebody else has to approve it.")


class AuthorsUnknown(DraftError):
    """Who wrote the text cannot be told, so nobody can be sure that it is not their own."""

    def __init__(self) -> None:
        super().__init__(
            "It cannot be told who wrote this text, because its history cannot be read. Nothing was approved."
        )


class HasFaults(DraftError):
    """The checks say no."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("This text cannot go on like this: " + "; ".join(fault.says for fault in faults) + ".")
        self.faults = faults


class WrongState(DraftError):
    """A draft that waits for nobody cannot be approved, and so on."""


class DraftStoreError(DraftError):
    """The database does not answer."""

    def __init__(self, fault: str) -> None:
        super().__init__("The database does not answer just now. Nothing was changed. Please try again in a minute.")
        self.fault = fault


class NotPublished(DraftError):
    """The approved words are saved but patients do not read them yet; `str` says why."""
