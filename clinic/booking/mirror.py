"""A mirror of the appointments in another system (a calendar, a FHIR server), brought to their present state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from clinic.booking.appointment import Appointment, AppointmentEvent, AppointmentStatus, EventState, EventTarget
from clinic.booking.errors import BookingError
from clinic.booking.ports import AppointmentBook, Outbox
from clinic.booking.working_off import pause_after

_TELLING = timedelta(minutes=5)  # who is not back by then is lost, and another tells it anew
_GIVE_UP = timedelta(days=7)  # longer than for a mail: an entry is as true after a weekend as before it
_SHOWN = frozenset({AppointmentStatus.BOOKED, AppointmentStatus.NO_SHOW})  # whoever did not come was still expected
_ROUNDS = 5
_ENOUGH = 3  # failures in a row: the server is down, and each more costs a time-out


class MirrorFailed(Exception):
    """The other system was not brought up to date; `is_final` where another try would be refused the same way."""

    def __init__(self, code: str, *, is_final: bool = False) -> None:
        """`code` names the kind of failure in 80 characters, without any patient's words, name or address."""
        super().__init__(code)
        self.code, self.is_final = code[:80], is_final


class AppointmentMirror(Protocol):
    """Another system that shows the appointments; whatever is done twice is done once. Raises `MirrorFailed`."""

    def put(self, appointment: Appointment) -> None:
        """Show a booked or missed appointment as it is now: one entry, whether there was one before or not."""

    def remove(self, appointment: Appointment) -> None:
        """Show an appointment no more; none there is no error."""


class MirrorSync:
    """Works off the outbox for one target; any number of them may do so at once."""

    def __init__(
        self, outbox: Outbox, book: AppointmentBook, mirror: AppointmentMirror, target: EventTarget,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        """Parts are made in `clinic.bootstrap`."""
        self._outbox, self._book, self._mirror = outbox, book, mirror
        self._target, self._now = target, now

    def push(self, most: int = 100) -> int:
        """Tell what is due, at most so many; how many were told. Stops early when nothing gets through."""
        told = failed = 0
        while told + failed < most and failed < _ENOUGH:
            now = self._now()
            event = self._outbox.take_due(now, now + _TELLING, self._target)
            if event is None:
                break
            if self._push(event, now):
                told, failed = told + 1, 0
            else:
                failed += 1
        return told

    def _push(self, event: AppointmentEvent, now: datetime) -> bool:
        try:
            self._bring_up_to_date(event.reference)
        except MirrorFailed as failure:
            self._put_off(event, now, failure)
            return False
        except (BookingError, LookupError, ValueError) as error:
            self._put_off(event, now, MirrorFailed(type(error).__name__))
            return False
        self._outbox.settle(event, EventState.SENT, now)
        return True

    def _put_off(self, event: AppointmentEvent, now: datetime, failure: MirrorFailed) -> None:
        again = now + pause_after(event.attempts)
        is_over = failure.is_final or again - event.at > _GIVE_UP
        self._outbox.settle(event, EventState.DEAD if is_over else EventState.WAITING, again, failure.code)

    def _bring_up_to_date(self, reference: str) -> None:
        """Show the appointment as it is, whichever event told of it: neither order nor repeats matter.

        It is looked at once more afterwards. Another worker may have shown a newer state meanwhile, which the one
        shown here has just undone.
        """
        found = self._book.find(reference)
        for _ in range(_ROUNDS):
            if found is None:
                return
            if found.status in _SHOWN:
                self._mirror.put(found)
            else:
                self._mirror.remove(found)
            shown, found = found, self._book.find(reference)
            if found == shown:
                return
        raise MirrorFailed("changes_all_the_time")
