"""Asking for a check, where the database gives way."""

from __future__ import annotations

from unittest.mock import Mock

import pytest

from clinic.releases.ports import ReleaseStoreError
from clinic.review.content.errors import ChangeSetClosed
from clinic.review.gate.desk import GateDesk
from clinic.staff.model import Role, StaffMember

NURSE = StaffMember("nora", "Nora Lind", "nora@example.org", Role.EDITOR)


def test_a_set_is_not_held_by_a_check_that_nobody_noted() -> None:
    sets, runs = Mock(), Mock()
    runs.queue.side_effect = ReleaseStoreError("the database does not answer")
    with pytest.raises(ReleaseStoreError):
        GateDesk(runs, sets, Mock(), Mock(), Mock()).ask(NURSE, "a1b2")
    assert not sets.move.called


def test_a_check_of_a_set_that_is_held_already_is_taken_back() -> None:
    sets, runs = Mock(), Mock()
    sets.move.side_effect = ChangeSetClosed("being checked")
    with pytest.raises(ChangeSetClosed):
        GateDesk(runs, sets, Mock(), Mock(), Mock()).ask(NURSE, "a1b2")
    assert runs.cancel.call_args.args[0] == runs.queue.call_args.args[0].id
