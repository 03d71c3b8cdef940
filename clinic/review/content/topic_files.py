"""The topics of a content tree: what patients say (`data/nlu`), with their groups and titles."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from clinic.review.content.bare_words import words

ANSWER_GROUPS = ("about", "causes", "management", "visit", "clinic")
OUT_OF_SCOPE, NOT_COVERED = "out_of_scope", "not_covered"
_DANGERS = ("emergency_", "urgent_")
_EVERYDAY_IN = 3  # examples that hold a word before it counts as everybody's
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def is_danger(topic: str) -> bool:
    """Whether a topic is a danger's: `emergency_suicide`, `urgent_clot`."""
    return topic.startswith(_DANGERS)


@dataclass(frozen=True)
class Topic:
    """What patients say about one thing; `title`: in the patient's words."""

    name: str
    group: str
    title: str
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Topics:
    """All topics of a tree; `content` tells one state of the files from another."""

    content: str
    by_name: dict[str, Topic]

    def title(self, name: str) -> str:
        """The title, or the name in words."""
        found = self.by_name.get(name)
        return found.title if found else name.replace("_", " ")

    @cached_property
    def owners(self) -> dict[str, str]:
        """The topic of each example, by its bare words."""
        return {" ".join(words(line)): topic.name for topic in self.by_name.values() for line in topic.examples}

    @cached_property
    def _counted(self) -> Counter[str]:
        return Counter(w for topic in self.by_name.values() for line in topic.examples for w in set(words(line)))

    def is_everyday(self, word: str) -> bool:
        """Whether our own examples hold the word in several places."""
        return self._counted[word] >= _EVERYDAY_IN

    def is_known(self, word: str) -> bool:
        """Whether any example holds the word."""
        return word in self._counted


def load_topics(root: Path) -> Topics:
    """The topics below a tree's root; raises `TopicFileError` where a file cannot be read."""
    return _parsed(_Source(_digest(root), root))


class TopicFileError(ValueError):
    """A file of examples or titles cannot be read; the message names it."""


@dataclass(frozen=True)
class _Source:
    """Equal where the content is: the same files in another folder are not parsed again."""

    digest: str
    root: Path = field(compare=False)


@lru_cache(maxsize=4)
def _parsed(source: _Source) -> Topics:
    root, titles = source.root, _titles(source.root)
    found: dict[str, Topic] = {}
    for path in _files(root):
        for name, lines in _examples(path):
            before = found[name].examples if name in found else ()
            title = titles.get(name) or name.replace("_", " ")
            found[name] = Topic(name, path.parent.name, title, (*before, *lines))
    return Topics(source.digest, found)


def _examples(path: Path) -> Iterator[tuple[str, list[str]]]:
    try:
        for item in yaml.load(path.read_text("utf-8"), Loader=_LOADER)["nlu"]:  # noqa: S506 - CSafeLoader or SafeLoader
            if "intent" in item:
                lines = (line.strip() for line in item["examples"].splitlines())
                yield item["intent"], [line[2:].strip() for line in lines if line.startswith("- ")]
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
        raise TopicFileError(f"data/nlu/{path.parent.name}/{path.name} cannot be read: {error}") from error


def _titles(root: Path) -> dict[str, str]:
    path = root / "data/clinic/titles.yml"
    if not path.exists():
        return {}
    try:
        return dict(yaml.load(path.read_text("utf-8"), Loader=_LOADER)["titles"] or {})  # noqa: S506
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise TopicFileError(f"data/clinic/titles.yml cannot be read: {error}") from error


def _files(root: Path) -> list[Path]:
    return sorted((root / "data/nlu").rglob("*.yml"))


def _digest(root: Path) -> str:
    digest = hashlib.sha256()
    for path in [*_files(root), root / "data/clinic/titles.yml"]:
        if path.exists():
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
