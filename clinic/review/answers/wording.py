"""One answer as it is written down: what a person may change of it, and what stands around it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from clinic.answers.model import Answer, Button, Review, Source
from clinic.answers.signature import signature
from clinic.review.content.errors import ContentError
from clinic.review.content.typed import answer_text_of

_NAME = re.compile(r"utter_[a-z0-9_]{1,100}")


@dataclass(frozen=True)
class Claim:
    """One fact that a text states, and the id of the source it comes from."""

    says: str
    source: str


@dataclass(frozen=True)
class Wording:
    """What a draft may change: the text, its claims, and the ids of the article's sections it rests on."""

    text: str
    claims: tuple[Claim, ...] = ()
    sections: tuple[str, ...] = ()

    @classmethod
    def typed(cls, text: str, claims: list[tuple[str, str]], sections: list[str]) -> Wording:
        """Of what a form sends: line ends of forms and white space around count for nothing, nor do empty claims."""
        try:
            said = answer_text_of(text)
        except ContentError:  # empty or odd: the checks say what is wrong with it, with the place
            said = text.replace("\r\n", "\n").replace("\r", "\n").strip()
        found = (Claim(" ".join(says.split()), source.strip()) for says, source in claims)
        kept = tuple(claim for claim in found if claim.says)
        return cls(said, kept, tuple(dict.fromkeys(sections)))


@dataclass(frozen=True, order=True)
class AnswerKey:
    """A response's name and which of its wordings, counted from 0."""

    name: str
    at: int = 0

    def __str__(self) -> str:
        """As people write it: `iron`, and `refusal_dose.2` for a second wording."""
        plain = self.name.removeprefix("utter_")
        return f"{plain}.{self.at + 1}" if self.at else plain

    @classmethod
    def read(cls, written: str) -> AnswerKey | None:
        """Of `str(key)`; `None` where it cannot be one."""
        plain, _, number = written.strip().removeprefix("utter_").partition(".")
        name = f"utter_{plain}"
        if not _NAME.fullmatch(name) or (number and not re.fullmatch(r"[1-9]\d?", number)):
            return None
        return cls(name, int(number or 1) - 1)


@dataclass(frozen=True)
class WrittenAnswer:
    """One wording in its file; `fingerprints`: of the article's passage by section, as a clinician saw it last."""

    key: AnswerKey
    path: Path
    kind: str
    topic: str
    wording: Wording
    buttons: tuple[Button, ...] = ()
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    review: Review = field(default_factory=Review)
    signed: str | None = None  # the signature of the words that were approved
    unverified: tuple[str, ...] = ()
    title: str | None = None

    @property
    def signature(self) -> str:
        """Of the words as they stand."""
        return self.signature_with(self.wording)

    def signature_with(self, wording: Wording) -> str:
        """Of other words between the same buttons."""
        claims = [(claim.says, claim.source) for claim in wording.claims]
        return signature(wording.text, [button.title for button in self.buttons], claims, wording.sections)

    @property
    def is_approved(self) -> bool:
        """Whether a clinician approved just these words."""
        return self.review.status == "approved" and self.signed == self.signature

    @property
    def was_changed_since(self) -> bool:
        """Whether a clinician approved other words than these: somebody changed the file by hand."""
        return self.review.status == "approved" and not self.is_approved

    @property
    def heading(self) -> str:
        """How people call it."""
        words = self.title or self.key.name.removeprefix("utter_").replace("_", " ")
        return f"{words[:1].upper()}{words[1:]}" + (f" (wording {self.key.at + 1})" if self.key.at else "")

    @property
    def approved_on(self) -> date | None:
        """The day of the approval; `None` where there is none that can be read."""
        return _day(self.review.on)

    @property
    def due_on(self) -> date | None:
        """The day of the next review."""
        return _day(self.review.due)

    def is_due(self, until: date) -> bool:
        """Whether the next review is asked for on that day or before it."""
        return self.is_approved and self.due_on is not None and self.due_on <= until

    def said_with(self, wording: Wording, sources: Mapping[str, Any], outline: Mapping[str, Any]) -> Answer:
        """The answer as it would be said with other words, unreviewed where they differ."""
        shown = [_article(sources, outline, section) for section in wording.sections]
        for name in dict.fromkeys(claim.source for claim in wording.claims):
            if name in sources and name != "clinic_article":
                shown.append(Source(sources[name]["title"], None, sources[name]["url"]))
        same = self.is_approved and self.signature_with(wording) == self.signature
        review = self.review if same else Review()
        return Answer(self.key.name, wording.text, self.kind, self.topic, self.buttons, tuple(shown), review)


def _article(sources: Mapping[str, Any], outline: Mapping[str, Any], section: str) -> Source:
    known = sources.get("clinic_article") or {"title": "The clinic's article", "url": None}
    return Source(known["title"], (outline.get(section) or {}).get("title"), known["url"])


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        return None
