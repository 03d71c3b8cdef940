"""The page of a lesson: first with suggestions, then with what was typed and what is said about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from fastapi import Request, Response

from clinic.review.teaching.desk import TeachingDesk
from clinic.review.teaching.model import Lesson, LessonKind, Look, PatientMessage, Saved, TeachingRefused
from clinic.review.teaching.sentence_checks import Ground
from clinic.review.teaching.verbatim import RULE
from clinic.staff.model import StaffMember
from web.staff.pages import StaffPages
from web.staff.teach.lesson_form import GROUPS, LessonForm, MessageField, all_topics, choices, message_fields
from web.staff.teach.receipts import Receipts

_TEMPLATE = "teach_lesson.html"
_READ_FIRST = "Read what is said about the sentence first. If you still want it, save once more."
_CHECK, _GONE = "check", "gone"


class LessonPages:
    """Pages of lessons; `desk` is asked for on use."""

    def __init__(self, pages: StaffPages, desk: Callable[[], TeachingDesk], receipts: Receipts) -> None:
        self._pages, self._desk, self._receipts = pages, desk, receipts

    def first(self, request: Request, member: StaffMember, turns: Sequence[str]) -> Response:
        """With a suggestion for each message; raises `MessageGone`."""
        desk = self._desk()
        ground, messages = desk.ground(), desk.messages(turns)
        fields = []
        for number, message in enumerate(messages, 1):
            suggestion = desk.suggest(message, ground)
            mark = self._receipts.mark(message.text)
            fields.append(
                MessageField(number, message.turn, mark, message.shown, suggestion.sentence, suggestion.is_free)
            )
        fields = fields or [MessageField(1, "", "", "", "")]
        turns, marks = tuple(f.turn for f in fields), tuple(f.mark for f in fields)
        form = LessonForm(turns, marks, tuple(f.sentence for f in fields))
        look = _looked(desk, form, ground, Lesson(LessonKind.EXAMPLE, ()), messages)
        if look.danger:
            form = replace(form, what=LessonKind.RED_FLAG.value)
        return self._show(request, member, form, ground, fields, look, messages, {}, is_first=True)

    def answer(self, request: Request, member: StaffMember, form: LessonForm) -> Response | Saved:
        """Save it, or show it again."""
        desk = self._desk()
        ground = desk.ground()
        form, messages = self._with_messages(form, desk)
        lesson, fields_of, faults = form.lesson(ground.topics)
        fields = message_fields(form, {m.turn: m for m in messages})
        if form.act == _CHECK or faults:
            look = desk.look(lesson)
            shown = {} if form.act == _CHECK else {**faults, **_placed(look, fields_of, lesson)}
            return self._show(request, member, form, ground, fields, look, messages, shown)
        try:
            return desk.save(member, lesson)
        except TeachingRefused as refused:
            shown = _placed(refused.look, fields_of, lesson) or {"": _READ_FIRST}
            return self._show(request, member, form, ground, fields, refused.look, messages, shown)

    def look(self, request: Request, member: StaffMember, form: LessonForm) -> Response:
        """What is said about what is typed just now, as a piece of the page."""
        desk = self._desk()
        form, _ = self._with_messages(form, desk)
        lesson, _, _ = form.lesson(desk.ground().topics)
        look = desk.look(lesson)
        return self._pages.show(request, "teach_look.html", member, look=look, failed="", seen=look.token)

    def _with_messages(self, form: LessonForm, desk: TeachingDesk) -> tuple[LessonForm, list[PatientMessage]]:
        """The messages that were shown; raises `MessageGone` where none is left.

        The number of an erased message may be another's by now, whose words say nothing about the first one's.
        """
        found = {m.turn: m for m in desk.messages([turn for turn in form.turns if turn])}
        marks = dict(zip(form.turns, form.marks, strict=True))
        kept = {turn: m for turn, m in found.items() if marks[turn] in ("", self._receipts.mark(m.text))}
        turns = tuple(turn if not turn or turn in kept else _GONE for turn in form.turns)
        return replace(form, turns=turns), list(kept.values())

    def _show(
        self,
        request: Request,
        member: StaffMember,
        form: LessonForm,
        ground: Ground,
        fields: Sequence[MessageField],
        look: Look,
        messages: Sequence[PatientMessage],
        errors: Mapping[str, str],
        *,
        is_first: bool = False,
    ) -> Response:
        desk = self._desk()
        # What tells of danger is taught as nothing ordinary: these buttons would lead nowhere.
        nearest = [] if look.danger and len(fields) == 1 else _nearest(look, messages)
        sentence = next((s for s in form.sentences if s), "")
        if is_first and not look.danger:
            form = replace(form, pattern=desk.suggest_pattern(sentence, ground))
        if not form.category and look.danger:
            form = replace(form, category=look.danger.partition("_")[2])
        values: dict[str, Any] = {
            "form": form,
            "fields": fields, "choices": choices(nearest, ground.topics), "topics": all_topics(ground.topics),
            "groups": list(GROUPS.items()), "kinds": _dangers(ground), "rule": RULE, "look": look, "failed": "",
            "seen": "" if is_first else look.token, "errors": errors,
            "is_compared": all(s.around.by_meaning for s in look.sentences),
        }  # fmt: skip
        return self._pages.show(request, _TEMPLATE, member, 422 if errors else 200, **values)


def _looked(
    desk: TeachingDesk, form: LessonForm, ground: Ground, lesson: Lesson, messages: Sequence[PatientMessage]
) -> Look:
    """What is said about the suggestions, which belong to no topic yet."""
    checked = [
        desk.checks.check(sentence, ground, [message])
        for sentence, message in zip(form.sentences, messages, strict=False)
        if sentence
    ]
    # The message itself may tell of a danger that the suggestion has left out.
    heard = next((d for m in messages if (d := desk.checks.danger(m.text, ground))), None)
    if heard and checked:
        checked[0] = replace(checked[0], danger=heard)
    return Look(tuple(checked))


def _nearest(look: Look, messages: Sequence[PatientMessage]) -> list[str]:
    """Topics by how near they are to the sentences; before anything is typed, what the model thought of."""
    ranks: dict[str, float] = {}
    for sentence in look.sentences:
        for place, topic in enumerate(sentence.around.topics[:20]):
            ranks[topic] = ranks.get(topic, 0.0) + 1 / (place + 1)
    if not ranks:
        ranks = {topic: 1 / (place + 1) for m in messages for place, topic in enumerate(m.ranked)}
    return sorted(ranks, key=ranks.__getitem__, reverse=True)


def _placed(look: Look, fields_of: Mapping[int, int], lesson: Lesson) -> dict[str, str]:
    """Faults by the field of the page they belong to."""
    found: dict[str, str] = {}
    for name, fault in look.faults.items():
        kind, _, number = name.rpartition("-")
        if kind != "sentence":
            found["search" if name == "topic" and lesson.kind is LessonKind.EXAMPLE else name] = fault
        elif at := fields_of.get(int(number), 1):
            found[f"sentence-{at}"] = fault
        else:
            found.setdefault("more", f"“{lesson.sentences[int(number) - 1].text}”: {fault}")
    return {_NAMES.get(name, name): fault for name, fault in found.items()}


_NAMES = {"answer_text": "answer", "topic": "title"}  # as edits name them, and as the page does


def _dangers(ground: Ground) -> list[tuple[str, str]]:
    """Kinds of danger with their titles."""
    titles = [(category, ground.topics.title(ground.flags.intent(category))) for category in ground.flags.levels()]
    return sorted(titles, key=lambda found: found[1])
