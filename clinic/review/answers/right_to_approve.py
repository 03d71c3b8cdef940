"""Who may approve what: a clinician, and never what they wrote on themselves."""

from __future__ import annotations

from clinic.review.answers.desk import Placed
from clinic.review.answers.drafts import AnswerChanged, Draft, DraftState, NotAllowed, OwnText, WrongState
from clinic.review.answers.ports import DraftStore, TextAuthors
from clinic.staff.model import Permission, StaffMember


class RightToApprove:
    """Asks the drafts for those who wrote, and the history of the file for texts that no draft brought there."""

    def __init__(self, store: DraftStore, authors: TextAuthors) -> None:
        self._store, self._authors = store, authors

    def ensure(self, member: StaffMember, placed: Placed, draft: Draft | None) -> None:
        """`draft`: `None` for the text as it stands; raises the `DraftError` that stands against it."""
        if not member.may(Permission.APPROVE):
            raise NotAllowed
        if draft is None:
            self._ensure_not_own(member, placed)
            return
        answer = placed.answer
        if draft.state is not DraftState.WAITING:
            raise WrongState("This draft was not submitted for approval yet.")
        if member.id in {*draft.authors, *self._store.authors_of(answer.key, draft.wording.text)}:
            raise OwnText
        # Written already, where a former try was broken off after the text was saved: then it may be finished.
        is_written = answer.signature_with(draft.wording) == answer.signature
        if draft.based_on != answer.signature and not is_written:
            raise AnswerChanged(answer)

    def _ensure_not_own(self, member: StaffMember, placed: Placed) -> None:
        # A text that came out of a draft was saved in the name of who approved it: its writers are the draft's.
        wrote = self._store.authors_of(placed.answer.key, placed.answer.wording.text)
        if member.id in wrote:
            raise OwnText
        if not wrote and member.email.lower() in self._authors.emails(placed.files.root, placed.answer):
            raise OwnText
