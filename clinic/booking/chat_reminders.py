"""Reminders in the chat: the conversation that booked a visit hears of it once more, apart from any mail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from clinic.booking.appointment import Appointment, AppointmentEvent, EventState, EventTarget
from clinic.booking.errors import BookingError
from clinic.booking.ports import AppointmentBook, Outbox
from clinic.booking.post_office import is_still_needed
from clinic.booking.working_off import pause_after, work_off

_SAYING = timedelta(minutes=5)  # who is not back by then is lost, and another says it: once, whoever does


class ReminderFailed(Exception):
    """A reminder was not said, or nobody knows; another try is due."""

    def __init__(self, code: str) -> None:
        """`code` names the kind of failure in 80 characters, without any patient's words."""
        super().__init__(code)
        self.code = code[:80]


class Conversations(Protocol):
    """Where visits were booked."""

    def remind(self, event: AppointmentEvent, appointment: Appointment) -> bool:
        """Say an event's reminder in the conversation that booked the visit; said twice it is there once.

        `False`: there is no such conversation any more. Raises `ReminderFailed`.
        """


class ChatReminders:
    """Works off the outbox for the chat; any number of them may do so at once."""

    def __init__(
        self, outbox: Outbox, book: AppointmentBook, conversations: Conversations,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        """Parts are made in `clinic.bootstrap`."""
        self._outbox, self._book, self._conversations, self._now = outbox, book, conversations, now

    def work_off(self, most: int = 100) -> int:
        """Say what is due, at most so many; how many were said."""
        return work_off(
            self._now, lambda now: self._outbox.take_due(now, now + _SAYING, EventTarget.CHAT), self._remind, most
        )

    def _remind(self, event: AppointmentEvent, now: datetime) -> bool:
        try:
            found = self._book.find(event.reference)
            is_needed = found is not None and is_still_needed(event, found, now)
            is_said = found is not None and is_needed and self._conversations.remind(event, found)
        except ReminderFailed as failure:
            return self._put_off(event, now, failure.code)
        except (BookingError, LookupError, ValueError) as error:
            return self._put_off(event, now, type(error).__name__)
        self._outbox.settle(event, EventState.SENT if is_said else EventState.DROPPED, now)
        return is_said

    def _put_off(self, event: AppointmentEvent, now: datetime, code: str) -> bool:
        """Wait for another try: its end is the visit itself, from which on nobody needs the reminder."""
        again = now + pause_after(event.attempts)
        self._outbox.settle(event, EventState.WAITING, again, code)
        return False
