"""Writing on an answer: save, submit, throw away. Nothing that somebody saved is ever lost."""

from __future__ import annotations

import time
from collections.abc import Callable

from clinic.review.answers.desk import AnswersDesk, faults_of
from clinic.review.answers.drafts import (
    AnswerChanged,
    Draft,
    DraftChanged,
    DraftState,
    DraftText,
    HasFaults,
    NoSuchDraft,
    NotAllowed,
    WrongState,
)  # fmt: skip
from clinic.review.answers.ports import DraftStore
from clinic.review.answers.wording import AnswerKey, Wording
from clinic.staff.model import Permission, StaffMember
from clinic.staff.ports import AuditLog

_LONGEST_TEXT, _MOST_CLAIMS, _LONGEST_CLAIM = 4_000, 40, 500


class DraftDesk:
    """Drafts of answers; one answer has one draft, and whoever saves says which version they saw."""

    def __init__(
        self, answers: AnswersDesk, store: DraftStore, audit: AuditLog, now: Callable[[], float] = time.time
    ) -> None:
        """`answers`: where the words of now stand."""
        self._answers, self._store, self._audit, self._now = answers, store, audit, now

    def save(self, member: StaffMember, key: AnswerKey, wording: Wording, seen: int) -> Draft:
        """Save a text; `seen`: version of the draft that was on the page, 0 where there was none.

        Raises `DraftChanged` with the other text where somebody saved since, and `AnswerChanged` where a first draft
        says just what is said already.
        """
        _ensure(member, Permission.EDIT)
        _ensure_size(wording)
        placed = self._answers.find(key)
        draft = self._store.live_for(key)
        if draft is None and seen == 0:
            if wording == placed.answer.wording:
                raise WrongState("Nothing was changed, so there is nothing to save.")
            saved = self._store.begin(key, wording, placed.answer.signature, member, self._now())
            return self._told("answers.draft_begun", member, saved, self._of(key))
        if draft is None:
            raise NoSuchDraft
        if draft.version != seen:
            raise DraftChanged(draft)
        saved = self._store.save(draft.id, seen, wording, placed.answer.signature, member, self._now())
        return self._told("answers.draft_saved", member, saved, self._of(key))

    def submit(self, member: StaffMember, key: AnswerKey, seen: int) -> Draft:
        """Ask for a clinician's approval; raises `HasFaults`, `DraftChanged`, `AnswerChanged`."""
        _ensure(member, Permission.EDIT)
        draft, placed = self._seen(key, seen), self._answers.find(key)
        if draft.state is DraftState.WAITING:
            return draft
        if draft.based_on != placed.answer.signature:
            raise AnswerChanged(placed.answer)
        if faults := faults_of(placed.answer, draft.wording, placed.files.known()):
            raise HasFaults(faults)
        moved = self._store.move(draft.id, seen, DraftState.WAITING, self._now(), member)
        return self._told("answers.submitted", member, moved, self._of(key))

    def drop(self, member: StaffMember, key: AnswerKey, seen: int) -> Draft:
        """Throw the draft away; its texts stay in the database."""
        _ensure(member, Permission.EDIT)
        draft = self._seen(key, seen)
        dropped = self._store.move(draft.id, seen, DraftState.DROPPED, self._now(), member)
        return self._told("answers.draft_dropped", member, dropped, self._of(key))

    def texts(self, draft: Draft) -> list[DraftText]:
        """Every text that was saved, newest first."""
        return self._store.texts(draft.id)

    def _seen(self, key: AnswerKey, seen: int) -> Draft:
        draft = self._store.live_for(key)
        if draft is None:
            raise NoSuchDraft
        if draft.version != seen:
            raise DraftChanged(draft)
        return draft

    def _of(self, key: AnswerKey) -> Draft | None:
        return self._store.live_for(key)

    def _told(self, action: str, member: StaffMember, done: Draft | None, theirs: Draft | None) -> Draft:
        """The draft as it is now, in the record; raises where somebody was faster."""
        if done is None:
            raise DraftChanged(theirs) if theirs else NoSuchDraft
        self._audit.note(member.id, action, str(done.key), {"draft": done.id, "version": done.version})
        return done


def _ensure(member: StaffMember, permission: Permission) -> None:
    if not member.may(permission):
        raise NotAllowed


def _ensure_size(wording: Wording) -> None:
    """Far beyond what the checks let through, so that nothing typed is refused before it is checked."""
    longest = max((len(claim.says) for claim in wording.claims), default=0)
    if len(wording.text) > _LONGEST_TEXT or len(wording.claims) > _MOST_CLAIMS or longest > _LONGEST_CLAIM:
        raise WrongState(
            f"This is too long to be saved: at most {_LONGEST_TEXT} characters of text, {_MOST_CLAIMS} statements, "
            f"and {_LONGEST_CLAIM} characters in each statement."
        )
