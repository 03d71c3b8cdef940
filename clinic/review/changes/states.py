"""How a set of changes goes from state to state, and why one takes no change (any more)."""

from __future__ import annotations

from clinic.review.changes.change_set import ENDED, ChangeSetState

EDITED = frozenset({ChangeSetState.REFUSED, ChangeSetState.PASSED})
ALIVE = frozenset(ChangeSetState) - ENDED
CLOSED = {
    ChangeSetState.PUBLISHED: "This set of changes is published already. Start a new one for further changes.",
    ChangeSetState.ABANDONED: "This set of changes was abandoned. Start a new one.",
    ChangeSetState.TESTING: "This set of changes is being checked just now. Wait for the result, then change it.",
}
BEFORE = {
    ChangeSetState.TESTING: frozenset({ChangeSetState.OPEN, ChangeSetState.REFUSED, ChangeSetState.PASSED}),
    ChangeSetState.REFUSED: frozenset({ChangeSetState.TESTING}),
    ChangeSetState.PASSED: frozenset({ChangeSetState.TESTING}),
    ChangeSetState.OPEN: frozenset({ChangeSetState.TESTING, ChangeSetState.REFUSED, ChangeSetState.PASSED}),
}
