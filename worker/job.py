"""A job: something to do again and again, which must never end the worker."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from threading import Lock

import structlog

log = structlog.get_logger()

_TRY_AGAIN_SECONDS = 60.0
_TELL_AGAIN_SECONDS = 300.0


class Job:
    """One piece of work; `work` says how much it did, where that is worth telling.

    Failures are told by their kind alone, as messages may quote a patient, and once in five minutes rather than at
    every try.
    """

    def __init__(
        self, name: str, seconds: float, work: Callable[[], int | None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`seconds`: how often it is due; first at once, as nobody knows for how long no worker ran."""
        self.name, self.seconds, self._work, self._clock = name, seconds, work, clock
        self._due = clock()
        self._at_work = Lock()
        self._told_at: float | None = None

    def is_due(self, _moment: datetime) -> bool:
        """Whether it is time, by a clock that does not jump; after a failure in a minute at the latest."""
        now = self._clock()
        if now < self._due:
            return False
        self._due = now + self.seconds
        return True

    def __call__(self) -> None:
        """Do it, unless another thread is at it already: then what is due is being done."""
        # A lock of this process, not of the store: a kill cannot leave it behind.
        if not self._at_work.acquire(blocking=False):
            return
        try:
            done = self._work()
        except Exception as error:
            self._failed(error)
        else:
            self._worked(done)
        finally:
            self._at_work.release()

    def _failed(self, error: Exception) -> None:
        now = self._clock()
        self._due = min(self._due, now + _TRY_AGAIN_SECONDS)
        if self._told_at is None or now - self._told_at >= _TELL_AGAIN_SECONDS:
            self._told_at = now
            log.error("job failed", job=self.name, error=type(error).__name__, code=getattr(error, "code", None))

    def _worked(self, done: int | None) -> None:
        if self._told_at is not None:
            self._told_at = None
            log.info("job works again", job=self.name)
        if done:
            log.info("job done", job=self.name, number=done)
