"""Remembers what an edit did, so that it can be taken back later: also after others have edited the same files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from clinic.review.content.errors import ContentError
from clinic.review.content.files import write
from clinic.review.content.tree import ContentTree

_FOLDERS = ("data/nlu", "data/answers", "data/clinic", "data/rules", "data/stories", "tests/conversations")
_FILES = ("domain.yml",)
_GONE = "It is not there any more: somebody has taken it back or changed it already."
_IN_THE_WAY = (
    "Somebody has changed the same place since, so it cannot be taken back by itself. "
    "Open the set of changes and put it right there."
)


@dataclass(frozen=True)
class Piece:
    """Lines that stand where others stood, with the line before them."""

    above: str
    new: tuple[str, ...]
    old: tuple[str, ...]


@dataclass(frozen=True)
class FileDone:
    """What was done to one file; `created`: the digest of a new one."""

    path: str
    created: str | None = None
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Done:
    """What one edit did."""

    files: tuple[FileDone, ...]

    def as_data(self) -> list[Any]:
        """To be kept as JSON."""
        return [[f.path, f.created, [[p.above, list(p.new), list(p.old)] for p in f.pieces]] for f in self.files]

    @classmethod
    def of_data(cls, data: list[Any]) -> Done:
        """From what `as_data` gave."""
        return cls(
            tuple(
                FileDone(path, created, tuple(Piece(above, tuple(new), tuple(old)) for above, new, old in pieces))
                for path, created, pieces in data
            )
        )


def recorded(tree: ContentTree, change: Callable[[ContentTree], None]) -> Done:
    """Make a change and tell what it did."""
    before = dict(_texts(tree))
    change(tree)
    after = dict(_texts(tree))
    if gone := before.keys() - after.keys():
        raise ValueError(f"an edit that removes files cannot be taken back: {sorted(gone)}")
    changed = [path for path in sorted(after) if before.get(path) != after[path]]
    return Done(tuple(_done(path, before.get(path), after[path]) for path in changed))


def take_back(tree: ContentTree, done: Done) -> None:
    """Undo it in a tree, all or nothing; raises `ContentError` where somebody changed the same place."""
    now = dict(_texts(tree))
    new: dict[str, str | None] = {}
    for file in done.files:
        if file.path not in now:
            raise ContentError(_GONE)
        if file.created is not None:
            if _digest(now[file.path]) != file.created:
                raise ContentError(_IN_THE_WAY)
            new[file.path] = None
            continue
        lines = now[file.path].splitlines(keepends=True)
        for piece in reversed(file.pieces):
            lines = _without(lines, piece)
        new[file.path] = "".join(lines)
    for path, text in new.items():
        if text is None:
            (tree.root / path).unlink()
        else:
            write(tree, path, text)


def _texts(tree: ContentTree) -> Iterator[tuple[str, str]]:
    """The files that edits touch, by path; bytes are read as they are, line ends and all."""
    found = [tree.root / name for name in _FILES]
    for folder in _FOLDERS:
        found += sorted((tree.root / folder).rglob("*.yml"))
    for path in found:
        if path.is_file():
            yield path.relative_to(tree.root).as_posix(), path.read_bytes().decode("utf-8", "surrogateescape")


def _done(path: str, before: str | None, after: str) -> FileDone:
    if before is None:
        return FileDone(path, _digest(after))
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    matcher = SequenceMatcher(None, old[start:], new[start:], autojunk=False)
    pieces = [
        Piece(new[start + j1 - 1] if start + j1 else "", tuple(new[start + j1 : start + j2]),
              tuple(old[start + i1 : start + i2]))
        for tag, i1, i2, j1, j2 in matcher.get_opcodes() if tag != "equal"
    ]  # fmt: skip
    return FileDone(path, None, tuple(pieces))


def _without(lines: list[str], piece: Piece) -> list[str]:
    """The lines with a piece's old lines where its new ones stand; they have to stand in one place only."""
    size = len(piece.new)
    places = [at for at in range(len(lines) - size + 1) if tuple(lines[at : at + size]) == piece.new]
    if len(places) > 1:
        places = [at for at in places if (lines[at - 1] if at else "") == piece.above]
    if not places:
        raise ContentError(_GONE)
    if len(places) != 1:
        raise ContentError(_IN_THE_WAY)
    return [*lines[: places[0]], *piece.old, *lines[places[0] + size :]]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]
