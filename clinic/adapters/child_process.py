"""Child processes that end with the one that started them, and that signals can reach."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def ends_with_parent(sign: signal.Signals = signal.SIGKILL) -> Callable[[], None]:
    """A `preexec_fn`: the child gets `sign` when the thread that starts it ends (Linux; elsewhere it would stay).

    It also hears every signal: it would inherit those that its parent's threads block.
    """
    # Loaded here: in the child, between fork and exec, another thread's lock may never be given back.
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None
    parent = os.getpid()

    def prepare() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        if prctl is not None:
            prctl(_PR_SET_PDEATHSIG, int(sign))
            if os.getppid() != parent:  # it ended before it could be heard of
                os._exit(1)

    return prepare
