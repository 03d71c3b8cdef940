"""One writer at a time, across threads and processes; a process that dies lets go by itself."""

from __future__ import annotations

import errno
import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from clinic.review.content.errors import RepositoryBusy, RepositoryUnavailable, StorageFull

_PAUSE = 0.02
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def write_lock(path: Path, seconds: float) -> Iterator[None]:
    """Hold the lock file `path`; raises `RepositoryBusy` after `seconds`. Not to be taken twice in one thread.

    What the disk refuses meanwhile is told in words too.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as file, _held(file, seconds):
            yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull from None
        raise RepositoryUnavailable(
            f"The folder for changes cannot be written or read ({error.strerror}). Nothing was changed. "
            "Tell whoever looks after the server."
        ) from error


@contextmanager
def _held(file: TextIO, seconds: float) -> Iterator[None]:
    until = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > until:
                raise RepositoryBusy(
                    "Somebody else is saving just now. Nothing was changed. Try again in a minute."
                ) from None
            time.sleep(_PAUSE)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)
