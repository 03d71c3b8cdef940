"""What changed between two versions of the content, in words: changes made here and by hand alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from clinic.review.changes.answer_differences import answer_differences
from clinic.review.changes.change_set import FileChange
from clinic.review.changes.difference import Difference, Kind, Piece, called, counted, titles_in, word_pieces
from clinic.review.changes.listed_differences import lines_differ, listed_differences
from clinic.review.content.example_edits import sentences_in
from clinic.review.content.yaml_round_trip import NotYaml, read_yaml

__all__ = ["TITLES", "Difference", "Kind", "Piece", "differences", "titles_of", "word_pieces"]

_TOLD = {
    "data/nlu/": "nlu", "data/answers/": "responses", "data/rules/": "rules", "data/stories/": "stories",
    "data/clinic/titles.yml": "titles",
}  # fmt: skip
TITLES = "data/clinic/titles.yml"


def differences(changes: Iterable[FileChange], titles: Mapping[str, str] | None = None) -> list[Difference]:
    """In the order of the files, topics first; `titles`: how topics are called where the changes do not tell."""
    files = sorted(changes, key=lambda change: (_rank(change.path), change.path))
    names = dict(titles or {})
    for change in files:
        if change.path == TITLES:
            names |= titles_in(_data(change.before)) | titles_in(_data(change.after))
    found = [difference for change in files for difference in _of_file(change, names)]
    return _moves(found, names)


def titles_of(source: str | None) -> dict[str, str]:
    """The titles in the text of their file; none where it is missing or broken."""
    return titles_in(_data(source))


def _of_file(change: FileChange, names: Mapping[str, str]) -> list[Difference]:
    """The differences of one file; always at least one."""
    path = change.path
    if change.is_too_large:
        words = f"The file {path} was changed. It is too large to be shown here"
        return [Difference(Kind.OTHER, path, words, path=path)]
    if not path.endswith((".yml", ".yaml")):
        return [lines_differ(change)]
    broken = _fault(change.after)
    if broken or _fault(change.before):
        words = f"The file {path} cannot be read: {broken}. It has to be put right before this can be published"
        first = [Difference(Kind.BROKEN, path, words, path=path)] if broken else []
        return [*first, lines_differ(change)]
    before, after = _data(change.before), _data(change.after)
    if before == after:
        return [lines_differ(change, is_meaningless=True)]
    try:
        found = list(_told(path, before, after, names))
    except (AttributeError, TypeError, KeyError, ValueError):  # YAML, but not in the form of its neighbours
        found = []
    is_all = bool(found) and (None in (before, after) or _rest(path, before) == _rest(path, after))
    return found if is_all else [*found, lines_differ(change)]


def _told(path: str, before: Any, after: Any, names: Mapping[str, str]) -> Iterator[Difference]:
    if path.startswith("data/nlu/"):
        return _sentences(path, before, after, names)
    if path.startswith("data/answers/"):
        return answer_differences(path, before, after, names)
    return listed_differences(path, before, after, names)


def _rest(path: str, data: Any) -> Any:
    """What of a file the words do not speak of: where that is another, the lines are shown as well."""
    told = next((key for start, key in _TOLD.items() if path.startswith(start)), None)
    if told is None or not isinstance(data, Mapping):
        return None if told is None else data
    items = data.get(told) if told == "nlu" else None
    kept = [{k: v for k, v in i.items() if k != "examples"} for i in items] if isinstance(items, list) else items
    return {**{k: v for k, v in data.items() if k != told}, told: kept}


def _sentences(path: str, before: Any, after: Any, names: Mapping[str, str]) -> Iterator[Difference]:
    old, new = _by_topic(before), _by_topic(after)
    for topic in dict.fromkeys([*old, *new]):
        had, has = old.get(topic, []), new.get(topic, [])
        added = tuple(s for s in has if s not in set(had))
        removed = tuple(s for s in had if s not in set(has))
        name = called(topic, names)
        if added and not had:
            words = f"The topic “{name}” is new here, with {counted(len(added), 'sentence')}"
            yield Difference(Kind.SENTENCES_ADDED, topic, words, added, path=path)
        elif added:
            words = f"{counted(len(added), 'sentence')} {_was(added)} added to “{name}”"
            yield Difference(Kind.SENTENCES_ADDED, topic, words, added, path=path)
        if removed:
            words = f"{counted(len(removed), 'sentence')} {_was(removed)} removed from “{name}”"
            yield Difference(Kind.SENTENCES_REMOVED, topic, words, removed, path=path)


def _moves(found: list[Difference], names: Mapping[str, str]) -> list[Difference]:
    """Says where removed sentences stand now, where they only went to another topic."""
    added = {item: d.about for d in found if d.kind is Kind.SENTENCES_ADDED for item in d.items}
    return [_with_target(d, {added.get(item) for item in d.items}, names) for d in found]


def _with_target(difference: Difference, where: set[str | None], names: Mapping[str, str]) -> Difference:
    target = next(iter(where)) if len(where) == 1 else None
    if difference.kind is not Kind.SENTENCES_REMOVED or target in {None, difference.about}:
        return difference
    return replace(difference, words=f"{difference.words}; now under “{called(str(target), names)}”")


def _by_topic(data: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item in (data.get("nlu") or ()) if isinstance(data, Mapping) else ():
        if isinstance(item, Mapping) and "intent" in item:
            found.setdefault(str(item["intent"]), []).extend(sentences_in(item))
    return found


def _fault(source: str | None) -> str | None:
    """Why a file cannot be read."""
    try:
        read_yaml(source or "")
    except NotYaml as error:
        return str(error)
    return None


def _data(source: str | None) -> Any:
    return None if source is None or _fault(source) else read_yaml(source)


def _rank(path: str) -> int:
    order = ("data/nlu/", "data/answers/", "data/clinic/", "tests/", "data/")
    return next((at for at, start in enumerate(order) if path.startswith(start)), len(order))


def _was(items: tuple[str, ...]) -> str:
    return "was" if len(items) == 1 else "were"
