"""What the staff of the demonstration clinic have done so far: answers, lessons, sets of changes, chats, the inbox."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import yaml

from clinic.bootstrap.handoff import chat_desk
from clinic.bootstrap.review import answer_desks, change_set_desk, emergency_desk, inbox_desk, teaching_desk
from clinic.review.answers.approvals import Seen
from clinic.review.answers.desks import AnswerDesks
from clinic.review.answers.passages import seal_of
from clinic.review.answers.wording import AnswerKey, Wording
from clinic.review.changes.change_set import ChangeSet
from clinic.review.inbox.model import InboxQuery, Sign
from clinic.review.teaching.model import Lesson, LessonKind, Sentence
from clinic.settings import Settings
from tools.demo.checks import write_check
from tools.demo.staff import DemoStaff

_WORDS = Path(__file__).with_name("words.yml")
_MINUTE = 60.0


def work(settings: Settings, staff: DemoStaff, chats: Mapping[str, str]) -> dict[str, str]:
    """Do it; the places of what pictures show."""
    written = yaml.safe_load(_WORDS.read_text("utf-8"))
    _write_answers(answer_desks(settings), staff, written["drafts"])
    _look_at_chats(settings, staff, chats)
    _tidy_the_inbox(settings, staff, chats["parking"], written["notes"]["tag"])
    return _change(settings, staff, written)


def _write_answers(desks: AnswerDesks, staff: DemoStaff, drafts: list[dict[str, Any]]) -> None:
    for draft in drafts:
        key = AnswerKey.read(draft["key"])
        if key is None:
            raise ValueError(f"{_WORDS.name}: no answer is called {draft['key']}")
        now = desks.answers.find(key).answer.wording
        former, new = draft["swap"]
        text = now.text.replace(former, new, 1)
        saved = desks.drafts.save(staff.nurse, key, Wording(text, now.claims, now.sections), 0)
        if draft["until"] != "written":
            saved = desks.drafts.submit(staff.nurse, key, saved.version)
        if draft["until"] == "sent_back":
            desks.approvals.send_back(staff.doctor, key, saved.version, draft["reason"])
        if draft["until"] == "approved":
            _approve(desks, staff, key)


def _approve(desks: AnswerDesks, staff: DemoStaff, key: AnswerKey) -> None:
    placed, draft = desks.answers.find(key), desks.answers.draft_of(key)
    if draft is None:
        raise ValueError(f"{key} has no draft")
    passages = desks.approvals.passages(placed, draft.wording)
    seen = Seen(placed.answer.signature_with(draft.wording), seal_of(passages), draft.version)
    desks.approvals.approve(staff.doctor, key, seen)


def _look_at_chats(settings: Settings, staff: DemoStaff, chats: Mapping[str, str]) -> None:
    desk, emergencies = chat_desk(settings), emergency_desk(settings)
    desk.take_over(staff.nurse, chats["taken"])
    desk.write(staff.nurse, chats["taken"], uuid4().hex, "It does not hurt. You may eat as always before it.")
    seen = emergencies.listed()[-1]
    emergencies.acknowledge(seen.sender, seen.message_id, staff.desk.id, "Called back, her daughter is with her.")


def _tidy_the_inbox(settings: Settings, staff: DemoStaff, parking: str, tag: str) -> None:
    desk, now = inbox_desk(settings), time.time()
    desk.catch_up(30)
    found = [turn for turn in desk.page(InboxQuery(sign=Sign.MISSED)).turns if turn.asked_at < now - 24 * 60 * _MINUTE]
    desk.review(staff.nurse, [turn.id for turn in found[::3]], True, now)
    asked = [turn.id for turn in desk.conversation(parking)][-1:]
    desk.tag(staff.nurse, asked, tag, now)
    desk.assign(staff.nurse, asked, staff.desk.id, now)


def _change(settings: Settings, staff: DemoStaff, written: Mapping[str, Any]) -> dict[str, str]:
    """The last one made is the current set; the places of all."""
    desk, places = change_set_desk(settings), {}
    for wanted in reversed(written["sets"]):
        made = desk.open(staff.nurse, wanted["title"])
        _teach(settings, staff, written["lesson"], made)
        if "comment" in wanted:
            desk.comment(made.id, staff.desk, wanted["comment"])
            places["change_set"] = made.id
        else:
            places[wanted["stays"]] = write_check(settings, staff, made.id, wanted["stays"], written["checks"])
    return places


def _teach(settings: Settings, staff: DemoStaff, lesson: Mapping[str, Any], into: ChangeSet) -> None:
    sentences = tuple(Sentence(text) for text in lesson["sentences"])
    made = Lesson(LessonKind.EXAMPLE, sentences, topic=lesson["topic"], is_confirmed=True)
    desk = teaching_desk(settings)
    token = desk.look(made, change_set_desk(settings).tree(into.id), wait=60).token
    desk.save(staff.nurse, Lesson(**{**made.__dict__, "seen": token}), wait=60)
