"""What staff see and do about the outbox: what was not told yet, what never was, and one more try."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from clinic.booking.appointment import AppointmentEvent, EventState, EventTarget
from clinic.booking.model import normal_reference
from clinic.booking.ports import Outbox

# Why a mail died although it may have been sent: the line broke after its text, or its sender never came back.
MAY_HAVE_BEEN_SENT = frozenset({"doubtful", "sender_lost"})


@dataclass(frozen=True)
class Retry:
    """Dead events of one appointment: those that wait again, and those left alone as they may have been sent."""

    again: list[AppointmentEvent]
    left: list[AppointmentEvent]


class OutboxDesk:
    """Use cases around events that were not told."""

    def __init__(self, outbox: Outbox, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """The outbox of `clinic.bootstrap.appointment_book`."""
        self._outbox, self._now = outbox, now

    def unsettled(self) -> list[AppointmentEvent]:
        """Dead events first, then those under way and waiting, the earliest due first."""
        return sorted(self._outbox.unsettled(), key=lambda event: event.state is not EventState.DEAD)

    def dead(self) -> int:
        """How many events a person has to look at."""
        return sum(event.state is EventState.DEAD for event in self._outbox.unsettled())

    def retry(self, reference: str, *, even_if_sent: bool = False) -> Retry:
        """Let the dead events of an appointment wait again, due now.

        A mail that may have been sent is left alone, unless `even_if_sent`: somebody has decided that a second
        copy does no harm.
        """
        wanted = normal_reference(reference)
        found = [e for e in self._outbox.unsettled() if e.reference == wanted and e.state is EventState.DEAD]
        left = [event for event in found if _may_have_been_sent(event) and not even_if_sent]
        again = [event for event in found if event not in left and self._outbox.revive(event, self._now())]
        return Retry(again, left)


def _may_have_been_sent(event: AppointmentEvent) -> bool:
    """Only a mail cannot be told twice; without a reason nobody can say that it was not sent."""
    return event.target is EventTarget.MAIL and (event.error is None or event.error in MAY_HAVE_BEEN_SENT)
