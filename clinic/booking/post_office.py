"""The post office: sends what has to be told, tries again for a day, and never sends one thing twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from clinic.booking.appointment import Appointment, AppointmentEvent, AppointmentStatus, EventKind, EventState
from clinic.booking.errors import BookingError
from clinic.booking.ports import AppointmentBook, Outbox
from clinic.booking.working_off import pause_after, work_off

_SENDING = timedelta(minutes=5)  # a sender that is not back by then is lost
_GIVE_UP = timedelta(hours=24)


@dataclass(frozen=True)
class Letter:
    """A mail: its Message-ID is made of the event and the same at every try."""

    message_id: str
    to: str
    subject: str
    text: str
    calendar: bytes | None = None
    method: str | None = None


class MailFailed(Exception):
    """A mail was not sent, or nobody knows; `code` names why, `is_final` whether there must be no other try."""

    def __init__(self, code: str, *, is_final: bool = False) -> None:
        """No patient's words, name or address in `code`."""
        super().__init__(code)
        self.code, self.is_final = code, is_final


class Mailer(Protocol):
    """Sends letters."""

    def send(self, letter: Letter) -> None:
        """Hand a letter over; raises `MailFailed`, final where it was refused for good or may have been sent."""


class Letters(Protocol):
    """Writes letters in the approved wording."""

    def write(self, event: AppointmentEvent, appointment: Appointment) -> Letter | None:
        """The letter that tells of an event, or `None` for somebody without an e-mail address."""


class PostOffice:
    """Works off the outbox; any number of them may do so at once."""

    def __init__(
        self, outbox: Outbox, book: AppointmentBook, letters: Letters, mailer: Mailer,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        """Parts are made in `clinic.bootstrap`."""
        self._outbox, self._book, self._letters, self._mailer, self._now = outbox, book, letters, mailer, now

    def deliver(self, most: int = 100, should_stop: Callable[[], bool] = lambda: False) -> int:
        """Send what is due, at most so many; how many were sent. `should_stop` is asked before each letter."""
        return work_off(
            self._now, lambda now: self._outbox.take_due(now, now + _SENDING), self._deliver, most, should_stop
        )

    def _deliver(self, event: AppointmentEvent, now: datetime) -> bool:
        try:
            letter = self._letter(event, now)
            if letter is None:
                self._outbox.settle(event, EventState.DROPPED, now)
                return False
            self._mailer.send(letter)
        except MailFailed as failure:
            again = now + pause_after(event.attempts)
            is_over = failure.is_final or again - event.at > _GIVE_UP
            self._outbox.settle(event, EventState.DEAD if is_over else EventState.WAITING, again, failure.code)
            return False
        self._outbox.settle(event, EventState.SENT, now)
        return True

    def _letter(self, event: AppointmentEvent, now: datetime) -> Letter | None:
        """The letter, where one is needed; whatever goes wrong here, nothing was sent."""
        try:
            appointment = self._book.find(event.reference)
            is_needed = appointment is not None and is_still_needed(event, appointment, now)
            return self._letters.write(event, appointment) if appointment and is_needed else None
        except (BookingError, LookupError, ValueError) as error:
            raise MailFailed(type(error).__name__) from None


def is_still_needed(event: AppointmentEvent, appointment: Appointment, now: datetime) -> bool:
    """A change that another has overtaken is not told, nor a visit that is over recalled."""
    if event.sequence != appointment.sequence:
        return False
    if event.kind is EventKind.REMINDER:
        return appointment.status is AppointmentStatus.BOOKED and appointment.slot.start > now
    return True
