"""Reads and writes single files of a content tree: a file is the old one or the new one, never half of it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from clinic.review.content.errors import ChangesError, ContentError, ContentTooLarge, ContentUnreadable, StorageFull
from clinic.review.content.tree import ContentTree
from clinic.review.content.yaml_round_trip import NotYaml, Rewrite, read_yaml, rewritten

MOST_BYTES = 1_000_000
PART = ".part"  # of files that are being written
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def read(tree: ContentTree, path: str) -> str:
    """The text of a file; `path` inside the tree. Raises a `ContentError`."""
    found = tree.root / path
    try:
        size = found.stat().st_size
        if size > MOST_BYTES:
            raise ContentTooLarge(path, size, MOST_BYTES)
        # Bytes first: reading as text would turn \r\n into \n.
        return found.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise ContentUnreadable(path, "it is no text in UTF-8") from None
    except FileNotFoundError:
        raise ContentUnreadable(path, "it is missing") from None
    except OSError as error:
        raise ContentUnreadable(path, f"it cannot be opened ({error.strerror})") from None


def data_of(tree: ContentTree, path: str) -> Any:
    """The data of a YAML file; a map, or `{}` where the file is empty."""
    try:
        found = read_yaml(read(tree, path))
    except NotYaml as error:
        raise ContentUnreadable(path, str(error)) from None
    if found is not None and not isinstance(found, dict):
        raise ContentUnreadable(path, "it does not begin as it must")
    return found or {}


def change(tree: ContentTree, path: str, how: Rewrite) -> None:
    """Apply `how` to the data of a YAML file; other lines stay as they are."""
    source = read(tree, path)
    try:
        new = rewritten(source, how)
    except NotYaml as error:
        raise ContentUnreadable(path, str(error)) from None
    except ChangesError:
        raise
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise ContentUnreadable(path, f"something is missing in it ({type(error).__name__})") from error
    if new != source:
        write(tree, path, new)


def create(tree: ContentTree, path: str, text: str) -> None:
    """A new file; raises `ContentError` where there is one."""
    if (tree.root / path).exists():
        raise ContentError(f"There is already a file {path}. Nothing was changed.")
    write(tree, path, text)


def write(tree: ContentTree, path: str, text: str) -> None:
    """The whole file, at once; raises `StorageFull`."""
    content, target = text.encode("utf-8"), tree.root / path
    if len(content) > MOST_BYTES:
        raise ContentTooLarge(path, len(content), MOST_BYTES)
    part = target.with_name(f".{target.name}{PART}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        if error.errno in _FULL:
            raise StorageFull from None
        raise ContentError(f"The file {path} cannot be written ({error.strerror}). Nothing was changed.") from None


def files_below(tree: ContentTree, folder: str) -> Iterator[str]:
    """The YAML files below a folder, as paths inside the tree, in order."""
    for path in sorted((tree.root / folder).rglob("*.yml")):
        if path.is_file() and not path.name.startswith("."):
            yield path.relative_to(tree.root).as_posix()


def is_there(tree: ContentTree, path: str) -> bool:
    """Whether there is such a file."""
    return Path(tree.root / path).exists()
