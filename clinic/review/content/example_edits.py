"""Edits of what patients say, and of the words that mean danger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from clinic.review.content.errors import AlreadyThere, ContentError
from clinic.review.content.files import change, data_of, files_below
from clinic.review.content.tree import ContentTree
from clinic.review.content.typed import same_words, sentence_of
from clinic.review.content.yaml_comments import append
from clinic.review.content.yaml_round_trip import block, text
from clinic.triage.patterns import PatternError, compile_pattern

RED_FLAGS = "data/clinic/red_flags.yml"
NLU = "data/nlu"
_MOST_PATTERN = 300
_MARK = "- "


@dataclass(frozen=True)
class Example:
    """A training sentence, its topic, and the file it stands in."""

    topic: str
    sentence: str
    path: str


def examples_of(tree: ContentTree) -> Iterator[Example]:
    """Every training sentence; raises `ContentUnreadable`."""
    for path in files_below(tree, NLU):
        for item in data_of(tree, path).get("nlu") or ():
            if "intent" in item:
                for line in sentences_in(item):
                    yield Example(str(item["intent"]), line, path)


def sentences_in(item: Any) -> list[str]:
    """The sentences of one item of an NLU file."""
    lines = (line.strip() for line in str(item.get("examples") or "").splitlines())
    return [line.removeprefix(_MARK).strip() for line in lines if line.startswith(_MARK)]


def add_example(tree: ContentTree, topic: str, sentence: str) -> None:
    """A sentence more for a topic: one line more in one file."""
    said, known = sentence_of(sentence), list(examples_of(tree))
    paths = list(dict.fromkeys(example.path for example in known if example.topic == topic))
    if not paths:
        raise ContentError("There is no such topic. Choose one from the list.", "topic")
    refuse_known(known, said, topic)
    path = next((p for p in paths if p.endswith(f"/{topic}.yml")), paths[0])

    def with_sentence(data: Any) -> None:
        item = next(i for i in data["nlu"] if i.get("intent") == topic and i.get("examples") is not None)
        before = str(item["examples"])
        item["examples"] = block(f"{before}{'' if before.endswith(chr(10)) or not before else chr(10)}{_MARK}{said}\n")

    change(tree, path, with_sentence)


def remove_example(tree: ContentTree, topic: str, sentence: str) -> None:
    """A sentence less, as it is written: one line less in one file. The last one of a file stays."""
    found = next((e for e in examples_of(tree) if e.topic == topic and e.sentence == sentence), None)
    if found is None:
        raise ContentError("This sentence does not stand under this topic any more.", "sentence")

    def without_sentence(data: Any) -> None:
        for item in (i for i in data["nlu"] if i.get("intent") == topic):
            lines = str(item.get("examples") or "").splitlines(keepends=True)
            kept = [line for line in lines if line.strip().removeprefix(_MARK).strip() != sentence]
            if len(kept) == len(lines):
                continue
            if not any(line.strip().startswith(_MARK) for line in kept):
                raise ContentError("This is the only sentence here. Add another one before you remove it.", "sentence")
            item["examples"] = block("".join(kept))

    change(tree, found.path, without_sentence)


def add_red_flag(tree: ContentTree, category: str, pattern: str) -> None:
    """A pattern more for a kind of danger; `pattern` in the language of `clinic.triage.patterns`."""
    said = " ".join(sentence_of(pattern, "pattern").lower().split())
    if len(said) > _MOST_PATTERN:
        raise ContentError(f"The words are too long: at most {_MOST_PATTERN} characters.", "pattern")
    data = data_of(tree, RED_FLAGS)
    categories = data.get("categories") or {}
    if category not in categories:
        raise ContentError("There is no such kind of danger. Choose one from the list.", "category")
    for name, entry in categories.items():
        if any(said == (p.get("say") if isinstance(p, dict) else p) for p in entry.get("patterns") or ()):
            raise AlreadyThere(f"These words are there already, under “{_called(name)}”.", "pattern", name)
    try:
        compile_pattern(said, data.get("lists") or {})
    except PatternError as error:
        raise ContentError(f"These words cannot be used: {error}.", "pattern") from None
    change(tree, RED_FLAGS, lambda found: append(found["categories"][category]["patterns"], text(said)))


def refuse_known(known: list[Example], said: str, topic: str, field: str = "sentence") -> None:
    """Raises `AlreadyThere`: a sentence stands under one topic, and once."""
    wanted = same_words(said)
    for example in known:
        if same_words(example.sentence) != wanted:
            continue
        if example.topic == topic:
            raise AlreadyThere("This topic has this sentence already.", field, topic)
        raise AlreadyThere(
            f"This sentence stands under the topic “{_called(example.topic)}” already. A sentence can belong to one "
            "topic only: remove it there first, or write it differently.", field, example.topic,
        )  # fmt: skip


def _called(name: str) -> str:
    return name.replace("_", " ")
