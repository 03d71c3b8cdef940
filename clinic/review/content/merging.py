"""Puts two versions of a content file together where git cannot: two people added a sentence at the same place.

Git sees lines and their neighbours. Here a list is a set of items in an order: what one side added or removed is
added and removed on the other. What both sides made different is a conflict all the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ruamel.yaml.scalarstring import LiteralScalarString

from clinic.review.content.yaml_comments import insert_after, insert_key_after, remove_key
from clinic.review.content.yaml_round_trip import NotYaml, block, loaded, rewritten

_LISTS_OF_LINES = frozenset({"examples"})  # blocks of text that are lists


class _Conflict(Exception):
    """Both sides made one thing different."""


def merged_content(base: str, ours: str, theirs: str) -> str | None:
    """`ours` with what `theirs` changed since `base`; `None` where both changed the same, or it cannot be told.

    Comments that only `theirs` has would be lost, so then it is `None` as well.
    """
    try:
        if _comments(theirs) != _comments(base):
            return None
        before, other = loaded(base), loaded(theirs)
        return rewritten(ours, lambda data: _merge_map(before, data, other))
    except (NotYaml, _Conflict, TypeError, AttributeError, KeyError, IndexError):
        return None


def _merge_map(base: Any, ours: Any, theirs: Any) -> None:
    """Change `ours` in place."""
    if not all(isinstance(side, Mapping) for side in (base, ours, theirs)):
        raise _Conflict
    previous: str | None = None
    for key in theirs:
        if key not in base:
            if key in ours and ours[key] != theirs[key]:
                raise _Conflict
            if key not in ours:
                insert_key_after(ours, previous if previous in ours else _last(ours), key, theirs[key])
        elif theirs[key] != base[key]:
            if key not in ours:
                raise _Conflict
            _merge_value(base, ours, theirs, key)
        previous = key
    for key in [k for k in base if k not in theirs and k in ours]:
        if ours[key] != base[key]:
            raise _Conflict
        remove_key(ours, key)


def _merge_value(base: Any, ours: Any, theirs: Any, key: Any) -> None:
    """What `theirs` made different of one key."""
    was, mine, new = base[key], ours[key], theirs[key]
    if mine == new:
        return
    if mine == was:
        ours[key] = new
    elif key in _LISTS_OF_LINES and isinstance(mine, LiteralScalarString):
        lines = _merged_list(*(str(side).splitlines() for side in (was, mine, new)))
        ours[key] = block("".join(f"{line}\n" for line in lines))
    elif isinstance(mine, list) and isinstance(was, list) and isinstance(new, list):
        _merge_list(was, mine, new)
    else:
        _merge_map(was, mine, new)


def _merge_list(base: list[Any], ours: Any, theirs: list[Any]) -> None:
    """Items of a list by their content; those with a name that both sides changed, by their name."""
    keys = [[_key(item) for item in side] for side in (base, ours, theirs)]
    if any(len(set(side)) < len(side) for side in keys):
        raise _Conflict  # twice the same: no telling which is which
    _refuse_replaced(*keys)
    named = [{name: item for item in side if (name := _name(item))} for side in (base, ours, theirs)]
    known = set(keys[0])
    for item, key in zip(theirs, keys[2], strict=True):
        if key in known or key in {_key(i) for i in ours}:
            continue
        name = _name(item)
        if name and name in named[0]:
            if name not in named[1]:
                raise _Conflict
            _merge_map(named[0][name], named[1][name], item)
        elif name and name in named[1]:
            raise _Conflict
        else:
            insert_after(ours, _place(keys[2], key, [_key(i) for i in ours]), item)
    _remove_gone(keys, named, ours)


def _refuse_replaced(base: list[str], ours: list[str], theirs: list[str]) -> None:
    """What both took away while one put something new there may have been made different by both."""
    gone = [k for k in base if k not in ours and k not in theirs and not _name(json.loads(k))]
    new = [k for k in [*ours, *theirs] if k not in base and not _name(json.loads(k))]
    if gone and new:
        raise _Conflict


def _remove_gone(keys: list[list[str]], named: list[dict[str, Any]], ours: Any) -> None:
    """What `theirs` removed; where ours changed it meanwhile, it is a conflict."""
    now = {_key(item) for item in ours}
    for key in [k for k in keys[0] if k not in keys[2]]:
        item = json.loads(key)
        name = _name(item)
        if name and name in named[2]:
            continue  # changed, not removed
        if key not in now:
            if name and name in named[1]:
                raise _Conflict
            continue
        del ours[next(at for at, mine in enumerate(ours) if _key(mine) == key)]


def _merged_list(base: list[str], ours: list[str], theirs: list[str]) -> list[str]:
    gone = set(base) - set(theirs)
    found = [line for line in ours if line not in gone]
    for line in theirs:
        if line not in base and line not in found:
            found.insert(_place(theirs, line, found) + 1, line)
    return found


def _place(order: list[str], key: str, among: list[str]) -> int:
    """Behind the nearest item before it that is there too, and what was put there already; else the end."""
    at = order.index(key)
    if at == len(order) - 1 and among:
        return len(among) - 1
    before = next((k for k in reversed(order[:at]) if k in among), None)
    return -1 if before is None else among.index(before)


def _key(item: Any) -> str:
    return json.dumps(item, sort_keys=True, default=str)


def _name(item: Any) -> str | None:
    """What a rule, a topic of an NLU file, or a pattern is known by."""
    if not isinstance(item, Mapping):
        return None
    return next((f"{key} {item[key]}" for key in ("rule", "story", "intent") if key in item), None)


def _last(mapping: Any) -> Any:
    return next(reversed(mapping), None)


def _comments(source: str) -> list[str]:
    return [line.strip() for line in source.splitlines() if line.lstrip().startswith("#")]
