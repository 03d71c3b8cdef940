"""Mails what staff answered: tried again for a day, and never sent twice (docs/adr/0019)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from clinic.booking.appointment import EventState
from clinic.booking.post_office import Letter, Mailer, MailFailed
from clinic.booking.working_off import pause_after, work_off
from clinic.handoff.calls import AnswerOutbox, Call, CallStore, StaffAnswer

_SENDING_SECONDS = 5 * 60.0  # a sender that is not back by then is lost
_GIVE_UP_SECONDS = 24 * 3600.0


class AnswerLetters(Protocol):
    """Writes the mail around an answer."""

    def write(self, answer: StaffAnswer, call: Call) -> Letter | None:
        """The letter; `None` for somebody without an e-mail address."""


class AnswerPost:
    """Works off the answers that wait; any number of them may do so at once."""

    def __init__(
        self, outbox: AnswerOutbox, calls: CallStore, letters: AnswerLetters, mailer: Mailer,
        now: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        """Parts are made in `clinic.bootstrap`."""
        self._outbox, self._calls, self._letters, self._mailer, self._now = outbox, calls, letters, mailer, now

    def deliver(self, most: int = 100, should_stop: Callable[[], bool] = lambda: False) -> int:
        """Send what is due, at most so many; how many were sent. `should_stop` is asked before each letter."""
        return work_off(
            self._now, lambda now: self._outbox.take_due(now, now + _SENDING_SECONDS), self._deliver, most, should_stop
        )

    def _deliver(self, answer: StaffAnswer, now: float) -> bool:
        call = self._calls.find(answer.reference)
        try:
            letter = self._letter(answer, call) if call else None
            if letter is None:
                self._outbox.settle(answer, EventState.DEAD, now, "no_address")
                return False
            self._mailer.send(letter)
        except MailFailed as failure:
            again = now + pause_after(answer.attempts).total_seconds()
            is_over = failure.is_final or again - _begun(answer, call) > _GIVE_UP_SECONDS
            self._outbox.settle(answer, EventState.DEAD if is_over else EventState.WAITING, again, failure.code)
            return False
        self._outbox.settle(answer, EventState.SENT, now)
        return True

    def _letter(self, answer: StaffAnswer, call: Call) -> Letter | None:
        """Whatever goes wrong here, nothing was sent."""
        try:
            return self._letters.write(answer, call)
        except (LookupError, ValueError) as error:
            raise MailFailed(type(error).__name__) from None


def _begun(answer: StaffAnswer, call: Call | None) -> float:
    """When it was to be sent: written, or sent again; the request counts as done since then."""
    return max(answer.written_at, (call.done_at if call else None) or 0.0)
