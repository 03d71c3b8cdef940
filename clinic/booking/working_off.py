"""How what is due is worked off: one thing after another, and longer pauses from try to try."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

_PAUSES = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360))

Moment = TypeVar("Moment")
Due = TypeVar("Due")


def work_off(
    now: Callable[[], Moment], take_due: Callable[[Moment], Due | None], do: Callable[[Due, Moment], bool | None],
    most: int, should_stop: Callable[[], bool] = lambda: False,
) -> int:  # fmt: skip
    """Take and do what is due, at most so many; how many were done. `should_stop` is asked before each."""
    done = 0
    for _ in range(most):
        if should_stop():
            break
        moment = now()
        due = take_due(moment)
        if due is None:
            break
        done += bool(do(due, moment))
    return done


def pause_after(attempts: int) -> timedelta:
    """How long to wait with the next try."""
    return _PAUSES[min(attempts, len(_PAUSES)) - 1]
