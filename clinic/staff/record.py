"""The record of changes: each row's hash is made over the former one's, so that a changed row is found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

NOTHING_BEFORE = "0" * 64
COMMAND_LINE = "command line"
NOBODY = "nobody"
_SHOWN = 200


@dataclass(frozen=True)
class Note:
    """A row to be written; see `AuditLog.note`."""

    by: str
    action: str
    subject: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RecordEntry:
    """One row; `number`: 1, 2, 3, ... without gaps; `at`: seconds since the epoch; `details`: JSON as written."""

    number: int
    at: float
    by: str
    action: str
    subject: str
    details: str
    hash: str


@dataclass(frozen=True)
class RecordFilter:
    """What is asked for; empty: everything.

    `since` up to before `until`: seconds since the epoch; `before`: only rows with a lower number; `most`: `None` for
    all.
    """

    by: str = ""
    area: str = ""
    subject: str = ""
    since: float | None = None
    until: float | None = None
    before: int | None = None
    most: int | None = _SHOWN


def details_as_written(details: Mapping[str, Any] | None) -> str:
    """JSON that is the same for the same details; raises `TypeError` for what is none."""
    return json.dumps(dict(details or {}), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def hash_of(before: str, number: int, at: float, by: str, action: str, subject: str, details: str) -> str:
    """SHA-256 over the former row's hash and all that this row says; 64 hex digits."""
    said = json.dumps([before, number, repr(at), by, action, subject, details], ensure_ascii=True)
    return hashlib.sha256(said.encode()).hexdigest()


def first_break(entries: Iterable[RecordEntry], last: tuple[int, str]) -> int | None:
    """The number of the first row, in order, that is missing or not as it was written; `None`: the chain holds.

    `last`: number and hash of the newest row, as they are kept beside the rows.
    """
    before, number = NOTHING_BEFORE, 0
    for entry in entries:
        number += 1
        made = hash_of(before, entry.number, entry.at, entry.by, entry.action, entry.subject, entry.details)
        if entry.number != number or entry.hash != made:
            return number
        before = entry.hash
    if number == last[0]:
        return None if before == last[1] else max(number, 1)
    return min(number, last[0]) + 1
