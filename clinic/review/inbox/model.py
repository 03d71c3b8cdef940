"""The inbox: visitors' messages that staff look at, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Literal

MOST_TAG_CHARACTERS = 30
PAGE = 50


class Sign(str, Enum):
    """Why a message is worth a look."""

    MISSED = "missed"
    UNSURE = "unsure"
    CLOSE = "close"
    REFUSED = "refused"
    DISLIKED = "disliked"
    EMERGENCY = "emergency"
    LEFT_FORM = "left_form"
    REPEAT = "repeat"
    FAILED = "failed"
    SAMPLE = "sample"


class Outcome(str, Enum):
    """What became of a message, the gravest first: of two answers in one turn the graver one counts."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    FAILED = "failed"
    REFUSED = "refused"
    NOT_COVERED = "not_covered"
    NOT_UNDERSTOOD = "not_understood"
    ASKED_BACK = "asked_back"
    ANSWERED = "answered"
    OFF_TOPIC = "off_topic"
    HANDOFF = "handoff"
    BOOKING = "booking"
    SMALL_TALK = "small_talk"
    TO_PERSON = "to_person"


@dataclass(frozen=True)
class Reading:
    """What a turn was taken for. `confidence` and `margin`: 0 to 1, `None` where nothing was read, as for a button.

    `is_form_answer`: typed for a question of a form; `gives_name`: for the one about the name.
    """

    outcome: Outcome
    topic: str | None = None
    intent: str | None = None
    confidence: float | None = None
    margin: float | None = None
    is_typed: bool = False
    is_form_answer: bool = False
    gives_name: bool = False
    is_form_open: bool = False
    signs: frozenset[Sign] = frozenset()


@dataclass(frozen=True)
class Marks:
    """What staff noted; times in seconds since the epoch, people by `StaffMember.id`."""

    reviewed_at: float | None = None
    reviewed_by: str | None = None
    assigned_to: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class InboxTurn:
    """A visitor's turn; `text`: in a store as it was written, from a desk without anything personal."""

    id: int
    sender: str
    number: int
    asked_at: float
    text: str
    reading: Reading
    marks: Marks = Marks()

    def with_text(self, text: str) -> InboxTurn:
        """The same with another text."""
        return replace(self, text=text)


@dataclass(frozen=True)
class SaidTurn:
    """A turn of a conversation as it went: also notices and a person's messages, whose `text` is `None`.

    `inbox`: `None` for those, and for what has not been read yet. `disliked`, `words`: by reply, thumbs down and
    what was said beside them.
    """

    id: int
    number: int
    asked_at: float
    text: str | None
    said_by: str
    state: str
    is_button: bool
    replies: tuple[Mapping[str, Any], ...]
    trace: Mapping[str, Any] = field(repr=False)
    inbox: InboxTurn | None = None
    helpful: Mapping[int, bool] = field(default_factory=dict)
    words: tuple[str, ...] = ()


Reviewed = Literal["open", "done", "all"]


@dataclass(frozen=True)
class InboxQuery:
    """What is looked for. `before`: only turns with a smaller id: the next page; times in seconds since the epoch.

    `assigned_to`: a member's id, `""` for nobody's, `None` for everybody's; `words`: all of them stand in the text.
    """

    sign: Sign | None = None
    reviewed: Reviewed = "open"
    assigned_to: str | None = None
    tag: str | None = None
    words: tuple[str, ...] = ()
    first: float | None = None
    until: float | None = None
    before: int | None = None


@dataclass(frozen=True)
class InboxPage:
    """`before`: where the next page begins, `None` on the last one; `is_complete`: all turns have been read."""

    turns: tuple[InboxTurn, ...]
    before: int | None
    is_complete: bool = True


class InboxError(Exception):
    """Refused; `str` is the sentence for staff, `field` the form's field it is about."""

    def __init__(self, said: str, field: str = "") -> None:
        super().__init__(said)
        self.field = field


class MessagesGone(InboxError):
    """What was to be marked is not there any more."""

    def __init__(self) -> None:
        super().__init__("That is not there any more: the visitor has erased the chat.")


class TagRefused(InboxError):
    """No tag."""

    def __init__(self, said: str) -> None:
        super().__init__(said, "tag")


class InboxUnavailable(Exception):
    """The database does not answer; holds no row."""
