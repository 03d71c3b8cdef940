"""Pages with the form in which an answer is written on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from clinic.review.answers.desk import Placed
from clinic.review.answers.desks import AnswerDesks
from clinic.review.answers.drafts import Draft, DraftChanged, DraftState
from clinic.review.answers.passages import PassageState, seal_of
from clinic.review.answers.wording import Wording
from clinic.staff.model import StaffMember
from web.staff.answers.views import AnswerForm, checked, compared, plain_blocks, reply_shown
from web.staff.answers.words import DRAFTS, KINDS, PASSAGES
from web.staff.pages import StaffPages

_WORDS = {"kinds": KINDS, "draft_words": DRAFTS, "passage_words": PASSAGES}


class AnswerPages:
    """The page of one answer in its states: to read, to write, of two who wrote at once, to approve."""

    def __init__(self, pages: StaffPages, desks: AnswerDesks) -> None:
        self._pages, self._desks = pages, desks

    def one(
        self,
        request: Request,
        member: StaffMember,
        placed: Placed,
        form: AnswerForm | None = None,
        errors: Mapping[str, str] | None = None,
        status: int = 200,
    ) -> Response:
        """The answer, what is typed, and what the checks say of it."""
        draft = self._desks.answers.draft_of(placed.answer.key)
        shown = form or AnswerForm(draft.wording if draft else placed.answer.wording, draft.version if draft else 0)
        texts = self._desks.drafts.texts(draft)[1:] if draft else []
        values = self._around(placed, shown.wording) | {
            "draft": draft, "form": shown, "checked": checked(placed, shown.wording), "texts": texts,
            "is_behind": draft is not None and draft.based_on != placed.answer.signature,
            "dislikes": self._desks.answers.dislikes(placed.answer),
            "history": self._desks.approvals.history(placed.answer.key), "errors": dict(errors or {}),
            "waits_for_readers": self._desks.wording.waits(placed),
            "is_waiting": draft is not None and draft.state is DraftState.WAITING,
        }  # fmt: skip
        return self._pages.show(request, "answers_one.html", member, status, **values)

    def conflict(
        self, request: Request, member: StaffMember, placed: Placed, form: AnswerForm, changed: DraftChanged
    ) -> Response:
        """Both texts; the form saves onto the other one, knowing it."""
        theirs = changed.theirs
        mine, others = form.wording, theirs.wording
        left, right = compared(others.text, mine.text, "only here", "only here")
        values = self._around(placed, mine) | {
            "theirs": theirs, "form": AnswerForm(mine, theirs.version, form.rows), "left": left, "right": right,
            "same_claims": mine.claims == others.claims and mine.sections == others.sections,
            "checked": checked(placed, mine), "draft": theirs, "errors": {"": str(changed)},
        }  # fmt: skip
        return self._pages.show(request, "answers_conflict.html", member, 409, **values)

    def approve(
        self,
        request: Request,
        member: StaffMember,
        placed: Placed,
        errors: Mapping[str, str] | None = None,
        status: int = 200,
        typed: Mapping[str, Any] | None = None,
    ) -> Response:
        """What is to be approved: the draft that waits, else the text as it stands."""
        found = self._desks.answers.draft_of(placed.answer.key)
        draft: Draft | None = found if found and found.state is DraftState.WAITING else None
        wording = draft.wording if draft else placed.answer.wording
        passages = self._desks.approvals.passages(placed, wording)
        left, right = compared(placed.answer.wording.text, wording.text)
        result = checked(placed, wording)
        values = self._around(placed, wording) | {
            "draft": draft, "checked": result, "left": left, "right": right, "wording": wording,
            "signature": placed.answer.signature_with(wording), "seal": seal_of(passages),
            "why_not": self._desks.approvals.why_not(member, placed.answer.key, draft),
            "errors": dict(errors or {}), "typed": {"months": 12, "reason": "", **(typed or {})},
            "unseen": [p for p in passages if p.state is not PassageState.SAME],
            "texts": self._desks.drafts.texts(draft) if draft else [],
        }  # fmt: skip
        return self._pages.show(request, "answers_approve.html", member, status, **values)

    def fragment(self, request: Request, member: StaffMember, placed: Placed, wording: Wording) -> Response:
        """The checks alone, and the reply for the preview beside them."""
        reply = json.dumps(reply_shown(placed, wording, self._desks.facts()))
        values: dict[str, Any] = {"checked": checked(placed, wording), "reply": reply}
        return self._pages.show(request, "answers_checks.html", member, **values)

    def _around(self, placed: Placed, wording: Wording) -> dict[str, Any]:
        sources = placed.files.sources()
        return {
            **_WORDS, "placed": placed, "answer": placed.answer, "key": str(placed.answer.key), "sources": sources,
            "source_choices": sorted(sources, key=lambda name: sources[name]["title"].lower()),
            "outline": placed.files.outline(), "passages": self._desks.approvals.passages(placed, wording),
            "reply": json.dumps(reply_shown(placed, wording, self._desks.facts())),
        }  # fmt: skip


def preview_values(placed: Placed, wording: Wording, desks: AnswerDesks) -> dict[str, Any]:
    """What the page inside the preview's frame shows."""
    reply = reply_shown(placed, wording, desks.facts())
    return {"reply": reply, "blocks": plain_blocks(reply["text"]), "heading": placed.answer.heading}
