"""What the answers' use cases need from outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from clinic.answers.model import Review
from clinic.review.answers.drafts import Approval, Draft, DraftState, DraftText
from clinic.review.answers.wording import AnswerKey, Wording, WrittenAnswer
from clinic.review.changes.change_set import ChangeSet
from clinic.staff.model import StaffMember


class ContentLines(Protocol):
    """The main line and the open sets of changes; what is saved there is one commit with the member as its author.

    Raises `ChangesError`s.
    """

    def main(self) -> Path:
        """The root of what is checked out."""

    def open_sets(self) -> list[ChangeSet]:
        """The sets that are not published or abandoned, newest first."""

    def root_of(self, change_set_id: str) -> Path:
        """The root of a set's tree."""

    def edit_main(self, member: StaffMember, message: str, change: Callable[[Path], None]) -> str:
        """One saved change on the main line; the commit."""

    def edit_set(self, change_set_id: str, member: StaffMember, message: str, change: Callable[[Path], None]) -> str:
        """One saved change in a set; the commit."""


@dataclass(frozen=True)
class SignedReview:
    """A review block as it is written: whom it is by, and the hash of the words it is for."""

    review: Review
    of: str


class AnswerWriter(Protocol):
    """Writes one answer into its file and leaves every other line alone."""

    def write(
        self,
        root: Path,
        answer: WrittenAnswer,
        wording: Wording,
        fingerprints: Mapping[str, str],
        signed: SignedReview,
    ) -> None:
        """`fingerprints`: of the passages by section, as the clinician saw them."""


class TextAuthors(Protocol):
    """Who wrote the text that stands in a file."""

    def emails(self, root: Path, answer: WrittenAnswer) -> frozenset[str]:
        """Addresses in lower case; raises `AuthorsUnknown` where the history cannot be read."""


class WordingPublisher(Protocol):
    """Lets patients read what was approved, within seconds and without training."""

    def publish(self, member: StaffMember, root: Path, answer: WrittenAnswer, commit: str, why: str) -> None:
        """The file of `answer` below `root`, as it was saved there with `commit`. Raises `NotPublished`."""

    def is_live(self, root: Path, answer: WrittenAnswer) -> bool:
        """Whether patients read the file of `answer` as it is."""


class ArticleText(Protocol):
    """The clinic's article, as it was uploaded."""

    def read(self) -> str | None:
        """Its text; `None` while there is none."""

    def replace(self, text: str) -> None:
        """Keep another one; the former stays beside it."""


@dataclass(frozen=True)
class Dislikes:
    """Thumbs of visitors under replies of one kind and topic."""

    down: int
    up: int


class Opinions(Protocol):
    """What visitors thought of replies."""

    def by_topic(self, since: float) -> dict[tuple[str, str], Dislikes]:
        """By kind and topic of the reply; `since`: seconds since the epoch."""


class DraftStore(Protocol):
    """Drafts, their texts and the approvals; every method is one transaction.

    What changes a draft says which version it was decided on, and returns `None` where there is another by now.
    """

    def find(self, draft_id: str) -> Draft | None:
        """By id, whatever its state."""

    def live_for(self, key: AnswerKey) -> Draft | None:
        """The one that can still be written on."""

    def live(self) -> list[Draft]:
        """All that can still be written on, the one changed last first."""

    def texts(self, draft_id: str) -> list[DraftText]:
        """Every saved text, newest first."""

    def begin(self, key: AnswerKey, wording: Wording, based_on: str, by: StaffMember, now: float) -> Draft | None:
        """A new draft; `None` where there is a live one."""

    def save(
        self, draft_id: str, version: int, wording: Wording, based_on: str, by: StaffMember, now: float
    ) -> Draft | None:
        """Another text; the draft is open again."""

    def move(
        self, draft_id: str, version: int, state: DraftState, now: float, by: StaffMember, reason: str | None = None
    ) -> Draft | None:
        """Another state of the same text."""

    def record(self, approval: Approval, now: float) -> None:
        """Keep that it was approved."""

    def approvals(self, key: AnswerKey) -> list[Approval]:
        """Newest first."""

    def authors_of(self, key: AnswerKey, text: str) -> frozenset[str]:
        """Ids of all who wrote on a draft of the answer in which just this text was saved."""
