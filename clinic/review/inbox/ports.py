"""What the inbox needs from a database; implemented in `clinic.adapters.sql`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from clinic.review.inbox.model import InboxQuery, InboxTurn, SaidTurn, Sign

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class SaidText:
    """What a visitor typed; `gives_name`: for the form's question about the name."""

    text: str
    gives_name: bool


class InboxStore(Protocol):
    """Turns with what they were taken for and what staff noted; texts as they were written.

    Methods block and raise `InboxUnavailable`. What was erased is nowhere, at once.
    """

    def catch_up(self, now: float, seconds: float) -> bool:
        """Read turns that are new or have changed, for about so long; whether all are read."""

    def page(self, query: InboxQuery, most: int) -> list[InboxTurn]:
        """Turns, the newest first."""

    def counts(self, query: InboxQuery) -> Mapping[Sign | None, int]:
        """How many turns each sign has under the other conditions of a query; `None`: all of them."""

    def tags(self) -> list[str]:
        """All that were ever given and still are, by the alphabet."""

    def turns(self, ids: Sequence[int]) -> list[InboxTurn]:
        """Those that are there, in the order of ids."""

    def said(self, senders: Collection[str]) -> Mapping[str, list[SaidText]]:
        """What the visitors of conversations typed, at most the last few hundred messages of each."""

    def conversation(self, sender: str) -> list[SaidTurn]:
        """A conversation, oldest first; empty where it was erased."""

    def review(self, ids: Sequence[int], by: str | None, at: float, shown_at: float) -> list[int]:
        """Mark as reviewed, or with `by=None` as to be reviewed; the ids that changed.

        Only what was there at `shown_at`: an id of an erased turn may belong to another one by now.
        """

    def assign(self, ids: Sequence[int], to: str | None, shown_at: float) -> list[int]:
        """Assign to a member or to nobody; the ids that changed."""

    def tag(self, ids: Sequence[int], tag: str, shown_at: float) -> list[int]:
        """Give a tag; the ids that changed."""

    def untag(self, ids: Sequence[int], tag: str, shown_at: float) -> list[int]:
        """Take a tag away; the ids that changed."""


class MissedVectors(Protocol):
    """Meaning of missed messages as vectors of length one; they go with their turn when it is erased."""

    def missing(self, most: int) -> list[tuple[int, str]]:
        """Missed messages without a vector, the newest first: id and text."""

    def count_missing(self) -> int:
        """How many there are."""

    def keep(self, found: Mapping[int, str], vectors: Floats) -> None:
        """Keep the vectors of messages (id to text, in order), but for those that were erased meanwhile."""

    def of(self, query: InboxQuery, most: int) -> tuple[list[InboxTurn], Floats]:
        """The newest missed messages of a query that have one, and their vectors (n, dimensions)."""
