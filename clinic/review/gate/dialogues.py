"""Regression dialogues: conversations as data, and what is wrong with a conversation that should have been one.

Runs over REST, so it needs nothing but a sender and a database to look into; who talks is `Conversation`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import yaml

from clinic.booking.timetable import Timetable

KEYS = frozenset({"say", "press", "kind", "kinds", "topic", "topics", "not_kind", "asks", "stored", "new"})
_FIELDS = frozenset({
    "visit_type", "clinician", "time", "name", "contact", "reason", "preferred_time", "confirmed", "reference",
})  # fmt: skip
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_REFERENCE = re.compile(r"[Rr]eference(?: is)? ([2-9A-HJ-NP-Z]{8})\b")
Row = Mapping[str, str]


@dataclass(frozen=True)
class Dialogue:
    """A file of `tests/conversations`; `not_yet` gives the reason where it waits for a part that is not built."""

    name: str
    turns: list[dict[str, Any]]
    not_yet: str | None = None


class Conversation(Protocol):
    """One sender talking."""

    last: list[dict[str, Any]]
    """The replies to the last message, in the shape of the REST contract."""

    def say(self, message: str) -> list[str]:
        """Send a message; the kinds of the replies."""

    def press(self, title: str) -> list[str]:
        """Press a button of the last replies; the kinds of the replies. Raises `LookupError` without such a button."""

    def stored(self) -> list[Row]:
        """What came into the database since the conversation began."""


def load_dialogue(path: Path) -> Dialogue:
    """A dialogue of a file; raises `ValueError` with the file's name for one that cannot be run."""
    try:
        data = yaml.load(path.read_text("utf-8"), Loader=_LOADER)  # noqa: S506 - CSafeLoader or SafeLoader
        turns = data["turns"]
        unknown = {key for turn in turns for key in turn} - KEYS
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise ValueError(f"{path.name}: it is not a dialogue ({type(error).__name__})") from error
    if unknown:
        raise ValueError(f"{path.name}: {', '.join(sorted(unknown))} is not known in a dialogue")
    return Dialogue(f"{path.parent.name}/{path.stem}", turns, data.get("not_yet"))


def days_in_words(timetable: Timetable) -> dict[str, str]:
    """Dates that are open, closed and too far off whenever it runs; a dialogue says `{open_day}` and the like."""
    today = datetime.now(timetable.zone).date()
    ahead = [today + timedelta(days=number) for number in range(3, 40)]
    is_open = [day for day in ahead if len(timetable.hours_on(day)) == 2]  # morning and afternoon
    closed = next(day for day in ahead if not timetable.hours_on(day))
    days = {
        "open_day": is_open[0], "other_open_day": is_open[1], "third_open_day": is_open[2], "closed_day": closed,
        "far_open_day": is_open[-1], "another_far_open_day": is_open[-2],
        "too_far": today + timetable.horizon + timedelta(days=20),
    }  # fmt: skip
    return {name: f"{day:%B} {day.day}" for name, day in days.items()}


def fault_of(dialogue: Dialogue, talk: Conversation, days: Mapping[str, str]) -> str | None:
    """The first thing that is not as the dialogue says, in words; `None` when all is."""
    reference, last = "", ""
    for number, turn in enumerate(dialogue.turns, start=1):
        said = turn.get("say", "").format(**days, reference=reference)
        try:
            kinds = talk.press(turn["press"]) if "press" in turn else talk.say(said)
        except LookupError:
            return f"turn {number}: there is no button {turn['press']!r}"
        reference = _reference_in(talk.last) or reference
        wrong = next(_wrong(turn, kinds, talk, last), None)
        if wrong:
            got = ", ".join(f"{kind} ({topic})" for kind, topic in zip(kinds, _topics(talk), strict=True))
            return f"turn {number}, {turn.get('say', turn.get('press'))!r}: {wrong}; got {got}"
        last = talk.last[-1]["text"]
    return None


def _wrong(turn: Mapping[str, Any], kinds: list[str], talk: Conversation, last: str) -> Iterator[str]:
    topics = _topics(talk)
    if "kind" in turn and not set(_as_list(turn["kind"])) & set(kinds):
        yield f"the reply should be {turn['kind']}"
    if "not_kind" in turn and set(_as_list(turn["not_kind"])) & set(kinds):
        yield f"the reply should not be {turn['not_kind']}"
    if "kinds" in turn and kinds != turn["kinds"]:
        yield f"the replies should be {turn['kinds']}"
    if "topic" in turn and not set(_as_list(turn["topic"])) & set(topics):
        yield f"the reply should be about {turn['topic']}"
    if "topics" in turn and [t for t in topics if t in turn["topics"]] != turn["topics"]:
        yield f"the replies should be about {turn['topics']}"
    if "asks" in turn and _asked(topics) != turn["asks"]:
        yield f"it should ask for {turn['asks']}"
    if turn.get("new") and talk.last[0]["text"] == last:
        yield "the reply should be another one than before"
    if "stored" in turn:
        found = talk.stored()
        expected = turn["stored"]
        if expected == "none" and found:
            yield "nothing should have been stored"
        elif expected != "none" and not any(expected.items() <= dict(row).items() for row in found):
            yield f"stored should be {expected}"


def _asked(topics: list[str]) -> str | None:
    """The field an open form waits for: the last reply asks for it, but for a reminder or a kept question."""
    asking = [t for t in topics if t not in {"reminder", "kept_question"}]
    topic = asking[-1].removeprefix("appointment_") if asking else ""
    topic = topic.removeprefix("visit_") if topic != "visit_type" else topic
    return topic if topic in _FIELDS else None


def _topics(talk: Conversation) -> list[str]:
    return [reply["metadata"]["topic"] for reply in talk.last]


def _reference_in(replies: list[dict[str, Any]]) -> str | None:
    given = (_REFERENCE.search(reply["text"]) for reply in replies)
    return next((match[1] for match in given if match), None)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
