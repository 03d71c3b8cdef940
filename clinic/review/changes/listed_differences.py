"""What changed in files of lists and settings, in words; of any other file, which lines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from difflib import unified_diff
from typing import Any

from clinic.review.changes.change_set import FileChange
from clinic.review.changes.difference import Difference, Kind, called, counted

_MOST_ITEMS = 200
_NAMED = {
    "data/rules/": ("rules", "rule", "The rule"), "data/stories/": ("stories", "story", "The story"),
}  # fmt: skip


def listed_differences(path: str, before: Any, after: Any, titles: Mapping[str, str]) -> Iterator[Difference]:
    """Of two versions of a file that is YAML; nothing where nothing is known of its form."""
    if path.startswith("tests/"):
        yield _whole(
            path, "conversation that must stay right", (before or after or {}).get("dialogue", path), before, after
        )
        return
    for start, (key, name, words) in _NAMED.items():
        if path.startswith(start):
            yield from _named(path, words, _by_name(before, key, name), _by_name(after, key, name))
            return
    if path == "data/clinic/titles.yml":
        yield from _titles(path, before, after, titles)
        return
    found = _flat(before), _flat(after)
    gone, came = found[0] - found[1], found[1] - found[0]
    for where in dict.fromkeys([*(w for w, _ in gone), *(w for w, _ in came)]):
        removed = [value for (w, value), n in gone.items() if w == where for _ in range(n)]
        added = [value for (w, value), n in came.items() if w == where for _ in range(n)]
        yield _listed(path, where, removed, added)


def lines_differ(change: FileChange, *, is_meaningless: bool = False) -> Difference:
    """Of any file: which lines went and came."""
    old, new = (change.before or "").splitlines(), (change.after or "").splitlines()
    lines = [line for line in unified_diff(old, new, lineterm="", n=0) if not line.startswith(("---", "+++", "@@"))]
    shown = tuple(f"{'Added' if line[0] == '+' else 'Removed'}: {line[1:].strip()}" for line in lines)
    what = "was added" if change.before is None else "was removed" if change.after is None else "was changed"
    words = f"The file {change.path} {what} ({counted(len(lines), 'line')})"
    if is_meaningless and change.before is not None and change.after is not None:
        words = f"In the file {change.path} only notes or spaces were changed ({counted(len(lines), 'line')})"
    return Difference(Kind.OTHER, change.path, words, _cut(shown), path=change.path)


def _listed(path: str, where: str, removed: list[str], added: list[str]) -> Difference:
    items = (*(f"Removed: {value}" for value in removed), *(f"Added: {value}" for value in added))
    if path == "domain.yml" and where == "intents":
        words = "The list of topics was changed"
    elif path == "data/clinic/red_flags.yml" and where.startswith("categories, "):
        words = f"The words that mean danger were changed, under “{called(where.split(', ')[1], {})}”"
    else:
        words = f"In {path}, under “{where or 'the whole file'}”: {_what(removed, added)}"
    return Difference(Kind.LIST, where, words, _cut(items), path=path)


def _what(removed: list[str], added: list[str]) -> str:
    parts = [f"{len(added)} added"] * bool(added) + [f"{len(removed)} removed"] * bool(removed)
    return ", ".join(parts)


def _named(path: str, words: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) != new.get(name):
            what = "is new" if name not in old else "was removed" if name not in new else "was changed"
            yield Difference(Kind.LIST, name, f"{words} “{called(name, {})}” {what}", path=path)


def _titles(path: str, before: Any, after: Any, titles: Mapping[str, str]) -> Iterator[Difference]:
    old, new = ((data or {}).get("titles") or {} for data in (before, after))
    for topic in dict.fromkeys([*old, *new]):
        if old.get(topic) == new.get(topic):
            continue
        if topic not in new:
            words = f"The topic “{called(topic, titles)}” has no title for buttons any more"
        elif topic not in old:
            words = f"Buttons to the new topic “{topic.replace('_', ' ')}” say “{new[topic]}”"
        else:
            words = f"Buttons say “{new[topic]}” instead of “{old[topic]}”"
        yield Difference(Kind.LIST, str(topic), words, path=path)


def _whole(path: str, what: str, title: Any, before: Any, after: Any) -> Difference:
    done = "was added" if before is None else "was removed" if after is None else "was changed"
    gone, came = _flat(before) - _flat(after), _flat(after) - _flat(before)
    items = [f"Removed: {value}" for _, value in gone] + [f"Added: {value}" for _, value in came]
    shown = _cut(tuple(items)) if before is not None and after is not None else ()
    return Difference(Kind.LIST, path, f"A {what} {done}: “{title}”", shown, path=path)


def _by_name(data: Any, key: str, name: str) -> dict[str, Any]:
    items = (data.get(key) or ()) if isinstance(data, Mapping) else ()
    return {str(item.get(name)): item for item in items if isinstance(item, Mapping)}


def _flat(data: Any, where: str = "") -> Counter[tuple[str, str]]:
    """Every value by where it stands; places in lists do not count."""
    found: Counter[tuple[str, str]] = Counter()
    if isinstance(data, Mapping):
        for key, value in data.items():
            found += _flat(value, f"{where}, {key}" if where else str(key))
    elif isinstance(data, list):
        for value in data:
            plain = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
            found[where, plain] += 1
    elif data is not None or where:
        found[where, "nothing" if data is None else str(data)] += 1
    return found


def _cut(items: tuple[str, ...]) -> tuple[str, ...]:
    more = len(items) - _MOST_ITEMS
    return (*items[:_MOST_ITEMS], f"and {more} more") if more > 0 else items
