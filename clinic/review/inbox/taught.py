"""The inbox as teaching needs it: messages by their id, and what became of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from clinic.review.inbox.model import SaidTurn
from clinic.review.inbox.ports import InboxStore
from clinic.review.inbox.reading import ranking_of
from clinic.review.inbox.redaction import InboxRedaction, PersonalWords
from clinic.review.teaching.model import PatientMessage
from clinic.review.teaching.ports import ChatLine
from clinic.staff.model import StaffMember

TAUGHT = "taught"


class InboxTaughtTurns:
    """`TaughtTurns`; a turn is its number in the inbox, as text."""

    def __init__(self, store: InboxStore, words: PersonalWords, now: Callable[[], float] = time.time) -> None:
        self._store, self._words, self._redaction, self._now = store, words, InboxRedaction(words), now

    def message(self, turn: str) -> PatientMessage | None:
        """A visitor's message; `None` where it was erased or nobody said anything."""
        return next((line.message for line in self.conversation(turn) if line.message.turn == turn), None)

    def conversation(self, turn: str) -> Sequence[ChatLine]:
        """The conversation of a turn, oldest first; empty where it was erased."""
        self._store.catch_up(self._now(), 1.0)
        found = self._store.turns(_ids([turn]))
        if not found:
            return []
        turns = self._store.conversation(found[0].sender)
        names = self._redaction.all_names(turns)
        return [
            ChatLine(self._message(said, names), tuple(dict(reply) for reply in said.replies), said.is_button)
            for said in turns
            if said.text is not None
        ]

    def note_taught(self, turns: Sequence[str], member: StaffMember, what: str) -> None:
        """Mark them as reviewed, with a tag."""
        ids, now = _ids(turns), self._now()
        if ids:
            self._store.review(ids, member.id, now, now)
            self._store.tag(ids, TAUGHT, now)

    def note_taken_back(self, turns: Sequence[str], member: StaffMember) -> None:
        """Put them back among those to be reviewed."""
        ids, now = _ids(turns), self._now()
        if ids:
            self._store.untag(ids, TAUGHT, now)
            self._store.review(ids, None, now, now)

    def _message(self, said: SaidTurn, names: tuple[str, ...]) -> PatientMessage:
        text, trace = said.text or "", dict[str, Any](said.trace)
        ranked = tuple(name for name, _ in ranking_of(trace))
        return PatientMessage(str(said.id), text, self._words.redact(text, names), names, ranked)


def _ids(turns: Sequence[str]) -> list[int]:
    return [int(turn) for turn in turns if turn.isascii() and turn.isdigit() and len(turn) <= 9]
