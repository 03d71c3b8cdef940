"""A conversation becomes a regression dialogue: rewritten like an example, with what was right as what is expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from clinic.review.content.edits import add_dialogue, suggested_name
from clinic.review.content.errors import ContentError
from clinic.review.content.take_back import Done, recorded
from clinic.review.content.tree import ContentTree
from clinic.review.teaching.desk import ground_of
from clinic.review.teaching.model import MessageGone, PatientMessage, Saved
from clinic.review.teaching.ports import ChangeSets, ChatLine, TaughtTurns
from clinic.review.teaching.rewriting import Rewriting
from clinic.review.teaching.sentence_checks import Ground, SentenceChecks
from clinic.staff.model import StaffMember
from clinic.staff.ports import AuditLog

# What a reply can be (`kind` of the REST contract), in words for staff.
KINDS: Mapping[str, str] = {
    "answer": "an answer", "booking": "booking", "emergency": "call for help now", "urgent": "see a doctor today",
    "refusal": "a question for a doctor", "not_covered": "no answer to this yet", "out_of_scope": "not about us",
    "clarify": "asks what is meant", "chitchat": "small talk", "handoff": "passes on to staff",
}  # fmt: skip
_BESIDE = frozenset({"reminder", "kept_question"})  # replies that stand beside the one that counts
# What visitors give to a form: made-up ones stand for them, and pass every check.
_MADE_UP = {
    "name": "Robin Example", "contact": "robin@example.com", "reference": "{reference}",
    "reason": "restless legs at night",
}  # fmt: skip
_CONFIRM = "Read all sentences once more, and confirm that nothing in them can tell who asked."
_TWO_MARKS = ("{", "}")


@dataclass(frozen=True)
class DialogueStep:
    """One message of the dialogue and what must come back; an empty `kind` or `topic` is not looked at.

    `number`: of the line of the conversation, from 1; `is_made_up`: the sentence stands for what a form asked for.
    """

    number: int
    shown: str
    sentence: str
    kind: str = ""
    topic: str = ""
    is_button: bool = False
    is_kept: bool = True
    is_made_up: bool = False


@dataclass(frozen=True)
class DialogueDraft:
    """A dialogue before it is saved; `faults` by field; `turn`: of the inbox, empty for one that was made up."""

    turn: str
    title: str
    steps: tuple[DialogueStep, ...]
    faults: Mapping[str, str] = field(default_factory=dict)


class DialogueRefused(ContentError):
    """It cannot be saved as it stands; `draft` says why."""

    def __init__(self, draft: DialogueDraft) -> None:
        super().__init__(next(iter(draft.faults.values())))
        self.draft = draft


class DialogueDesk:
    """Use cases; safe to share between threads. Raises `ChangesError`s."""

    def __init__(
        self,
        changes: ChangeSets,
        turns: TaughtTurns,
        checks: SentenceChecks,
        rewriting: Rewriting,
        audit: AuditLog,
    ) -> None:
        self._changes, self._turns, self._checks = changes, turns, checks
        self._rewriting, self._audit = rewriting, audit

    def draft(self, turn: str, ground: Ground) -> DialogueDraft:
        """The conversation of a turn with suggestions; raises `MessageGone`."""
        steps, asked = [], ""
        for number, line in enumerate(self._lines(turn), start=1):
            steps.append(self._step(number, line, asked, ground))
            asked = _asked(line.replies)
        return DialogueDraft(turn, "", tuple(steps))

    def save(self, member: StaffMember, draft: DialogueDraft, *, is_confirmed: bool) -> Saved:
        """Save it as one change of the current set; raises `DialogueRefused`."""
        current = self._changes.current(member)
        checked = self.checked(draft, ground_of(self._changes.tree(current.id)))
        faults = dict(checked.faults)
        if not is_confirmed:
            faults.setdefault("confirm", _CONFIRM)
        if faults:
            raise DialogueRefused(replace(checked, faults=faults))
        name, done = suggested_name(draft.title), list[Done]()

        def add(tree: ContentTree) -> None:
            done[:] = [recorded(tree, lambda t: add_dialogue(t, name, as_dialogue(checked)))]

        try:
            self._changes.edit(current.id, member, f"Teach a conversation: {name}", add)
        except ContentError as error:
            fault = {"title" if error.field in ("name", "title") else "": str(error)}
            raise DialogueRefused(replace(checked, faults=fault)) from error
        self._audit.note(member.id, "teach.dialogue", current.id, {"name": name, "messages": len(draft.steps)})
        return Saved(current.id, current.title, f"a conversation to be kept right ({name})", done[0])

    def checked(self, draft: DialogueDraft, ground: Ground) -> DialogueDraft:
        """With the faults that it has; what stands on a button is left as it stands there."""
        lines = self._lines(draft.turn) if draft.turn else ()
        draft = replace(draft, steps=tuple(_as_pressed(step, lines) for step in draft.steps))
        said = [line.message for line in lines if not line.is_button]
        faults: dict[str, str] = {}
        if not suggested_name(draft.title):
            faults["title"] = "Say in a few words what the conversation shows."
        elif fault := self._checks.personal_fault(draft.title, said) or self._checks.copied(
            draft.title, said, ground.topics
        ):
            faults["title"] = fault
        for step in (s for s in draft.steps if s.is_kept):
            message = lines[step.number - 1].message if 0 < step.number <= len(lines) else None
            gone = str(MessageGone()) if draft.turn and message is None else None
            if fault := gone or self._fault(step, said, ground):
                faults[f"sentence-{step.number}"] = fault
        if not any(s.is_kept for s in draft.steps):
            faults[""] = "The conversation has no messages left."
        elif not any(s.is_kept and (s.kind or s.topic) for s in draft.steps):
            faults[""] = "Say for at least one message what must come back."
        return replace(draft, faults=faults)

    def _fault(self, step: DialogueStep, said: Sequence[PatientMessage], ground: Ground) -> str | None:
        if step.kind and step.kind not in KINDS:
            return "Choose what must come back from the list."
        if step.is_button or step.sentence in _MADE_UP.values():
            return None  # our own words
        if any(mark in step.sentence for mark in _TWO_MARKS):
            return "Curly brackets have a meaning of their own here. Leave them out."
        return self._checks.check(step.sentence, ground, said).fault

    def _lines(self, turn: str) -> Sequence[ChatLine]:
        found = self._turns.conversation(turn)
        if not found:
            raise MessageGone
        return found

    def _step(self, number: int, line: ChatLine, asked: str, ground: Ground) -> DialogueStep:
        kind, topic = _expected(line.replies)
        made_up = _MADE_UP.get(asked, "") if not line.is_button and kind == "booking" else ""
        if made_up:
            sentence = made_up
        elif line.is_button:
            sentence = line.message.text
        else:
            sentence = self._rewriting.suggest(line.message.text, ground.topics.is_everyday).sentence
        return DialogueStep(number, line.message.shown, sentence, kind, topic, line.is_button, is_made_up=bool(made_up))


def _as_pressed(step: DialogueStep, lines: Sequence[ChatLine]) -> DialogueStep:
    line = lines[step.number - 1] if 0 < step.number <= len(lines) else None
    if not lines:
        return step
    if line is None or not line.is_button:
        return replace(step, is_button=False)
    return replace(step, is_button=True, sentence=line.message.text)


def as_dialogue(draft: DialogueDraft) -> dict[str, Any]:
    """In the form of `tests/conversations`."""
    turns = []
    for step in (s for s in draft.steps if s.is_kept):
        turn = {"press" if step.is_button else "say": " ".join(step.sentence.split())}
        turn |= {key: value for key, value in (("kind", step.kind), ("topic", step.topic)) if value}
        turns.append(turn)
    return {"dialogue": " ".join(draft.title.split()), "turns": turns}


def _expected(replies: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """Kind and topic of the first reply that counts."""
    for metadata in (reply.get("metadata") or {} for reply in replies):
        if metadata.get("topic") not in _BESIDE and metadata.get("kind") in KINDS:
            return str(metadata["kind"]), str(metadata.get("topic") or "")
    return "", ""


def _asked(replies: Sequence[Mapping[str, Any]]) -> str:
    """The field that an open form waits for, as `tests/conversations/test_dialogues.py` reads it."""
    topics = [str((reply.get("metadata") or {}).get("topic") or "") for reply in replies]
    last = next((topic for topic in reversed(topics) if topic not in _BESIDE), "")
    return last.removeprefix("appointment_").removeprefix("visit_")
