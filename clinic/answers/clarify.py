"""Which readings a "did you mean" offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clinic.answers.catalogue import Catalogue

MOST_OPTIONS = 3
LEAST_CONFIDENCE = 0.03
_ELSEWHERE = {"book_appointment": "booking", "change_appointment": "booking", "cancel_appointment": "booking"}


@dataclass(frozen=True)
class Option:
    """One reading: the intent its button leads to, and kind and topic of the answer there."""

    intent: str
    title: str
    kind: str
    topic: str


def clarify_options(ranking: Sequence[tuple[str, float]], catalogue: Catalogue) -> list[Option]:
    """At most three likely readings that have a button title, the likeliest first."""
    found: list[Option] = []
    for intent, confidence in ranking:
        title = catalogue.title_of(intent)
        if title is None or confidence < LEAST_CONFIDENCE or len(found) == MOST_OPTIONS:
            continue
        kind, topic = catalogue.kind_and_topic(intent) or (_ELSEWHERE.get(intent, "chitchat"), intent)
        found.append(Option(intent, title, kind, topic))
    return found
