"""A lesson as edits of the content, and what it is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clinic.review.changes.difference import called, counted
from clinic.review.content.bare_words import words
from clinic.review.content.edits import add_example, add_red_flag, add_topic, suggested_name
from clinic.review.content.errors import ContentError
from clinic.review.content.tree import ContentTree
from clinic.review.content.typed import title_of, topic_name_of
from clinic.review.teaching.dangers import load_red_flags
from clinic.review.teaching.model import CheckedSentence, Lesson, LessonKind


def apply(tree: ContentTree, lesson: Lesson, lines: Sequence[str]) -> None:
    """Write a lesson with its checked sentences; raises `ContentError`."""
    if lesson.kind is LessonKind.NEW_TOPIC:
        add_topic(tree, lesson.group, suggested_name(lesson.title), lesson.title, lines, lesson.answer)
        return
    target = lesson.target
    if lesson.kind is LessonKind.RED_FLAG:
        target = load_red_flags(tree.root).intent(lesson.category) if lesson.with_sentence else None
        if lesson.has_pattern:
            add_red_flag(tree, lesson.category, lesson.pattern)
    if target is None:
        return
    for line in lines:
        add_example(tree, target, line)


def new_topic_fault(lesson: Lesson) -> str | None:
    """What is wrong with the title of a new topic, from which its name is made."""
    try:
        title_of(lesson.title)
        topic_name_of(suggested_name(lesson.title))
    except ContentError as error:
        return str(error)
    return None


def taught(lesson: Lesson, titles: Mapping[str, str]) -> str:
    """What is taught, without a patient's words; `titles`: how topics are called."""
    sentences = counted(len(lesson.sentences), "sentence")
    if lesson.kind is LessonKind.NEW_TOPIC:
        return f"new topic {lesson.title.strip()}, {sentences}"
    if lesson.kind is LessonKind.RED_FLAG:
        return f"red flag {lesson.category.replace('_', ' ')}"
    return f"“{called(lesson.target or '', titles)}”, {sentences}"


def said_twice(checked: Sequence[CheckedSentence]) -> dict[str, str]:
    """Faults of sentences that stand there twice, by field."""
    found: dict[str, str] = {}
    seen: set[str] = set()
    for at, sentence in enumerate(checked, start=1):
        bare = " ".join(words(sentence.sentence))
        if bare and bare in seen:
            found[f"sentence-{at}"] = "This sentence is there twice. Leave one of them empty."
        seen.add(bare)
    return found


def field_of(field: str | None) -> str:
    """The field of the form that a fault of an edit belongs to."""
    return "sentence-1" if field in (None, "sentence", "sentences") else str(field)
