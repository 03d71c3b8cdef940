"""Missed questions grouped by meaning, so that staff teach what is asked most."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock, Thread

import numpy as np
import structlog

from clinic.review.inbox.grouping import group
from clinic.review.inbox.model import InboxQuery, InboxTurn, InboxUnavailable
from clinic.review.inbox.ports import Floats, InboxStore, MissedVectors
from clinic.review.inbox.redaction import InboxRedaction, PersonalWords
from clinic.review.inbox.topics import Encode, NearestTopics

log = structlog.get_logger()
MOST_GROUPED = 3_000  # messages; the newest ones count
_PORTION = 64
_SHOWN_OF_A_GROUP = 12
_LOOK_SECONDS, _WAIT_SECONDS = 1.0, 2.0
# All questions here are about this: with it in, all are alike.
_SUBJECT = re.compile(
    r"\b(?:rest?less? legs?(?: syndrome)?|rls|willis[- ]ekbom(?:'s)?(?: disease| syndrome)?"
    r"|(?:jumpy|jimmy|twitchy|creepy|crawly) legs)\b",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"\[[a-z-]+\]")


@dataclass(frozen=True)
class MissedGroup:
    """Messages that ask the same, without anything personal. `sample`: the one in the middle; `shown`: some of them.

    `ids`: all of them, nearest to the middle first; `topics`: name and title of the nearest ones.
    """

    sample: InboxTurn
    ids: tuple[int, ...]
    shown: tuple[InboxTurn, ...]
    first_at: float
    last_at: float
    topics: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class MissedGroups:
    """A page of groups. `total`: groups; `messages`: in all of them; `unread`: not encoded yet, so in no group.

    `has_topics`: whether topics could be suggested; they are made ready when they are first asked for.
    """

    groups: tuple[MissedGroup, ...]
    total: int
    messages: int
    unread: int
    has_topics: bool


class InboxGroups:
    """Groups missed messages; encodes new ones in a thread of its own, each once."""

    def __init__(
        self,
        store: InboxStore,
        vectors: MissedVectors,
        words: PersonalWords,
        encode: Encode,
        nearest: NearestTopics,
        usual: Callable[[], Sequence[str]],
        now: Callable[[], float] = time.time,
    ) -> None:
        """`encode`: texts to vectors of length one; `usual`: what questions are about here in general, e.g. titles."""
        self._store, self._vectors, self._encode, self._nearest = store, vectors, encode, nearest
        self._words, self._redaction, self._usual, self._now = words, InboxRedaction(words), usual, now
        self._lock = Lock()
        self._reading: Thread | None = None

    def page(self, query: InboxQuery, start: int = 0, most: int = 20, wait: float = _WAIT_SECONDS) -> MissedGroups:
        """The largest groups of a query's missed messages from the one at `start` on.

        `wait`: seconds for what is not encoded yet, messages and examples; afterwards that goes on in its thread.
        """
        until = time.monotonic() + wait
        self._store.catch_up(self._now(), _LOOK_SECONDS)
        unread = self._vectors.count_missing()
        if unread:
            self.read_missed().join(wait)
            unread = self._vectors.count_missing()
        turns, vectors = self._vectors.of(query, MOST_GROUPED)
        rows = group(self._without_the_usual(vectors)) if turns else []
        picked = [[turns[at] for at in found] for found in rows[start : start + most]]
        groups = self._groups(picked)
        left = max(until - time.monotonic(), 0.0)
        titles = self._nearest.titles([found.sample.text for found in groups], wait=left)
        named = zip(groups, titles or [[]] * len(groups), strict=True)
        shown = tuple(MissedGroup(**{**vars(found), "topics": tuple(topics)}) for found, topics in named)
        return MissedGroups(shown, len(rows), len(turns), unread, titles is not None)

    def read_missed(self) -> Thread:
        """The thread that encodes missed messages until none is left; one at a time. A job may join it."""
        with self._lock:
            if self._reading is None or not self._reading.is_alive():
                self._reading = Thread(target=self._read_all, name="missed messages", daemon=True)
                self._reading.start()
            return self._reading

    def _read_all(self) -> None:
        try:
            while found := dict(self._vectors.missing(_PORTION)):
                self._vectors.keep(found, self._encode([self._subject(text) for text in found.values()]))
        except InboxUnavailable as error:  # the next page tries again
            log.error("missed messages not read", error=str(error))
        except Exception as error:  # such as a missing encoder; no text of the message
            log.error("missed messages not encoded", error=type(error).__name__)

    def _subject(self, text: str) -> str:
        """What is asked, without who asks and without what all ask about."""
        asked = _PLACEHOLDER.sub(" ", self._words.redact(text))
        return _SUBJECT.sub("it", " ".join(asked.split())) or "?"

    @cached_property
    def _middle_of_the_usual(self) -> Floats:
        texts = [self._subject(text) for text in self._usual()]
        return self._encode(texts).mean(axis=0) if texts else np.zeros(1, dtype=np.float32)

    def _without_the_usual(self, vectors: Floats) -> Floats:
        """Vectors of length one again, by what sets them apart."""
        apart = vectors - self._middle_of_the_usual
        found: Floats = apart / np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-9)
        return found

    def _groups(self, picked: Sequence[Sequence[InboxTurn]]) -> list[MissedGroup]:
        some = [turn for turns in picked for turn in turns[:_SHOWN_OF_A_GROUP]]
        shown = {turn.id: turn for turn in self._redaction.turns(some, self._store.said({t.sender for t in some}))}
        return [_group(turns, [shown[turn.id] for turn in turns[:_SHOWN_OF_A_GROUP]]) for turns in picked]


def _group(turns: Sequence[InboxTurn], shown: Sequence[InboxTurn]) -> MissedGroup:
    at = [turn.asked_at for turn in turns]
    return MissedGroup(shown[0], tuple(turn.id for turn in turns), tuple(shown), min(at), max(at))
