"""The page on which a conversation becomes one that must stay right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fastapi import Request, Response
from starlette.datastructures import FormData

from clinic.review.teaching.desk import TeachingDesk
from clinic.review.teaching.dialogue_from_chat import KINDS, DialogueDesk, DialogueDraft, DialogueRefused
from clinic.review.teaching.model import Saved
from clinic.review.teaching.verbatim import RULE
from clinic.staff.model import StaffMember
from web.staff.pages import StaffPages

_TEMPLATE = "teach_dialogue.html"
_MOST = 2_000  # characters of a field


class DialoguePages:
    """Pages of dialogues; the desks are asked for on use."""

    def __init__(
        self, pages: StaffPages, desk: Callable[[], DialogueDesk], teaching: Callable[[], TeachingDesk]
    ) -> None:
        self._pages, self._desk, self._teaching = pages, desk, teaching

    def first(self, request: Request, member: StaffMember, turn: str) -> Response:
        """With suggestions; raises `MessageGone`."""
        return self._show(request, member, self._desk().draft(turn, self._teaching().ground()), is_confirmed=False)

    def answer(self, request: Request, member: StaffMember, form: FormData) -> Response | Saved:
        """Save it, or show it again; raises `MessageGone`."""
        draft = self._desk().draft(_typed(form, "turn"), self._teaching().ground())
        steps = tuple(
            replace(
                step,
                sentence=_typed(form, f"sentence-{step.number}") or step.sentence,
                kind=_typed(form, f"kind-{step.number}"),
                topic=_typed(form, f"topic-{step.number}"),
                is_kept=_typed(form, f"keep-{step.number}") == "yes",
            )
            for step in draft.steps
        )
        draft = replace(draft, title=_typed(form, "title"), steps=steps)
        is_confirmed = _typed(form, "confirm") == "yes"
        try:
            return self._desk().save(member, draft, is_confirmed=is_confirmed)
        except DialogueRefused as refused:
            return self._show(request, member, refused.draft, is_confirmed=is_confirmed)

    def _show(self, request: Request, member: StaffMember, draft: DialogueDraft, *, is_confirmed: bool) -> Response:
        ground = self._teaching().ground()
        known = {t.name: t.title for t in ground.topics.by_name.values()}
        # Replies have finer topics than examples: those of this conversation can be chosen as well.
        known |= {s.topic: s.topic.replace("_", " ") for s in draft.steps if s.topic and s.topic not in known}
        return self._pages.show(
            request, _TEMPLATE, member, 422 if draft.faults else 200, draft=draft, kinds=list(KINDS.items()),
            topics=sorted(known.items(), key=lambda t: t[1].casefold()), rule=RULE, errors=draft.faults,
            is_confirmed=is_confirmed,
        )  # fmt: skip


def _typed(form: FormData, name: str) -> str:
    found = form.get(name)
    return found[:_MOST].strip() if isinstance(found, str) else ""
