"""From an approved text to patients who read it."""

from __future__ import annotations

from clinic.review.answers.desk import AnswersDesk, Placed, faults_of
from clinic.review.answers.drafts import Approval, Approved, NoSuchAnswer, NotAllowed, NotPublished, WrongState
from clinic.review.answers.files import ContentBroken
from clinic.review.answers.ports import DraftStore, WordingPublisher
from clinic.review.answers.wording import AnswerKey
from clinic.staff.model import Permission, StaffMember


class ApprovedWording:
    """Publishes what was approved on the main line; what is in a set of changes goes live with it."""

    def __init__(self, answers: AnswersDesk, store: DraftStore, publisher: WordingPublisher) -> None:
        self._answers, self._store, self._publisher = answers, store, publisher

    def after(self, member: StaffMember, approval: Approval) -> Approved:
        """What became of a fresh approval: it stands, also where it cannot go live yet."""
        if approval.change_set is not None:
            return Approved(approval, is_live=False)
        try:
            self._publish(member, approval)
        except (NotPublished, ContentBroken, NoSuchAnswer) as error:
            return Approved(approval, is_live=False, trouble=str(error))
        return Approved(approval, is_live=True)

    def waits(self, placed: Placed) -> bool:
        """Whether the text is approved and patients do not read it yet."""
        if placed.change_set is not None or not placed.answer.is_approved:
            return False
        return not self._publisher.is_live(placed.files.root, placed.answer)

    def publish(self, member: StaffMember, key: AnswerKey) -> None:
        """Once more, where an approved text could not go live; raises `NotPublished`."""
        if not member.may(Permission.PUBLISH):
            raise NotAllowed
        answer = self._answers.find(key).answer
        approval = next(iter(self._store.approvals(key)), None)
        if approval is None or approval.signature != answer.signature or not answer.is_approved:
            raise WrongState("This text is not approved as it stands.")
        self._publish(member, approval)

    def _publish(self, member: StaffMember, approval: Approval) -> None:
        placed = self._answers.find(approval.key)
        # The file is published whole, so what stands beside the answer must hold as well.
        for other in placed.files.all():
            if other.path == placed.answer.path and faults_of(other, other.wording, placed.files.known()):
                raise NotPublished(f"In the same file, “{other.heading}” cannot be said like this. Put it right first.")
        why = f"Answer {approval.key} approved by {approval.by_name}"
        self._publisher.publish(member, placed.files.root, placed.answer, approval.commit, why)
