"""How states, refusals and people are called on the pages."""

from __future__ import annotations

from collections.abc import Mapping

from clinic.review.changes.change_set import ChangeSetState
from clinic.review.changes.difference import Kind
from clinic.review.content.errors import (
    ChangesError,
    ChangeSetNotFound,
    ChangesUnavailable,
    ContentError,
    ContentUnreadable,
    RepositoryBusy,
    RepositoryUnavailable,
    StorageFull,
)
from clinic.staff.record import COMMAND_LINE

STATES = {
    ChangeSetState.OPEN: "Open",
    ChangeSetState.TESTING: "Being checked",
    ChangeSetState.REFUSED: "Refused by the check",
    ChangeSetState.PASSED: "Passed the check",
    ChangeSetState.PUBLISHED: "Published",
    ChangeSetState.ABANDONED: "Abandoned",
}
BADGES = {
    ChangeSetState.TESTING: "badge-warn",
    ChangeSetState.REFUSED: "badge-danger",
    ChangeSetState.PASSED: "badge-ok",
    ChangeSetState.PUBLISHED: "badge-ok",
}
SECTIONS = (
    ("What patients say", frozenset({Kind.SENTENCES_ADDED, Kind.SENTENCES_REMOVED})),
    ("What the clinic says", frozenset({Kind.ANSWER, Kind.ANSWER_TEXT})),
    ("What cannot be read", frozenset({Kind.BROKEN})),
    ("Everything else", frozenset({Kind.LIST, Kind.OTHER})),
)
_AWAY = (ChangesUnavailable, RepositoryUnavailable, RepositoryBusy, StorageFull)


def name_of(names: Mapping[str, str], member_id: str) -> str:
    """Who somebody is, or was."""
    if member_id == COMMAND_LINE:
        return "Somebody at the server"
    return names.get(member_id, "Somebody who has left")


def status_of(error: ChangesError) -> int:
    """The HTTP status of a refusal."""
    if isinstance(error, ChangeSetNotFound):
        return 404
    if isinstance(error, _AWAY):
        return 503
    return 422 if isinstance(error, ContentError) and not isinstance(error, ContentUnreadable) else 409
