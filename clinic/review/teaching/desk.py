"""Teaching: a visitor's message becomes a sentence of a topic, a new topic, or words that mean danger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from clinic.review.changes.change_set import ChangeSet, ChangeSetState
from clinic.review.content.edits import suggested_name
from clinic.review.content.errors import ContentError
from clinic.review.content.take_back import Done, recorded, take_back
from clinic.review.content.topic_files import TopicFileError, load_topics
from clinic.review.content.tree import ContentTree
from clinic.review.teaching.dangers import load_red_flags
from clinic.review.teaching.lesson_edits import apply, field_of, new_topic_fault, said_twice, taught
from clinic.review.teaching.model import (
    MOST_AT_ONCE,
    CheckedSentence,
    Lesson,
    LessonKind,
    Look,
    MessageGone,
    PatientMessage,
    Saved,
    Sentence,
    TeachingRefused,
)
from clinic.review.teaching.ports import ChangeSets, TaughtTurns
from clinic.review.teaching.red_flag_trial import RedFlagTrial, harmless_lines, suggest_pattern, try_red_flag
from clinic.review.teaching.rewriting import Rewriting, Suggestion
from clinic.review.teaching.sentence_checks import Ground, SentenceChecks
from clinic.staff.model import StaffMember
from clinic.staff.ports import AuditLog

_CONFIRM = "Read the sentence once more, and confirm that nothing in it can tell who asked."


class TeachingDesk:
    """Use cases; safe to share between threads. Raises `ChangesError`s in words for staff."""

    def __init__(
        self,
        changes: ChangeSets,
        turns: TaughtTurns,
        checks: SentenceChecks,
        rewriting: Rewriting,
        audit: AuditLog,
        main: ContentTree,
    ) -> None:
        """`main`: the content as long as no set of changes is open."""
        self._changes, self._turns, self.checks, self._rewriting = changes, turns, checks, rewriting
        self._audit, self._main = audit, main

    def ground(self) -> Ground:
        """The content as it is shown: with the changes of the newest open set."""
        return ground_of(self.tree())

    def tree(self) -> ContentTree:
        """The tree that is shown."""
        found = next((s for s in self._changes.all() if s.state is ChangeSetState.OPEN), None)
        return self._changes.tree(found.id) if found else self._main

    def messages(self, turns: Sequence[str]) -> list[PatientMessage]:
        """The messages of turns; raises `MessageGone` where none is left."""
        found = [m for turn in dict.fromkeys(turns[:MOST_AT_ONCE]) if (m := self._turns.message(turn)) is not None]
        if turns and not found:
            raise MessageGone
        return found

    def suggest(self, message: PatientMessage, ground: Ground) -> Suggestion:
        """A sentence for a message."""
        return self._rewriting.suggest(message.text, ground.topics.is_everyday)

    def suggest_pattern(self, sentence: str, ground: Ground) -> str:
        """The words of a sentence that could mean danger."""
        return suggest_pattern(ground.flags, sentence)

    def look(self, lesson: Lesson, tree: ContentTree | None = None, wait: float = 0.0) -> Look:
        """All checks of a lesson; nothing is saved."""
        tree = tree or self.tree()
        ground = ground_of(tree)
        messages = self._messages_of(lesson)
        checked = tuple(self._checked(sentence, lesson, ground, messages, wait) for sentence in lesson.sentences)
        faults = {f"sentence-{at}": s.fault for at, s in enumerate(checked, start=1) if s.fault}
        if not checked:
            faults["sentence-1"] = "Type a sentence first."
        faults |= said_twice(checked)
        trial = None
        if lesson.kind is LessonKind.EXAMPLE and lesson.topic not in ground.topics.by_name:
            faults["topic"] = "Choose a topic."
        if lesson.kind is LessonKind.NEW_TOPIC:
            fault = new_topic_fault(lesson) or self.checks.personal_fault(lesson.title, list(messages.values()))
            faults |= {"title": fault} if fault else {}
            fault = self.checks.copied(lesson.answer, list(messages.values()), ground.topics)
            faults |= {"answer": fault} if fault else {}
        if lesson.kind is LessonKind.RED_FLAG:
            trial = self._trial(lesson, tree, ground, faults, list(messages.values()))
        return Look(checked, faults, trial)

    def save(self, member: StaffMember, lesson: Lesson, wait: float = 0.0) -> Saved:
        """Save a lesson as one change of the current set; raises `TeachingRefused` with the look."""
        current = self._changes.current(member)
        look = self.look(lesson, self._changes.tree(current.id), wait)
        faults = dict(look.faults)
        if not lesson.is_confirmed:
            faults.setdefault("confirm", _CONFIRM)
        if faults or lesson.seen != look.token:
            raise TeachingRefused(replace(look, faults=faults))
        lines = [sentence.sentence for sentence in look.sentences]
        what = taught(lesson, self._changes.titles(current.id))
        try:
            done = self._edit(current, member, f"Teach {what}", lambda tree: apply(tree, lesson, lines))
        except ContentError as error:
            raise TeachingRefused(replace(look, faults={field_of(error.field): str(error)})) from error
        turns = tuple(s.turn for s in lesson.sentences if s.turn)
        self._turns.note_taught(turns, member, what)
        self._audit.note(
            member.id, "teach.saved", current.id, {"kind": lesson.kind.value, "topic": what, "sentences": len(lines)}
        )
        return Saved(current.id, current.title, what, done, turns)

    def take_back(self, member: StaffMember, saved: Saved) -> None:
        """Undo what was saved, by another saved change of the same set."""
        self._changes.edit(
            saved.change_set, member, f"Take back: {saved.what}", lambda tree: take_back(tree, saved.done)
        )
        self._turns.note_taken_back(saved.turns, member)
        self._audit.note(member.id, "teach.taken_back", saved.change_set, {"topic": saved.what})

    def _edit(
        self, current: ChangeSet, member: StaffMember, message: str, change: Callable[[ContentTree], None]
    ) -> Done:
        done: list[Done] = []

        def remembered(tree: ContentTree) -> None:
            done[:] = [recorded(tree, change)]  # the desk may try twice

        self._changes.edit(current.id, member, message, remembered)
        return done[0]

    def _checked(
        self, sentence: Sentence, lesson: Lesson, ground: Ground, messages: Mapping[str, PatientMessage], wait: float
    ) -> CheckedSentence:
        if sentence.turn and sentence.turn not in messages:
            # Without the message nobody can tell whether these are its words.
            empty = self.checks.check(sentence.text, ground)
            return replace(empty, fault=str(MessageGone()))
        target = self._target(lesson, ground)
        is_ordinary = lesson.kind is not LessonKind.RED_FLAG
        # With all of them: a sentence may be another message's words, or one that was typed below it.
        found = list(messages.values())
        return self.checks.check(sentence.text, ground, found, target, is_ordinary=is_ordinary, wait=wait)

    @staticmethod
    def _target(lesson: Lesson, ground: Ground) -> str | None:
        if lesson.kind is LessonKind.RED_FLAG:
            is_kept = lesson.with_sentence and lesson.category in ground.flags.levels()
            return ground.flags.intent(lesson.category) if is_kept else None
        return lesson.target if lesson.kind is not LessonKind.NEW_TOPIC else suggested_name(lesson.title) or "new"

    def _trial(
        self,
        lesson: Lesson,
        tree: ContentTree,
        ground: Ground,
        faults: dict[str, str],
        messages: Sequence[PatientMessage],
    ) -> RedFlagTrial | None:
        if lesson.category not in ground.flags.levels():
            faults["category"] = "Choose the kind of danger."
            return None
        sentence = lesson.sentences[0].text if lesson.sentences else ""
        if not lesson.has_pattern and lesson.with_sentence and self.checks.danger(sentence, ground):
            return None
        try:
            lines = harmless_lines(tree.root, ground.topics)
            trial = try_red_flag(ground.flags, lesson.category, lesson.pattern, sentence, lines)
        except ContentError as error:
            faults[error.field or "pattern"] = str(error)
            return None
        if fault := self._pattern_fault(trial.pattern, messages, ground):
            faults["pattern"] = fault
        elif not trial.hears:
            faults["pattern"] = "These words do not fit the sentence: the alarm would not sound on it. Change them."
        return trial

    def _pattern_fault(self, pattern: str, messages: Sequence[PatientMessage], ground: Ground) -> str | None:
        fault = self.checks.personal_fault(pattern, messages)
        return fault or self.checks.copied(pattern, messages, ground.topics)

    def _messages_of(self, lesson: Lesson) -> dict[str, PatientMessage]:
        turns = dict.fromkeys(s.turn for s in lesson.sentences if s.turn)
        return {turn: m for turn in turns if (m := self._turns.message(turn)) is not None}


def ground_of(tree: ContentTree) -> Ground:
    """What sentences are checked on; raises `ContentError` where a file cannot be read."""
    try:
        return Ground(load_topics(tree.root), load_red_flags(tree.root))
    except TopicFileError as error:
        raise ContentError(f"{error}. Nothing can be taught until somebody has put it right.") from error
