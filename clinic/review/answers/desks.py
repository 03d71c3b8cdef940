"""All use cases of answers together, as pages and the command line take them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clinic.answers.clinic_facts import ClinicFacts
from clinic.review.answers.approvals import ApprovalDesk
from clinic.review.answers.approved_wording import ApprovedWording
from clinic.review.answers.desk import AnswersDesk, Placed
from clinic.review.answers.draft_desk import DraftDesk
from clinic.review.answers.drafts import NoSuchAnswer
from clinic.review.answers.passages import NotTheArticle
from clinic.review.answers.wording import AnswerKey
from clinic.staff.model import StaffMember
from clinic.staff.ports import AuditLog


@dataclass(frozen=True)
class AnswerDesks:
    """The use cases, and the clinic's facts that fill in placeholders."""

    answers: AnswersDesk
    drafts: DraftDesk
    approvals: ApprovalDesk
    wording: ApprovedWording
    facts: Callable[[], ClinicFacts]
    audit: AuditLog

    def placed(self, written: str) -> Placed:
        """The answer of an address; raises `NoSuchAnswer`."""
        key = AnswerKey.read(written)
        if key is None or str(key) != written:
            raise NoSuchAnswer
        return self.answers.find(key)

    def replace_article(self, member: StaffMember, content: bytes, most: int) -> list[str]:
        """Keep another article of at most so many bytes; the titles of passages it lacks. Raises `NotTheArticle`."""
        if len(content) > most:
            raise NotTheArticle(f"The file is too large: at most {most // 1000} kB. Is it the right one?")
        missing = self.answers.article.replace(content, self.answers.outline())
        self.audit.note(member.id, "answers.article_replaced", "article", {"missing": len(missing)})
        return missing
