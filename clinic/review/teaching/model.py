"""What is taught, what is said about it before it is saved, and what was saved."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from clinic.review.content.errors import ContentError
from clinic.review.content.take_back import Done
from clinic.review.content.topic_files import NOT_COVERED, OUT_OF_SCOPE
from clinic.review.teaching.red_flag_trial import RedFlagTrial
from clinic.review.teaching.similar import Surroundings

MOST_AT_ONCE = 20  # messages taught together
ANSWER_STUB = (
    "We do not have an answer to this question yet. Our staff are writing one. "
    "You can pass your question on to them, and they will get back to you."
)


class LessonKind(str, Enum):
    """What a message becomes."""

    EXAMPLE = "example"
    NEW_TOPIC = "topic"
    OUT_OF_SCOPE = "out_of_scope"
    NOT_COVERED = "not_covered"
    RED_FLAG = "red_flag"


@dataclass(frozen=True)
class PatientMessage:
    """A message of the inbox. `text`: as it was written, shown to nobody; `shown`: without anything personal.

    `names`: of persons, known from the rest of the conversation; `ranked`: topics that the model thought of.
    """

    turn: str
    text: str
    shown: str
    names: tuple[str, ...] = ()
    ranked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sentence:
    """A confirmed sentence, and the turn whose message it stands for."""

    text: str
    turn: str | None = None


@dataclass(frozen=True)
class Lesson:
    """One saved change; which fields count depends on the kind. `seen`: `Look.token` of the warnings that were read."""

    kind: LessonKind
    sentences: tuple[Sentence, ...]
    topic: str = ""
    group: str = ""
    title: str = ""
    answer: str = ANSWER_STUB
    category: str = ""
    pattern: str = ""
    with_sentence: bool = True  # a red flag's sentence becomes an example of the danger as well
    is_confirmed: bool = False
    seen: str = ""

    @property
    def has_pattern(self) -> bool:
        """Whether a red flag has new words; without them its sentence is an example of the danger, and no more."""
        return bool(self.pattern.strip())

    @property
    def target(self) -> str | None:
        """The topic that gets the sentences; `None` for a new one and for a red flag."""
        if self.kind is LessonKind.EXAMPLE:
            return self.topic
        return {LessonKind.OUT_OF_SCOPE: OUT_OF_SCOPE, LessonKind.NOT_COVERED: NOT_COVERED}.get(self.kind)


@dataclass(frozen=True)
class CheckedSentence:
    """`fault`: why it cannot be saved; `warnings`: what to read first; `danger`: the topic of one that it tells of."""

    sentence: str
    around: Surroundings
    fault: str | None = None
    warnings: tuple[str, ...] = ()
    danger: str | None = None


@dataclass(frozen=True)
class Look:
    """What is said about a lesson before it is saved: by field, and by sentence."""

    sentences: tuple[CheckedSentence, ...]
    faults: Mapping[str, str] = field(default_factory=dict)
    trial: RedFlagTrial | None = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """All of them."""
        found = [warning for sentence in self.sentences for warning in sentence.warnings]
        if self.trial is not None and self.trial.how_many:
            sentences = (
                "1 harmless sentence" if self.trial.how_many == 1 else f"{self.trial.how_many} harmless sentences"
            )
            found.append(f"These words would also sound the alarm on {sentences}.")
        return tuple(found)

    @property
    def token(self) -> str:
        """Tells these warnings from others: whoever sends it back has been shown them."""
        return hashlib.sha256("\n".join(self.warnings).encode()).hexdigest()[:16] if self.warnings else ""

    @property
    def danger(self) -> str | None:
        """The first danger that a sentence tells of."""
        return next((s.danger for s in self.sentences if s.danger), None)


@dataclass(frozen=True)
class Saved:
    """`done`: to take it back; `turns`: of the inbox that were taught."""

    change_set: str
    title: str
    what: str
    done: Done
    turns: tuple[str, ...] = ()


class TeachingRefused(ContentError):
    """It cannot be saved as it stands; `look` says why."""

    def __init__(self, look: Look) -> None:
        super().__init__(next(iter(look.faults.values()), "Read the warnings first, then save."))
        self.look = look


class MessageGone(ContentError):
    """The message was erased, or never was."""

    def __init__(self) -> None:
        super().__init__("This message is not there any more: the visitor may have erased the conversation.")
