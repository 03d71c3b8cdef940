"""What handing over needs from outside; implemented in `clinic.adapters`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from clinic.handoff.model import Handoff, OpenChat, Presence


@dataclass(frozen=True)
class WordFault:
    """What must not be said: `code` is dose, threshold or promise, `found` the words."""

    code: str
    found: str


class Redactor(Protocol):
    """Takes out names, contacts and what else tells who somebody is (`clinic.privacy`)."""

    def redact(self, text: str) -> str:
        """Of what somebody typed, or of a text that repeats it."""

    def redact_reply(self, text: str) -> str:
        """Of an approved text."""


CheckWords = Callable[[str], Sequence[WordFault]]
"""What a text that staff typed holds that must not go out."""


class HandoffStore(Protocol):
    """Which conversations are with a person. Each method is one transaction and raises `HandoffUnavailable`."""

    def ask(self, sender: str, now: float) -> Handoff | None:
        """Let a visitor wait for a person; an open handoff stays as it is. `None`: no such conversation goes on."""

    def open_one(self, sender: str) -> Handoff | None:
        """The handoff that waits or is with a person."""

    def take(self, sender: str, member: str, name: str, now: float, idle_since: float) -> Handoff:
        """Give a conversation to a member of the staff: of many at once to one, and to the same one again.

        Whoever has written nothing since `idle_since` has left it. Raises `TakenByOther`, `NoSuchChat`, `ChatOver`.
        """

    def note_word(self, sender: str, member: str, now: float) -> Handoff:
        """The person writes now; raises `NotYours`."""

    def hand_back(self, sender: str, member: str, now: float) -> Handoff:
        """Give a conversation back to the assistant; raises `NotYours`."""

    def end_stale(self, asked_before: float, idle_since: float, now: float) -> int:
        """End what nobody came to, and what its person has left; how many."""

    def count_waiting(self) -> int:
        """How many visitors of conversations that go on wait for a person."""

    def is_first_word(self, handoff: str, message_id: str) -> bool:
        """Whether this is the visitor's first message to the person; the same id stays the first one."""

    def untold(self) -> list[Handoff]:
        """Those whose visitor was not told the last news, oldest first."""

    def note_told(self, handoff: str, news: str) -> None:
        """The visitor was told."""

    def note_here(self, member: str, name: str, until: float) -> None:
        """Somebody is here for chats."""

    def note_gone(self, member: str) -> None:
        """Somebody is not here any more."""

    def here(self, now: float) -> list[Presence]:
        """Who is here, by name."""

    def open_chats(self, since: float, most: int) -> list[OpenChat]:
        """Conversations that were not ended and had a message since then, or wait, or are with a person.

        The newest message first; texts as they were written.
        """


class Visitors(Protocol):
    """Says something in a conversation without being asked. Raises `HandoffUnavailable`."""

    def tell(self, handoff: Handoff) -> None:
        """Say the news of a handoff in the approved words; said twice it is there once."""

    def say(self, sender: str, message_id: str, text: str) -> bool:
        """Say a person's words, once for each id; `False` where the conversation is over."""
