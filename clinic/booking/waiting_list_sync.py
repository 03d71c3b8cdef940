"""Offers freed times to those who wait: works off what appointments freed, then sends the letters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from clinic.booking.appointment import AppointmentEvent, EventState, EventTarget
from clinic.booking.errors import BookingError
from clinic.booking.ports import Outbox
from clinic.booking.post_office import Letter, Mailer, MailFailed
from clinic.booking.waiting_entry import Offer
from clinic.booking.waiting_list import WaitingList
from clinic.booking.waiting_ports import OfferLetters, WaitingListStore
from clinic.booking.working_off import work_off

_WORKING = timedelta(minutes=5)  # who is not back by then is lost
_RETRY, _GIVE_UP = timedelta(minutes=1), timedelta(hours=24)
_LONGEST_PAUSE = 60  # minutes: an offer that comes late is of no use


class WaitingListSync:
    """Any number of them may work at once."""

    def __init__(
        self, outbox: Outbox, waiting_list: WaitingList, store: WaitingListStore, letters: OfferLetters,
        mailer: Mailer, now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        """`outbox` is the appointment book's, `store` the waiting list's."""
        self._outbox, self._list, self._store = outbox, waiting_list, store
        self._letters, self._mailer, self._now = letters, mailer, now

    def work_off(self, most: int = 100) -> int:
        """Offer what was freed, at most so many times, and send at most so many letters; how many were sent."""
        work_off(
            self._now, lambda now: self._outbox.take_due(now, now + _WORKING, EventTarget.WAITING_LIST), self._offer,
            most,
        )  # fmt: skip
        return work_off(self._now, lambda now: self._store.take_due_offer(now, now + _WORKING), self._send, most)

    def _offer(self, event: AppointmentEvent, now: datetime) -> None:
        try:
            again = self._list.offer(event)
        except (BookingError, LookupError) as error:
            is_over = now - event.at > _GIVE_UP
            state = EventState.DEAD if is_over else EventState.WAITING
            self._outbox.settle(event, state, now + _RETRY, type(error).__name__)
            return
        self._outbox.settle(event, EventState.SENT if again is None else EventState.WAITING, now + (again or _RETRY))

    def _send(self, offer: Offer, now: datetime) -> bool:
        try:
            letter = self._letter(offer)
            if letter is None:
                self._store.settle_offer(offer, EventState.DROPPED, now)
                return False
            self._mailer.send(letter)
        except MailFailed as failure:
            again = now + timedelta(minutes=min(4 ** (offer.attempts - 1), _LONGEST_PAUSE))
            is_over = failure.is_final or again - offer.at > _GIVE_UP
            state = EventState.DEAD if is_over else EventState.WAITING
            self._store.settle_offer(offer, state, again, failure.code)
            return False
        self._store.settle_offer(offer, EventState.SENT, now)
        return True

    def _letter(self, offer: Offer) -> Letter | None:
        """The letter, where the time is still free and wanted; whatever goes wrong here, nothing was sent."""
        try:
            entry = self._list.still_wants(offer)
            return self._letters.write(offer, entry) if entry else None
        except (BookingError, LookupError, ValueError) as error:
            raise MailFailed(type(error).__name__) from None
