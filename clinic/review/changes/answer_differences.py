"""What changed in a file of answers, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from clinic.review.changes.difference import Difference, Kind, Piece, called, word_pieces

_PARTS = {
    "buttons": "the buttons", "facts": "the facts and sources", "article": "the sections of the article it rests on",
    "follow_ups": "where follow-up questions lead", "offer": "what yes and no lead to", "kind": "the kind of answer",
    "topic": "the topic it is shown as", "unverified": "what is marked as unverified",
}  # fmt: skip


def answer_differences(path: str, before: Any, after: Any, titles: Mapping[str, str]) -> Iterator[Difference]:
    """Of two versions of a file, `None` where it is not there."""
    old, new = _wordings(before), _wordings(after)
    for key in dict.fromkeys([*old, *new]):
        name = called(key[0], titles) + (f" (wording {key[1] + 1})" if key[1] else "")
        if key not in new:
            words = f"The answer “{name}” was removed"
            yield Difference(Kind.ANSWER, key[0], words, pieces=(Piece(_text(old[key]), "removed"),), path=path)
        elif key not in old:
            words = f"The answer “{name}” is new"
            yield Difference(Kind.ANSWER, key[0], words, pieces=(Piece(_text(new[key]), "added"),), path=path)
        else:
            yield from _of_wording(path, key[0], name, old[key], new[key])


def _of_wording(path: str, about: str, name: str, old: Any, new: Any) -> Iterator[Difference]:
    if _text(old) != _text(new):
        pieces = word_pieces(_text(old), _text(new))
        yield Difference(Kind.ANSWER_TEXT, about, f"The text of “{name}” was changed", pieces=pieces, path=path)
    was, now = _flat(old), _flat(new)
    if was.get("review") != now.get("review"):
        yield Difference(Kind.ANSWER, about, f"The answer “{name}” {_reviewed(now.get('review') or {})}", path=path)
    for part in sorted((was.keys() | now.keys()) - {"text", "review"}):
        if was.get(part) != now.get(part):
            words = f"Of the answer “{name}”, {_PARTS.get(part, part.replace('_', ' '))} changed"
            yield Difference(Kind.ANSWER, about, words, _items(was.get(part), now.get(part)), path=path)


def _reviewed(review: Mapping[str, Any]) -> str:
    if review.get("status") != "approved":
        return "is not approved any more, or not yet"
    on = f" on {review['on']}" if review.get("on") else ""
    return f"was approved by {review.get('by') or 'somebody'}{on}"


def _items(was: Any, now: Any) -> tuple[str, ...]:
    """What went and what came, each in a line."""
    old, new = _lines(was), _lines(now)
    gone = [f"Removed: {line}" for line in old if line not in new]
    return (*gone, *(f"Added: {line}" for line in new if line not in old))


def _lines(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [f"{key}: {inner}" for key, inner in value.items()]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [" – ".join(map(str, i.values())) if isinstance(i, Mapping) else str(i) for i in value]
    return [] if value is None else [str(value)]


def _wordings(data: Any) -> dict[tuple[str, int], Any]:
    responses = data.get("responses") if isinstance(data, Mapping) else None
    if not isinstance(responses, Mapping):
        return {}
    return {
        (str(name), at): entry
        for name, entries in responses.items() if isinstance(entries, list)
        for at, entry in enumerate(entries) if isinstance(entry, Mapping)
    }  # fmt: skip


def _text(entry: Any) -> str:
    return str(entry.get("text") or "").strip()


def _flat(entry: Any) -> dict[str, Any]:
    """What stands beside the text, and what stands in `metadata`, as one."""
    meta = entry.get("metadata")
    return {k: v for k, v in entry.items() if k != "metadata"} | (dict(meta) if isinstance(meta, Mapping) else {})
