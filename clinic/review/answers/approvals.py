"""A clinician's word: approve a draft or a text as it stands, or send it back. Nobody approves their own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from clinic.answers.model import Review
from clinic.review.answers.approved_wording import ApprovedWording
from clinic.review.answers.desk import AnswersDesk, Placed, faults_of
from clinic.review.answers.drafts import (
    AnswerChanged,
    Approval,
    Approved,
    ArticleChanged,
    Draft,
    DraftChanged,
    DraftError,
    DraftState,
    HasFaults,
    NoSuchAnswer,
    NoSuchDraft,
    NotAllowed,
    WrongState,
)  # fmt: skip
from clinic.review.answers.passages import SeenPassage, seal_of, seen_passages
from clinic.review.answers.ports import (
    AnswerWriter,
    ContentLines,
    DraftStore,
    SignedReview,
    TextAuthors,
)  # fmt: skip
from clinic.review.answers.review_dates import MONTHS, USUAL_MONTHS, months_later
from clinic.review.answers.right_to_approve import RightToApprove
from clinic.review.answers.wording import AnswerKey, Wording
from clinic.staff.model import Permission, StaffMember
from clinic.staff.ports import AuditLog

_LONGEST_REASON = 1_000


@dataclass(frozen=True)
class Seen:
    """What was on the page that the clinician approved.

    `draft`: version of the draft, `None` for the text as it stands; `signature`: of its words; `article`: seal of the
    passages beside it.
    """

    signature: str
    article: str
    draft: int | None = None


class ApprovalDesk:
    """Approvals; the checks hold here as well, whatever a page let through."""

    def __init__(
        self,
        answers: AnswersDesk,
        store: DraftStore,
        lines: ContentLines,
        writer: AnswerWriter,
        authors: TextAuthors,
        wording: ApprovedWording,
        audit: AuditLog,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`wording` lets patients read it."""
        self._answers, self._store, self._lines, self._writer = answers, store, lines, writer
        self._right = RightToApprove(store, authors)
        self._wording, self._audit, self._now = wording, audit, now

    def why_not(self, member: StaffMember, key: AnswerKey, draft: Draft | None) -> DraftError | None:
        """What keeps this person from approving what is on the page; `None`: nothing but the checks."""
        try:
            self._right.ensure(member, self._answers.find(key), draft)
        except DraftError as error:
            return error
        return None

    def passages(self, placed: Placed, wording: Wording) -> list[SeenPassage]:
        """The article's passages that some words rest on."""
        outline = placed.files.outline()
        return seen_passages(placed.answer, wording.sections, outline, self._answers.article.passages(outline))

    def approve(self, member: StaffMember, key: AnswerKey, seen: Seen, months: int = USUAL_MONTHS) -> Approved:
        """Approve what was seen: write it, sign it, and let patients read it.

        Raises a `DraftError` or a `ChangesError`; then nothing was written.
        """
        placed, draft = self._answers.find(key), self._draft_as_seen(key, seen)
        wording = draft.wording if draft else placed.answer.wording
        if placed.answer.signature_with(wording) != seen.signature:
            raise AnswerChanged(placed.answer)
        self._right.ensure(member, placed, draft)
        passages = self.passages(placed, wording)
        if seal_of(passages) != seen.article:
            raise ArticleChanged
        if faults := faults_of(placed.answer, wording, placed.files.known()):
            raise HasFaults(faults)
        signed = self._sign(member, seen.signature, months)
        commit = self._write(member, placed, draft, wording, passages, signed)
        approval = Approval(
            key=key, signature=seen.signature, by=member.id, by_name=member.name,
            on=date.fromisoformat(str(signed.review.on)), due=date.fromisoformat(str(signed.review.due)),
            draft=draft.id if draft else None, commit=commit,
            change_set=placed.change_set.id if placed.change_set else None,
        )  # fmt: skip
        self._keep(member, approval, draft)
        return self._wording.after(member, approval)

    def send_back(self, member: StaffMember, key: AnswerKey, version: int, reason: str) -> Draft:
        """Not like this: the reason goes to whoever wrote it."""
        if not member.may(Permission.APPROVE):
            raise NotAllowed
        said = reason.replace("\r\n", "\n").strip()
        if not said:
            raise WrongState("Say what should be changed. Whoever wrote the text reads it.")
        if len(said) > _LONGEST_REASON:
            raise WrongState(f"The reason is too long: {len(said)} characters, at most {_LONGEST_REASON}.")
        draft = self._draft_as_seen(key, Seen("", "", version))
        if draft is None or draft.state is not DraftState.WAITING:
            raise WrongState("This draft does not wait for an approval.")
        moved = self._store.move(draft.id, version, DraftState.SENT_BACK, self._now(), member, said)
        if moved is None:
            theirs = self._store.live_for(key)
            raise DraftChanged(theirs) if theirs else NoSuchDraft
        self._audit.note(member.id, "answers.sent_back", str(key), {"draft": draft.id, "version": version})
        return moved

    def history(self, key: AnswerKey) -> list[Approval]:
        """Who approved it when, newest first."""
        return self._store.approvals(key)

    def _draft_as_seen(self, key: AnswerKey, seen: Seen) -> Draft | None:
        if seen.draft is None:
            return None
        draft = self._store.live_for(key)
        if draft is None:
            raise NoSuchDraft
        if draft.version != seen.draft:
            raise DraftChanged(draft)
        return draft

    def _sign(self, member: StaffMember, of: str, months: int) -> SignedReview:
        if months not in MONTHS:
            raise WrongState(f"The next review can be in {', '.join(map(str, MONTHS))} months.")
        today = self._answers.today()
        review = Review("approved", today.isoformat(), member.name, months_later(today, months).isoformat())
        return SignedReview(review, of)

    def _write(
        self,
        member: StaffMember,
        placed: Placed,
        draft: Draft | None,
        wording: Wording,
        passages: list[SeenPassage],
        signed: SignedReview,
    ) -> str:
        key, before = placed.answer.key, placed.answer.signature
        fingerprints = {p.section: p.fingerprint for p in passages if p.fingerprint}

        def change(root: Path) -> None:
            # Asked again where nobody else writes: what is signed is what was read.
            now = self._answers.files_at(root).find(key)
            if now is None:
                raise NoSuchAnswer
            if before != now.signature:
                raise AnswerChanged(now)
            kept = {s: f for s, f in now.fingerprints.items() if s in wording.sections}
            self._writer.write(root, now, wording, {**kept, **fingerprints}, signed)

        message = f"Answer {key}: {'new wording, ' if draft else ''}approved by {member.name}"
        if placed.change_set is not None:
            return self._lines.edit_set(placed.change_set.id, member, message, change)
        return self._lines.edit_main(member, message, change)

    def _keep(self, member: StaffMember, approval: Approval, draft: Draft | None) -> None:
        """The draft is done; where somebody saved meanwhile it stays, and is a draft against what was approved."""
        if draft is not None:
            self._store.move(draft.id, draft.version, DraftState.APPROVED, self._now(), member)
        self._store.record(approval, self._now())
        details = {"due": approval.due.isoformat(), "commit": approval.commit, "signature": approval.signature}
        self._audit.note(member.id, "answers.approved", str(approval.key), details)
