"""Puts items into lists and maps of ruamel so that comments stay where a reader would look for them.

ruamel hangs a comment on what stands before it. `# causes` between two groups of a list belongs to the last item of
the first group there, so what is inserted behind that item would come behind the comment: here it takes the comment.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import CommentMark
from ruamel.yaml.tokens import CommentToken

_SEQUENCE_SLOT, _MAP_SLOT = 0, 2  # where ruamel keeps what follows an item on its line and below


def append(items: CommentedSeq, value: Any) -> None:
    """Behind the last item."""
    insert_after(items, len(items) - 1, value)


def insert_after(items: CommentedSeq, at: int, value: Any) -> None:
    """Behind the item `at`; -1 is the front."""
    below = _take_below(items, at) if at >= 0 else None
    items.insert(at + 1, value)
    _put_below(items, at + 1, below)


def insert_key_after(mapping: CommentedMap, before: str | None, key: str, value: Any) -> None:
    """Behind the key `before`, or at the front."""
    below = _take_below(mapping, before) if before is not None else None
    mapping.insert(0 if before is None else list(mapping).index(before) + 1, key, value)
    _put_below(mapping, key, below)


def remove_key(mapping: CommentedMap, key: str) -> None:
    """Take a key out; comments below it stay, behind the key before it."""
    keys = list(mapping)
    at = keys.index(key)
    below = _take_below(mapping, key)
    del mapping[key]
    if at:
        _put_below(mapping, keys[at - 1], below)


def commented(value: Any, *, flow: bool = False) -> Any:
    """Plain maps and lists as ruamel's own; `flow`: the outermost on one line, in braces or brackets."""
    made = value
    if isinstance(value, Mapping):
        made = CommentedMap((key, commented(inner)) for key, inner in value.items())
    elif isinstance(value, list | tuple):
        made = CommentedSeq(commented(inner) for inner in value)
    if flow:
        made.fa.set_flow_style()
    return made


def _take_below(container: Any, key: Any) -> str | None:
    """What stands in the lines below an item, taken off it; a comment beside it stays."""
    holder, at, slot = _last(container, key)
    tokens = holder.ca.items.get(at)
    token = tokens[slot] if tokens and len(tokens) > slot else None
    if token is None:
        return None
    beside, line_end, below = token.value.partition("\n")
    if not below:
        return None
    if beside.strip():
        tokens[slot] = CommentToken(beside + line_end, token.start_mark)
    else:
        tokens[slot] = None
        if not any(tokens):
            del holder.ca.items[at]
    return f"\n{below}"


def _put_below(container: Any, key: Any, below: str | None) -> None:
    if below is None:
        return
    holder, at, slot = _last(container, key)
    tokens = holder.ca.items.setdefault(at, [None, None, None, None])
    tokens[slot] = CommentToken(below, CommentMark(0))


def _last(container: Any, key: Any) -> tuple[Any, Any, int]:
    """The innermost block that ends an item, the place there, and the slot of its comment."""
    value = container[key]
    if isinstance(value, CommentedMap | CommentedSeq) and len(value) and not value.fa.flow_style():
        return _last(value, list(value)[-1] if isinstance(value, CommentedMap) else len(value) - 1)
    return container, key, _MAP_SLOT if isinstance(container, CommentedMap) else _SEQUENCE_SLOT
