"""The form of a lesson: read as it was typed, and shown again with all that was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from starlette.datastructures import FormData

from clinic.review.content.bare_words import words
from clinic.review.content.topic_files import ANSWER_GROUPS, NOT_COVERED, OUT_OF_SCOPE, Topics, is_danger
from clinic.review.teaching.model import ANSWER_STUB, MOST_AT_ONCE, Lesson, LessonKind, PatientMessage, Sentence

OTHER = "other"  # a topic that is searched for, and not one of those beside it
_TOPIC = "topic:"
_NEAREST = 5
_MOST = 8_000  # characters of a field
GROUPS: Mapping[str, str] = {
    "about": "What RLS is", "causes": "Causes", "management": "What helps", "visit": "Doctors and tests",
    "clinic": "The clinic",
}  # fmt: skip
assert set(GROUPS) == set(ANSWER_GROUPS)  # noqa: S101 - a group more needs its words here


@dataclass(frozen=True)
class LessonForm:
    """What was typed. `turns`, `marks` and `sentences` stand beside one another; a typed sentence has no turn.

    A mark tells the message that was shown from another one that may have its number by now.
    """

    turns: tuple[str, ...] = ("",)
    marks: tuple[str, ...] = ("",)
    sentences: tuple[str, ...] = ("",)
    what: str = ""
    search: str = ""
    title: str = ""
    group: str = "about"
    more: str = ""
    answer: str = ANSWER_STUB
    category: str = ""
    pattern: str = ""
    with_sentence: bool = True
    is_confirmed: bool = False
    seen: str = ""
    act: str = ""

    @classmethod
    def of(cls, form: FormData) -> LessonForm:
        """As a browser sends it; too long fields are cut, which the checks then name."""

        def typed(name: str) -> str:
            found = form.get(name)
            return found[:_MOST] if isinstance(found, str) else ""

        count = max(1, min(int(typed("count")) if typed("count").isdecimal() else 1, MOST_AT_ONCE))
        numbers = range(1, count + 1)
        return cls(
            tuple(typed(f"turn-{n}") for n in numbers), tuple(typed(f"mark-{n}") for n in numbers),
            tuple(typed(f"sentence-{n}").strip() for n in numbers),
            typed("what"), typed("search").strip(), typed("title"), typed("group"), typed("more"), typed("answer"),
            typed("category"), typed("pattern"), typed("with_sentence") == "yes", typed("confirm") == "yes",
            typed("seen"), typed("act"),
        )  # fmt: skip

    def lesson(self, topics: Topics) -> tuple[Lesson, dict[int, int], dict[str, str]]:
        """The lesson; the field of each of its sentences, 0 for those typed below one another; faults of the choice."""
        kept = [
            (n, Sentence(s, t or None)) for n, (s, t) in enumerate(zip(self.sentences, self.turns, strict=True), 1) if s
        ]
        faults: dict[str, str] = {}
        kind, topic = _kind(self.what), self.what.removeprefix(_TOPIC)
        if kind is None:
            faults["what"] = "Choose what the sentence is to become."
        if self.what == OTHER:
            topic, fault = _searched(self.search, topics)
            faults |= {"search": fault} if fault else {}
        if kind is LessonKind.NEW_TOPIC:
            kept += [(0, Sentence(line.strip())) for line in self.more.splitlines() if line.strip()]
        lesson = Lesson(
            kind or LessonKind.EXAMPLE, tuple(s for _, s in kept), topic, self.group, self.title, self.answer,
            self.category, self.pattern, self.with_sentence, self.is_confirmed, self.seen,
        )  # fmt: skip
        return lesson, {at: number for at, (number, _) in enumerate(kept, 1)}, faults


@dataclass(frozen=True)
class Choice:
    """A radio button: `key` is the number that chooses it."""

    value: str
    title: str
    hint: str = ""
    key: int | None = None


@dataclass(frozen=True)
class MessageField:
    """A message and the field of its sentence."""

    number: int
    turn: str
    mark: str
    shown: str
    sentence: str
    is_free: bool = True
    notes: Sequence[str] = field(default_factory=tuple)


def choices(nearest: Sequence[str], topics: Topics) -> list[Choice]:
    """The nearest topics first, then everything else that a message can become."""
    ordinary = [name for name in nearest if name in topics.by_name and not _is_apart(name)]
    found = [
        Choice(f"{_TOPIC}{name}", topics.title(name), _first_example(name, topics), key)
        for key, name in enumerate(ordinary[:_NEAREST], 1)
    ]
    return [
        *found,
        Choice(OTHER, "Another topic", "Search below over all topics."),
        Choice(LessonKind.NEW_TOPIC.value, "A new topic", "With an answer of its own."),
        Choice(LessonKind.OUT_OF_SCOPE.value, "Not about us", "The assistant says what it is here for."),
        Choice(
            LessonKind.NOT_COVERED.value, "No answer to this yet", "About RLS or the clinic: it is passed on to staff."
        ),
        Choice(LessonKind.RED_FLAG.value, "Danger", "These words must sound the alarm."),
    ]


def all_topics(topics: Topics) -> list[tuple[str, str]]:
    """Name and title of all, for the search."""
    return sorted(((t.name, t.title) for t in topics.by_name.values() if not _is_apart(t.name)), key=lambda t: t[1])


def message_fields(form: LessonForm, messages: Mapping[str, PatientMessage]) -> list[MessageField]:
    """The fields as they were typed."""
    return [
        MessageField(number, turn, mark, messages[turn].shown if turn in messages else "", sentence)
        for number, (turn, mark, sentence) in enumerate(zip(form.turns, form.marks, form.sentences, strict=True), 1)
    ]


def _is_apart(name: str) -> bool:
    """Whether it has a button of its own, or is a danger's."""
    return name in (OUT_OF_SCOPE, NOT_COVERED) or is_danger(name)


def _first_example(name: str, topics: Topics) -> str:
    examples = topics.by_name[name].examples
    return f"“{examples[0]}”" if examples else ""


def _kind(what: str) -> LessonKind | None:
    if what.startswith(_TOPIC) or what == OTHER:
        return LessonKind.EXAMPLE
    return next((kind for kind in LessonKind if kind.value == what and kind is not LessonKind.EXAMPLE), None)


def _searched(search: str, topics: Topics) -> tuple[str, str]:
    """The topic that somebody typed, by its title or name or a part of them; else why there is none."""
    asked = " ".join(words(search))
    if not asked:
        return "", "Type a part of the topic's name."
    known = {t.name: " ".join(words(t.title)) for t in topics.by_name.values()}
    same = [name for name, title in known.items() if asked in (title, " ".join(words(name)))]
    found = same or [n for n, title in known.items() if asked in title or asked in n.replace("_", " ")]
    if len(found) == 1:
        return found[0], ""
    if not found:
        return "", "No topic has these words in its name. Try others, or make a new topic."
    listed = ", ".join(f"“{topics.title(name)}”" for name in sorted(found)[:6])
    return "", f"Several topics fit: {listed}. Type more of it."
