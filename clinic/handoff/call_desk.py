"""The staff's use cases around call backs and questions."""

from __future__ import annotations

import time
from collections.abc import Callable

from clinic.booking.model import normal_reference
from clinic.handoff.calls import AnswerOutbox, Call, CallStore, StaffAnswer
from clinic.handoff.errors import NoMailAddress, NoSuchCall
from clinic.handoff.ports import CheckWords
from clinic.handoff.words import MOST_ANSWER_CHARACTERS, MOST_NOTE_CHARACTERS, read_words
from clinic.staff.model import StaffMember
from clinic.staff.ports import AuditLog

MOST_OPEN, MOST_DONE = 200, 100
ANSWERED = "Answered by mail."


class CallDesk:
    """Sees to requests; raises `HandoffError`. Nothing personal goes into the record."""

    def __init__(
        self, store: CallStore, outbox: AnswerOutbox, check: CheckWords, audit: AuditLog,
        now: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        """Parts are made in `clinic.bootstrap`."""
        self._store, self._outbox, self._check, self._audit, self._now = store, outbox, check, audit, now

    def open_calls(self, whose: str | None = None) -> list[Call]:
        """What is to be done, the oldest first; `whose`: a member's, with "" nobody's, else everybody's."""
        return self._store.calls(is_done=False, most=MOST_OPEN, whose=whose)

    def done_calls(self, whose: str | None = None) -> list[Call]:
        """What was done, the last first; `whose` as above."""
        return self._store.calls(is_done=True, most=MOST_DONE, whose=whose)

    def call(self, reference: str) -> Call:
        """One request; raises `NoSuchCall`."""
        found = self._store.find(normal_reference(reference))
        if found is None:
            raise NoSuchCall
        return found

    def assign(self, member: StaffMember, reference: str, to: StaffMember | None, seen: str | None) -> None:
        """Say whose it is, `None` for nobody's; `seen`: whose it was when they looked. Raises `TakenByOther`."""
        self._store.assign(reference, to.id if to else None, to.name if to else None, seen)
        self._audit.note(member.id, "call.assigned", reference, {"to": to.id if to else None})

    def finish(self, member: StaffMember, reference: str, note: str) -> None:
        """Done, with a note of what came of it; raises `WordsRefused`, `DoneAlready`."""
        kept = read_words(note, MOST_NOTE_CHARACTERS)
        self._store.finish(reference, member.id, member.name, kept, self._now())
        self._audit.note(member.id, "call.done", reference)

    def reopen(self, member: StaffMember, reference: str) -> None:
        """It was not done after all."""
        self._store.reopen(reference)
        self._audit.note(member.id, "call.reopened", reference)

    def answer(self, member: StaffMember, reference: str, answer_id: str, text: str) -> None:
        """Mail an answer, once for each id; raises `WordsRefused`, `NoMailAddress`, `DoneAlready`."""
        words = read_words(text, MOST_ANSWER_CHARACTERS, self._check)
        if not self.call(reference).has_mail:
            raise NoMailAddress
        now = self._now()
        self._store.answer(StaffAnswer(answer_id, reference, words, member.id, member.name, now, due_at=now), ANSWERED)
        self._audit.note(member.id, "call.answered", reference, {"answer": answer_id})

    def send_again(self, member: StaffMember, reference: str) -> bool:
        """Mail a dead answer once more, though the first may have arrived; `False` where there is no dead one."""
        answer = self.call(reference).answer
        if answer is None or not self._outbox.revive(answer.id, self._now()):
            return False
        self._audit.note(member.id, "call.answer_sent_again", reference, {"answer": answer.id})
        return True
