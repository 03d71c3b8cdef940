"""Whether a worker is at work: its last heartbeat, which came through scheduler, queue and a thread like any job."""

from __future__ import annotations

import time

from huey import Huey

from clinic.settings import Settings, SettingsError
from worker.store import open_queue

BEAT_SECONDS = 5
LATE_SECONDS = 30
_KEY = "heartbeat"


def beat(queue: Huey) -> None:
    """Leave the time in the queue's store."""
    queue.put(_KEY, time.time())


def is_at_work(settings: Settings, since: float | None = None) -> bool:
    """Whether a worker's last beat came after `since` (seconds of the epoch), or not long ago."""
    try:
        last = _last_beat(open_queue(settings))
    except SettingsError:
        raise
    except Exception:  # whatever the store's driver raises: nobody can say that one is at work
        return False
    return last is not None and last >= (time.time() - LATE_SECONDS if since is None else since)


def _last_beat(queue: Huey) -> float | None:
    try:
        found: float | None = queue.get(_KEY, peek=True)
        return found
    finally:
        queue.storage.close()
