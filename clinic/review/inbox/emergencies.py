"""Alarms raised in conversations, for staff to look at: which, when, a few words without names, and who has seen it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from clinic.staff.ports import AuditLog

EXCERPT_CHARACTERS = 160
NOTE_CHARACTERS = 500
_MOST = 300


@dataclass(frozen=True)
class Seen:
    """Who acknowledged an alarm, when (seconds since the epoch), and what they noted."""

    by: str
    at: float
    note: str = ""


@dataclass(frozen=True)
class Emergency:
    """An alarm that a message raised. `level`: "emergency" or "urgent"; `at` in seconds since the epoch.

    `message_id` names it within the conversation. `words` are the visitor's own, `None` where they were not kept.
    """

    sender: str
    message_id: str
    level: str
    category: str
    at: float
    words: str | None = None
    seen: Seen | None = None


class EmergencyStore(Protocol):
    """Reads alarms where turns are kept. Every method is one transaction and raises `TurnStoreError`."""

    def newest(self, most: int, only_unseen: bool = False) -> list[Emergency]:
        """At most so many, the newest first."""

    def count_unseen(self) -> int:
        """How many nobody has acknowledged; asked for with every page of the staff."""

    def see(self, sender: str, message_id: str, seen: Seen) -> bool:
        """Acknowledge an alarm; `False` where somebody has done so before, or the conversation is gone."""


class EmergencyDesk:
    """What staff do about alarms."""

    def __init__(
        self, store: EmergencyStore, redact: Callable[[str], str], audit: AuditLog,
        now: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        """`redact`: takes out of a text what is personal."""
        self._store, self._redact, self._audit, self._now = store, redact, audit, now

    def listed(self, only_unseen: bool = False) -> list[Emergency]:
        """The newest first, with an excerpt in place of the visitor's words."""
        return [self._excerpt(found) for found in self._store.newest(_MOST, only_unseen)]

    def unseen(self) -> int:
        """How many nobody has acknowledged."""
        return self._store.count_unseen()

    def acknowledge(self, sender: str, message_id: str, by: str, note: str = "") -> bool:
        """Say that somebody has seen an alarm; `False` where another was faster, or the visitor erased the chat."""
        text = " ".join(note.split())[:NOTE_CHARACTERS]
        is_first = self._store.see(sender, message_id, Seen(by, self._now(), text))
        if is_first:
            self._audit.note(by, "emergency.acknowledged", message_id, {"has_note": bool(text)})
        return is_first

    def _excerpt(self, found: Emergency) -> Emergency:
        if found.words is None:
            return found
        text = self._redact(found.words)
        if len(text) > EXCERPT_CHARACTERS:
            text = text[:EXCERPT_CHARACTERS].rsplit(" ", 1)[0] + " …"
        return replace(found, words=text)
