"""Answers as staff look at them: lists of what needs somebody, and one answer with all that stands around it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from clinic.review.answers.drafts import Draft, DraftState, NoSuchAnswer
from clinic.review.answers.files import AnswerFiles, ContentBroken
from clinic.review.answers.passages import Article, touched
from clinic.review.answers.ports import ContentLines, Dislikes, DraftStore, Opinions
from clinic.review.answers.wording import AnswerKey, Wording, WrittenAnswer
from clinic.review.answers.wording_checks import Fault, Known, forbidden_phrases, shape_faults, text_faults
from clinic.review.changes.change_set import ChangeSet
from clinic.review.content.errors import ChangesError

DUE_WITHIN = timedelta(days=30)
_OPINIONS_OF = 90 * 24 * 3600.0


class Needs(str, Enum):
    """Why an answer needs somebody."""

    UNREVIEWED = "unreviewed"
    DUE = "due"
    ARTICLE = "article"
    DISLIKED = "disliked"
    WAITING = "waiting"
    DRAFT = "draft"


@dataclass(frozen=True)
class Placed:
    """An answer and where it stands: on the main line, or in a set of changes alone."""

    answer: WrittenAnswer
    files: AnswerFiles
    change_set: ChangeSet | None = None


@dataclass(frozen=True)
class AnswerRow:
    """One line of the list."""

    answer: WrittenAnswer
    needs: frozenset[Needs]
    dislikes: Dislikes
    draft: Draft | None = None
    change_set: ChangeSet | None = None


@dataclass(frozen=True)
class Listing:
    """All lines, how many need what, and what could not be told: `broken` names files, in words."""

    rows: list[AnswerRow]
    has_article: bool
    broken: tuple[str, ...] = ()

    def count(self, need: Needs) -> int:
        """How many lines need it."""
        return sum(need in row.needs for row in self.rows)

    def filtered(self, need: Needs | None = None, words: str = "", kind: str = "") -> list[AnswerRow]:
        """The lines that need it, of one kind, with all the words in name, title or text; the worst liked first."""
        wanted = words.lower().split()
        rows = [
            row for row in self.rows
            if (need is None or need in row.needs) and kind in ("", row.answer.kind) and _has(row.answer, wanted)
        ]  # fmt: skip
        return sorted(rows, key=lambda row: -row.dislikes.down) if need is Needs.DISLIKED else rows


class AnswersDesk:
    """Reads answers of the main line and of open sets of changes."""

    def __init__(
        self,
        lines: ContentLines,
        drafts: DraftStore,
        opinions: Opinions,
        article: Article,
        placeholders: frozenset[str],
        now: Callable[[], float] = time.time,
        today: Callable[[], date] = date.today,
    ) -> None:
        """`placeholders`: what facts of the clinic and its letters fill in."""
        self._lines, self._drafts, self._opinions, self.article = lines, drafts, opinions, article
        self._placeholders, self._now, self.today = placeholders, now, today
        self._files: dict[Path, AnswerFiles] = {}
        self._lock = threading.Lock()

    def list(self) -> Listing:
        """Every answer with what it needs."""
        main, broken = self._main(), []
        placed = [Placed(answer, main) for answer in main.all()]
        names = {p.answer.key for p in placed}
        for change_set in self._lines.open_sets():
            try:
                files = self._at(self._lines.root_of(change_set.id))
                placed += [Placed(a, files, change_set) for a in files.all() if a.key not in names]
            except (ContentBroken, ChangesError) as error:
                broken.append(f"{change_set.title}: {error}")
        outline, drafts = main.outline(), {draft.key: draft for draft in self._drafts.live()}
        found, liked = self.article.passages(outline), self._opinions.by_topic(self._now() - _OPINIONS_OF)
        rows = [self._row(p, drafts.get(p.answer.key), outline, found, liked) for p in placed]
        return Listing(rows, found is not None, tuple(broken))

    def find(self, key: AnswerKey) -> Placed:
        """An answer on the main line, else the one of the newest open set that has it; raises `NoSuchAnswer`."""
        main = self._main()
        if answer := main.find(key):
            return Placed(answer, main)
        for change_set in self._lines.open_sets():
            files = self._at(self._lines.root_of(change_set.id))
            if answer := files.find(key):
                return Placed(answer, files, change_set)
        raise NoSuchAnswer

    def draft_of(self, key: AnswerKey) -> Draft | None:
        """The live draft."""
        return self._drafts.live_for(key)

    def dislikes(self, answer: WrittenAnswer) -> Dislikes:
        """What visitors thought of replies of this kind and topic in the last 90 days."""
        liked = self._opinions.by_topic(self._now() - _OPINIONS_OF)
        return liked.get((answer.kind, answer.topic), Dislikes(0, 0))

    def outline(self) -> dict[str, dict[str, str]]:
        """The article's sections on the main line, by id."""
        return self._main().outline()

    def files_at(self, root: Path) -> AnswerFiles:
        """The answers of a tree that is being changed."""
        return AnswerFiles(root, self._placeholders)

    def _row(
        self,
        placed: Placed,
        draft: Draft | None,
        outline: Mapping[str, Mapping[str, str]],
        found: Mapping[str, str | None] | None,
        liked: Mapping[tuple[str, str], Dislikes],
    ) -> AnswerRow:
        answer = placed.answer
        dislikes = liked.get((answer.kind, answer.topic), Dislikes(0, 0))
        told = {
            Needs.UNREVIEWED: not answer.is_approved,
            Needs.DUE: answer.is_due(self.today() + DUE_WITHIN),
            Needs.ARTICLE: found is not None and touched(answer, outline, found),
            Needs.DISLIKED: dislikes.down > 0,
            Needs.WAITING: draft is not None and draft.state is DraftState.WAITING,
            Needs.DRAFT: draft is not None,
        }
        needs = frozenset(need for need, is_so in told.items() if is_so)
        return AnswerRow(answer, needs, dislikes, draft, placed.change_set)

    def _main(self) -> AnswerFiles:
        return self._at(self._lines.main())

    def _at(self, root: Path) -> AnswerFiles:
        """Kept, so that only changed files are read again; trees that are gone are forgotten."""
        with self._lock:
            self._files = {known: files for known, files in self._files.items() if known.exists()}
            return self._files.setdefault(root, AnswerFiles(root, self._placeholders))


def faults_of(answer: WrittenAnswer, wording: Wording, known: Known) -> list[Fault]:
    """All that keeps these words from being said as this answer."""
    sources = [claim.source for claim in wording.claims]
    is_sourced = bool(sources or wording.sections)
    return [
        *shape_faults(wording.text, answer.kind, sources, wording.sections, known),
        *text_faults(wording.text, answer.kind, is_sourced=is_sourced, known=known),
        *(
            Fault("button", f"the button {button.title!r} {fault.says}")
            for button in answer.buttons
            for fault in forbidden_phrases(button.title)
        ),
    ]


def _has(answer: WrittenAnswer, wanted: list[str]) -> bool:
    told: list[Any] = [answer.heading, answer.key, answer.wording.text, answer.topic]
    said = " ".join(map(str, told)).lower()
    return all(word in said for word in wanted)
