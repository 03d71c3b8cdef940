"""The use cases of answers on a copy of this project's own content, in a folder that a test owns."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from clinic.adapters.article_file import ArticleFile
from clinic.adapters.letters import VISIT_PLACEHOLDERS
from clinic.adapters.sql.drafts import SqlDraftStore
from clinic.adapters.sql.engine import open_engine
from clinic.adapters.sql.opinions import SqlOpinions
from clinic.answers.clinic_facts import load_clinic_facts
from clinic.review.answers.approvals import ApprovalDesk, Seen
from clinic.review.answers.approved_wording import ApprovedWording
from clinic.review.answers.desk import AnswersDesk
from clinic.review.answers.desks import AnswerDesks
from clinic.review.answers.draft_desk import DraftDesk
from clinic.review.answers.drafts import AuthorsUnknown, NotPublished
from clinic.review.answers.passages import Article, seal_of
from clinic.review.answers.ports import ContentLines, TextAuthors, WordingPublisher
from clinic.review.answers.wording import AnswerKey, Wording, WrittenAnswer
from clinic.review.answers.writing import ContentWriter
from clinic.review.changes.change_set import ChangeSet, ChangeSetState
from clinic.staff.model import Role, StaffMember
from tests.staff_stand_ins import Audit

IRON = AnswerKey("utter_iron")
NURSE = StaffMember("m_nurse", "Nora Demo", "nora@example.org", Role.EDITOR)
RECEPTION = StaffMember("m_desk", "Remy Demo", "remy@example.org", Role.EDITOR)
DOCTOR = StaffMember("m_doctor", "Dr. Ada Demo", "ada@example.org", Role.CLINICIAN)
OTHER_DOCTOR = StaffMember("m_other", "Dr. Bo Demo", "bo@example.org", Role.CLINICIAN)
ADMIN = StaffMember("m_admin", "Ari Demo", "ari@example.org", Role.ADMIN)
READER = StaffMember("m_reader", "Rae Demo", "rae@example.org", Role.READER)
TODAY = date(2026, 11, 23)

# Words of our own in the places where the outline looks for passages; not the clinic's article.
ARTICLE = """Restless Leg Syndrome (RLS) is told of here in words made up for a test.

**Doctors** are made up as well.

1. **Genetic** words of a test.

2. **Iron** words of a test, about iron.

3. **Brain** words of a test.

4. **Pregnancy** words of a test.

5. **Chronic** words of a test.

**Effective management** words of a test.

• **Iron** more words of a test.

• **Medication** words of a test.

• **Lifestyle** words of a test.

• **Managing** words of a test.

Consulting Vascular people.

If you're experiencing words of a test.
"""


@dataclass
class FolderLines:
    """`ContentLines` over plain folders: each change is made at once, and counted."""

    root: Path
    sets: dict[str, Path] = field(default_factory=dict)
    saved: list[tuple[str, str, str]] = field(default_factory=list)  # where, member, message
    before_change: Callable[[], None] = lambda: None

    def main(self) -> Path:
        return self.root

    def open_sets(self) -> list[ChangeSet]:
        return [ChangeSet(i, f"Set {i}", ChangeSetState.OPEN, "m", 0.0, f"change/{i}", "h") for i in self.sets]

    def root_of(self, change_set_id: str) -> Path:
        return self.sets[change_set_id]

    def edit_main(self, member: StaffMember, message: str, change: Callable[[Path], None]) -> str:
        return self._save("main", self.root, member, message, change)

    def edit_set(self, change_set_id: str, member: StaffMember, message: str, change: Callable[[Path], None]) -> str:
        return self._save(change_set_id, self.sets[change_set_id], member, message, change)

    def _save(self, where: str, root: Path, member: StaffMember, message: str, change: Callable[[Path], None]) -> str:
        self.before_change()
        change(root)
        self.saved.append((where, member.id, message))
        return f"c{len(self.saved)}"


@dataclass
class NotedPublisher:
    """`WordingPublisher` that notes what it was told, or fails with words."""

    published: list[tuple[str, str]] = field(default_factory=list)
    fails: str | None = None

    def publish(self, member: StaffMember, root: Path, answer: WrittenAnswer, commit: str, why: str) -> None:
        if self.fails:
            raise NotPublished(self.fails)
        self.published.append((member.id, commit))

    def is_live(self, root: Path, answer: WrittenAnswer) -> bool:
        return bool(self.published)


@dataclass
class KnownAuthors:
    """`TextAuthors` that says who wrote all texts, or that nobody knows."""

    found: frozenset[str] = frozenset()
    is_known: bool = True

    def emails(self, root: Path, answer: WrittenAnswer) -> frozenset[str]:
        if not self.is_known:
            raise AuthorsUnknown
        return self.found


class AnswersOnDisk:
    """All desks, on a copy of the content and a database; `url`: migrated."""

    def __init__(self, folder: Path, url: str) -> None:
        self.root = copied_content(folder / "content")
        self.engine = open_engine(url)
        self.lines, self.publisher = FolderLines(self.root), NotedPublisher()
        self.authors, self.record = KnownAuthors(), Audit()
        self.article_file = ArticleFile(folder / "var" / "article.md")
        self.facts = load_clinic_facts(country="US")
        self.store = SqlDraftStore(self.engine)
        self.today = TODAY
        self.wire(self.lines, self.authors, self.publisher)

    def wire(self, lines: ContentLines, authors: TextAuthors, publisher: WordingPublisher) -> None:
        """Make the desks over these."""
        placeholders = frozenset({*self.facts.values, *VISIT_PLACEHOLDERS})
        self.answers = AnswersDesk(
            lines, self.store, SqlOpinions(self.engine), Article(self.article_file), placeholders,
            today=lambda: self.today,
        )  # fmt: skip
        self.drafts = DraftDesk(self.answers, self.store, self.record)
        self.wording = ApprovedWording(self.answers, self.store, publisher)
        self.approvals = ApprovalDesk(
            self.answers, self.store, lines, ContentWriter(), authors, self.wording, self.record
        )
        self.all = AnswerDesks(self.answers, self.drafts, self.approvals, self.wording, lambda: self.facts, self.record)

    def answer(self, key: AnswerKey = IRON) -> WrittenAnswer:
        return self.answers.find(key).answer

    def draft(self, text: str, by: StaffMember = NURSE, key: AnswerKey = IRON, seen: int = 0) -> Any:
        return self.drafts.save(by, key, self.with_text(text, key), seen)

    def with_text(self, text: str, key: AnswerKey = IRON) -> Wording:
        now = self.answer(key).wording
        return Wording(text, now.claims, now.sections)

    def seen(self, key: AnswerKey = IRON) -> Seen:
        """What a clinician has before them: the draft that waits, else the text."""
        placed, draft = self.answers.find(key), self.answers.draft_of(key)
        wording = draft.wording if draft else placed.answer.wording
        seal = seal_of(self.approvals.passages(placed, wording))
        return Seen(placed.answer.signature_with(wording), seal, draft.version if draft else None)

    def waiting(self, text: str, by: StaffMember = NURSE, key: AnswerKey = IRON) -> Any:
        return self.drafts.submit(by, key, self.draft(text, by, key).version)

    def change_by_hand(self, old: str, new: str, path: str = "data/answers/causes/iron.yml") -> None:
        file = self.root / path
        source = file.read_text("utf-8")
        assert old in source
        file.write_text(source.replace(old, new), "utf-8")


def copied_content(target: Path) -> Path:
    for folder in ("answers", "clinic"):
        shutil.copytree(Path("data") / folder, target / "data" / folder)
    shutil.copy("domain.yml", target)
    return target


def fresh_text(answer: WrittenAnswer) -> str:
    """The answer's words with one sentence changed: what the checks let through stays so."""
    return answer.wording.text.replace("This can happen even if", "It can happen even when")
