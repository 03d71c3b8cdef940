"""What a release is, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

PROGRAM = "1 (Rasa 3.6.21)"
"""Which version of the program makes releases and can use them: raised when an older one's models no longer load."""


@dataclass(frozen=True)
class Release:
    """An immutable bundle: what is said and how it is understood.

    `id`: 12 hexadecimal digits, of its content; the same content is the same release. `engine`: the same for releases
    that understand alike, so that one Rasa server serves all of them. `commit`: where git has it, `None` for what was
    installed. `made_at`: seconds since the epoch.
    """

    id: str
    engine: str
    commit: str | None
    title: str
    made_by: str
    made_at: float


class PublicationState(str, Enum):
    """starting: its Rasa server comes up and is tried; live; former: another one is; failed: never went live."""

    STARTING = "starting"
    LIVE = "live"
    FORMER = "former"
    FAILED = "failed"


@dataclass(frozen=True)
class Publication:
    """That a release was, is or will be live, who wanted it and why; the newest live one is what visitors get."""

    number: int
    release: Release
    state: PublicationState
    by: str
    why: str
    asked_at: float
    live_at: float | None = None
    fault: str | None = None  # in words, of a failed one
    override: str | None = None  # the reason, where it went live against the gate


@dataclass(frozen=True)
class RasaServer:
    """A running Rasa for one engine; `beat_at`: when its keeper saw it last, seconds since the epoch."""

    engine: str
    url: str
    is_ready: bool
    beat_at: float


class GateState(str, Enum):
    """What a gate run came to."""

    QUEUED = "queued"
    RUNNING = "running"
    PASSED = "passed"
    REFUSED = "refused"
    FAILED = "failed"  # it could not be finished: no verdict on the changes
    CANCELLED = "cancelled"


AGAINST = "against"
"""Where a run's report names the engine that it compared with."""


@dataclass(frozen=True)
class GateRun:
    """One try of a set of changes; `steps`: name, state, seconds, note of each; `report`: what was measured."""

    id: str
    change_set: str
    head: str
    state: GateState
    asked_by: str
    asked_at: float
    beat_at: float = 0.0
    ended_at: float | None = None
    steps: list[dict[str, Any]] = field(default_factory=list)
    report: Mapping[str, Any] = field(default_factory=dict)
    release: str | None = None
    fault: str | None = None
