"""An approved answer as the rest of the product sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

KINDS = (
    "answer", "booking", "emergency", "urgent", "refusal", "not_covered", "out_of_scope", "clarify", "chitchat",
    "handoff", "error",
)  # fmt: skip
FOLLOW_UPS = ("why", "treatment", "danger", "pregnancy", "more", "else")


@dataclass(frozen=True)
class Button:
    """A choice under an answer; `payload` is an intent with a leading slash."""

    title: str
    payload: str


@dataclass(frozen=True)
class Source:
    """Where facts of an answer come from, as shown to the reader."""

    title: str
    section: str | None
    url: str | None


@dataclass(frozen=True)
class Review:
    """Clinical review: dates are ISO strings, `None` until a clinician has signed."""

    status: str = "unreviewed"
    on: str | None = None
    by: str | None = None
    due: str | None = None


@dataclass(frozen=True)
class Answer:
    """One approved text with all that is shown beside it."""

    name: str
    text: str
    kind: str
    topic: str
    buttons: tuple[Button, ...] = ()
    sources: tuple[Source, ...] = ()
    review: Review = field(default_factory=Review)
    title: str | None = None
    options: tuple[dict[str, str], ...] = ()
    follow_ups: Mapping[str, str] = field(default_factory=dict)  # kind of follow-up to the topic it leads to
    offer: Mapping[str, str] = field(default_factory=dict)  # "yes" and "no" to the intent each stands for

    def metadata(self) -> dict[str, Any]:
        """The reply metadata of the REST contract."""
        found: dict[str, Any] = {
            "kind": self.kind,
            "topic": self.topic,
            "sources": [vars(s) for s in self.sources],
            "review": vars(self.review),
        }
        if self.options:
            found["options"] = [dict(o) for o in self.options]
        return found
