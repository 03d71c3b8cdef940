"""A set of changes: what staff change together, check together and publish together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from clinic.staff.model import StaffMember

PREFIX = "change/"
MOST_TITLE, MOST_COMMENT = 120, 4_000  # characters
_ID = re.compile(r"[a-z0-9]{1,40}")


class ChangeSetState(str, Enum):
    """Where a set stands."""

    OPEN = "open"
    TESTING = "testing"  # the gate is at work
    REFUSED = "refused"  # by the gate; an edit opens it again
    PASSED = "passed"  # an edit opens it again
    PUBLISHED = "published"
    ABANDONED = "abandoned"


ENDED = frozenset({ChangeSetState.PUBLISHED, ChangeSetState.ABANDONED})


@dataclass(frozen=True)
class ChangeSet:
    """`created_by`: a `StaffMember.id`; `created_at`: seconds since the epoch; `head`: the last commit known."""

    id: str
    title: str
    state: ChangeSetState
    created_by: str
    created_at: float
    branch: str
    head: str

    @property
    def is_ended(self) -> bool:
        """Whether nothing will come of it any more."""
        return self.state in ENDED


@dataclass(frozen=True)
class Comment:
    """What somebody says about a set; `by`: a `StaffMember.id`, `at`: seconds since the epoch."""

    change_set: str
    by: str
    at: float
    text: str


@dataclass(frozen=True)
class Author:
    """Who a saved change is by, as git writes it."""

    name: str
    email: str

    @classmethod
    def of(cls, member: StaffMember) -> Author:
        """Of a member; git takes neither angle brackets nor line breaks, and no empty name."""
        name = _plain(member.name) or _plain(member.email) or member.id
        return cls(name, _plain(member.email) or f"{member.id}@clinic.invalid")


@dataclass(frozen=True)
class SavedChange:
    """One commit of a set; `at`: seconds since the epoch."""

    id: str
    by: str
    at: float
    message: str


@dataclass(frozen=True)
class FileChange:
    """One file before and after; `None` where it is not there. Texts that are too large are left out."""

    path: str
    before: str | None
    after: str | None
    is_too_large: bool = False


def is_change_set_id(text: str) -> bool:
    """Whether it can name a set: it becomes a part of paths and of branch names."""
    return _ID.fullmatch(text) is not None


def branch_of(change_set_id: str) -> str:
    """The branch that a set is kept on."""
    return f"{PREFIX}{change_set_id}"


def _plain(text: str) -> str:
    kept = "".join(" " if not letter.isprintable() else letter for letter in text if letter not in "<>")
    return " ".join(kept.split()).strip(" .,:;\"'")
