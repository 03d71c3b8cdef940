"""A conversation between the assistant, a waiting visitor and a person; times in seconds since the epoch."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class HandoffState(StrEnum):
    """Waiting where the visitor has asked for a person, with a person, and over: with the assistant again."""

    WAITING = "waiting"
    WITH_PERSON = "with_person"
    OVER = "over"


class Ending(StrEnum):
    """How it was over: handed back, left idle by the person, or nobody came."""

    HANDED_BACK = "handed_back"
    IDLE = "idle"
    NOBODY_CAME = "nobody_came"


TAKEN = "taken"


@dataclass(frozen=True)
class HandoffTimes:
    """How long things hold, in seconds.

    `wait`: until a visitor who waits is offered a call back; `idle`: without a word of the person until the
    assistant goes on; `here`: that "I am here for chats" counts; `open`: since its last message that a chat is listed.
    """

    wait: float = 3 * 60.0
    idle: float = 10 * 60.0
    here: float = 15 * 60.0
    open: float = 2 * 3600.0


@dataclass(frozen=True)
class Handoff:
    """One time that a conversation was, or was to be, with a person.

    `asked_at`: when the visitor asked for one, `None` where staff came by themselves; `member`: a `StaffMember.id`;
    `active_at`: when the person took over or wrote last; `told`: the last news the visitor was told of.
    """

    id: str
    sender: str
    state: HandoffState
    asked_at: float | None = None
    taken_at: float | None = None
    member: str | None = None
    member_name: str | None = None
    active_at: float | None = None
    over_at: float | None = None
    ending: Ending | None = None
    told: str | None = None

    @property
    def news(self) -> str | None:
        """What the visitor has to be told by now; a wish for a person was answered as it was said."""
        if self.state is HandoffState.WITH_PERSON:
            return TAKEN
        return self.ending.value if self.ending else None

    def is_with(self, member: str) -> bool:
        """Whether this member of the staff has it now."""
        return self.state is HandoffState.WITH_PERSON and self.member == member


@dataclass(frozen=True)
class Presence:
    """Somebody who is here for chats until a moment."""

    member: str
    name: str
    until: float


@dataclass(frozen=True)
class OpenChat:
    """A conversation that goes on; `messages`: of the visitor, of late; `alarm`: intent of the last alarm."""

    sender: str
    last_at: float
    last_text: str
    messages: int
    handoff: Handoff | None = None
    alarm: str | None = None
    alarm_at: float | None = None
