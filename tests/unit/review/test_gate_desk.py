"""Asking for a check, where the database gives way."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import Mock

import pytest

from clinic.releases.ports import ReleaseStoreError
from clinic.review.changes.change_set import ChangeSetState
from clinic.review.gate.desk import GateDesk
from clinic.staff.model import Role, StaffMember

NURSE = StaffMember("nora", "Nora Lind", "nora@example.org", Role.EDITOR)


def test_a_set_is_not_held_by_a_check_that_nobody_noted() -> None:
    sets, runs = Mock(), Mock()
    runs.queue.side_effect = ReleaseStoreError("the database does not answer")
    with pytest.raises(ReleaseStoreError):
        GateDesk(runs, sets, Mock(), Path, Mock()).ask(NURSE, "a1b2")
    assert [call.args[1] for call in sets.move.call_args_list] == [ChangeSetState.TESTING, ChangeSetState.OPEN]
