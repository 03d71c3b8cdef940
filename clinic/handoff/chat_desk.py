"""The staff's side of the chats: see who waits, take over, write, hand back."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from clinic.handoff.errors import ChatOver, HandoffUnavailable, NoSuchChat
from clinic.handoff.model import Handoff, HandoffState, HandoffTimes, OpenChat, Presence
from clinic.handoff.ports import CheckWords, HandoffStore, Redactor, Visitors
from clinic.handoff.transcript import Line, transcript
from clinic.handoff.waiting_room import tell
from clinic.handoff.words import MOST_CHAT_CHARACTERS, read_words
from clinic.staff.model import StaffMember
from clinic.staff.ports import AuditLog
from clinic.turns import Alarm, TurnStore, TurnStoreError

_MOST_CHATS = 100


@dataclass(frozen=True)
class Chat:
    """A conversation as one page shows it; `version` is another one whenever something in it is."""

    sender: str
    lines: list[Line]
    handoff: Handoff | None
    alarm: Alarm | None
    is_over: bool
    version: str


class ChatDesk:
    """Use cases around open conversations; raises `HandoffError`."""

    def __init__(
        self,
        store: HandoffStore,
        turns: TurnStore,
        visitors: Visitors,
        redactor: Redactor,
        check: CheckWords,
        audit: AuditLog,
        times: HandoffTimes = HandoffTimes(),  # noqa: B008 - frozen
        now: Callable[[], float] = time.time,
    ) -> None:
        """Parts are made in `clinic.bootstrap`."""
        self._store, self._turns, self._visitors, self._audit = store, turns, visitors, audit
        self._redactor, self._check, self._now = redactor, check, now
        self.times = times

    def chats(self) -> list[OpenChat]:
        """Who waits first, the longest first; then those with a person; then the others, the newest first."""
        now = self._now()
        found = self._store.open_chats(now - self.times.open, _MOST_CHATS)
        shown = [replace(chat, last_text=self._redactor.redact(chat.last_text)) for chat in found]
        return sorted(shown, key=_place)

    def waiting(self) -> int:
        """How many visitors wait for a person."""
        return self._store.count_waiting()

    def chat(self, sender: str) -> Chat:
        """One conversation; raises `NoSuchChat`."""
        try:
            turns, ending = self._turns.history(sender), self._turns.ending(sender)
            alarm = self._turns.last_alarm(sender)
        except TurnStoreError as error:
            raise HandoffUnavailable(str(error)) from None
        if not turns or ending == "erased":
            raise NoSuchChat
        handoff = self._store.open_one(sender)
        state = (handoff.id, handoff.state.value, handoff.member) if handoff else None
        lines = transcript(turns, self._redactor)
        version = "-".join(map(str, (len(turns), max(turn.event or 0 for turn in turns), len(lines), state, ending)))
        return Chat(sender, lines, handoff, alarm, ending is not None, version)

    def take_over(self, member: StaffMember, sender: str) -> Handoff:
        """The assistant is silent from now on, and the visitor is told; raises `TakenByOther` for all but one."""
        now = self._now()
        found = self._store.take(sender, member.id, member.name, now, now - self.times.idle)
        self._audit.note(member.id, "chat.taken_over", sender)
        tell(self._store, self._visitors, found)
        return found

    def write(self, member: StaffMember, sender: str, message_id: str, text: str) -> None:
        """Say something to the visitor, once for each id; raises `WordsRefused`, `NotYours`, `ChatOver`."""
        words = read_words(text, MOST_CHAT_CHARACTERS, self._check)
        handoff = self._store.note_word(sender, member.id, self._now())
        tell(self._store, self._visitors, handoff)
        if not self._visitors.say(sender, message_id, words):
            raise ChatOver
        self._audit.note(member.id, "chat.answered", sender)

    def hand_back(self, member: StaffMember, sender: str) -> None:
        """The assistant goes on, and the visitor is told; raises `NotYours`."""
        over = self._store.hand_back(sender, member.id, self._now())
        self._audit.note(member.id, "chat.handed_back", sender)
        tell(self._store, self._visitors, over)

    def be_here(self, member: StaffMember) -> None:
        """Who asks for a person hears for some minutes that somebody is here."""
        self._store.note_here(member.id, member.name, self._now() + self.times.here)
        self._audit.note(member.id, "chat.here", member.id)

    def be_gone(self, member: StaffMember) -> None:
        """Not here any more."""
        self._store.note_gone(member.id)
        self._audit.note(member.id, "chat.gone", member.id)

    def here(self) -> list[Presence]:
        """Who is here."""
        return self._store.here(self._now())


def _place(chat: OpenChat) -> tuple[int, float]:
    state = chat.handoff.state if chat.handoff else None
    if chat.handoff and state is HandoffState.WAITING:
        return 0, chat.handoff.asked_at or 0
    return (1 if state is HandoffState.WITH_PERSON else 2), -chat.last_at
