"""The visitor's side: who asks for a person waits for one only while somebody is here, and never for long."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from clinic.booking.errors import BookingUnavailable
from clinic.booking.opening_hours import opening
from clinic.booking.timetable import Timetable
from clinic.handoff.errors import HandoffUnavailable
from clinic.handoff.model import Handoff, HandoffState, HandoffTimes
from clinic.handoff.ports import HandoffStore, Visitors


class WaitingRoom:
    """Used by actions, `web` and the worker; any number of them at once. Raises `HandoffUnavailable`."""

    def __init__(
        self,
        store: HandoffStore,
        visitors: Visitors,
        timetable: Callable[[], Timetable | None],
        times: HandoffTimes = HandoffTimes(),  # noqa: B008 - frozen
        now: Callable[[], float] = time.time,
    ) -> None:
        """`timetable`: `None` where the clinic's hours are not known; then who is here says so alone."""
        self._store, self._visitors, self._timetable, self._now = store, visitors, timetable, now
        self.times = times

    def ask(self, sender: str) -> bool:
        """Let a visitor wait for a person; `False` where nobody is here, the clinic is closed, or nobody could answer.

        Asking again while waiting is no new wish: the wait ends when it would have.
        """
        now = self._now()
        self.work_off()
        return self._is_somebody_here(now) and self._store.ask(sender, now) is not None

    def person_in(self, sender: str) -> Handoff | None:
        """The handoff of a conversation that a person has now; what ran out is ended and told first."""
        found = self._store.open_one(sender)
        if found is None or not self._is_stale(found):
            return found if found and found.state is HandoffState.WITH_PERSON else None
        self.work_off()
        return None

    def is_first_word(self, handoff: Handoff, message_id: str) -> bool:
        """Whether the visitor has not written to the person before this message."""
        return self._store.is_first_word(handoff.id, message_id)

    def work_off(self) -> int:
        """End what ran out, and tell visitors what they were not told yet; how many were told."""
        now = self._now()
        self._store.end_stale(now - self.times.wait, now - self.times.idle, now)
        return sum(tell(self._store, self._visitors, handoff) for handoff in self._store.untold())

    def _is_somebody_here(self, now: float) -> bool:
        try:
            timetable = self._timetable()
        except BookingUnavailable as error:
            raise HandoffUnavailable(type(error).__name__) from None
        is_open = timetable is None or opening(timetable, datetime.fromtimestamp(now, UTC)).is_open
        return is_open and bool(self._store.here(now))

    def _is_stale(self, found: Handoff) -> bool:
        now = self._now()
        if found.state is HandoffState.WAITING:
            return (found.asked_at or 0) <= now - self.times.wait
        return (found.active_at or 0) <= now - self.times.idle


def tell(store: HandoffStore, visitors: Visitors, handoff: Handoff) -> bool:
    """Say the news, then note it: who dies in between leaves it to another, and it is said once all the same."""
    if handoff.news is None or handoff.news == handoff.told:
        return False
    visitors.tell(handoff)
    store.note_told(handoff.id, handoff.news)
    return True
