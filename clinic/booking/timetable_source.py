"""The timetable that holds now, in every process: what staff saved last, or the clinic's file until they save one."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Lock

from clinic.booking.errors import BookingUnavailable
from clinic.booking.schedule import ScheduleStore
from clinic.booking.timetable import Timetable
from clinic.booking.timetable_file import TimetableError, read_timetable

_logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
_AFTER_FAILURE_SECONDS = 5.0  # a database that is away costs a time-out at every look


class TimetableSource:
    """Looks once a second, and only when asked, whether a newer schedule was saved; one a process and database.

    The same version is the same object, so that whatever is made from a timetable need not be made again.
    """

    def __init__(
        self,
        store: ScheduleStore,
        from_file: Callable[[], Timetable | None],
        country: Callable[[], str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`from_file` gives version 0; `country`: whose public holidays are kept."""
        self._store, self._from_file, self._country, self._clock = store, from_file, country, clock
        self._lock = Lock()
        self._version: int | None = None
        self._saved: Timetable | None = None
        self._look_again_at = float("-inf")

    def current(self) -> Timetable | None:
        """The timetable, `None` where there is none.

        While the database does not answer it is the last one that was known. Raises `BookingUnavailable` where none
        was: the file's may be long out of date.
        """
        if self._clock() >= self._look_again_at and self._lock.acquire(blocking=self._version is None):
            try:
                self._look()
            finally:
                self._lock.release()
        if self._version is None:
            raise BookingUnavailable("the schedule cannot be read")
        return self._saved if self._version else self._from_file()

    def _look(self) -> None:
        if self._clock() < self._look_again_at:  # another thread has just looked
            return
        pause = LOOK_SECONDS
        try:
            newest = self._store.newest_version()
            if newest != self._version:
                self._take_over(newest)
        except BookingUnavailable as error:
            _logger.warning("the saved schedule cannot be read: %s", error)
            pause = _AFTER_FAILURE_SECONDS
        self._look_again_at = self._clock() + pause

    def _take_over(self, newest: int) -> None:
        found = self._store.newest() if newest else None
        if found is None:
            self._version, self._saved = 0, None
            return
        try:
            table = read_timetable(found.document, self._country())
            # Nobody to see, or nothing to be seen for: staff agree on times, as without a timetable.
            self._saved = table if table.clinicians and table.visit_types else None
            self._version = found.version
        except (TimetableError, KeyError, TypeError, ValueError) as error:
            # Saved by another release of this program: what held so far goes on.
            _logger.error("version %d of the schedule cannot be read: %s", found.version, type(error).__name__)
