"""Asking the gate, and publishing what it let through."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from clinic.releases.desk import CannotPublish, ReleaseDesk
from clinic.releases.model import GateRun, GateState, Publication
from clinic.releases.ports import GateRunStore, ReleaseStoreError
from clinic.review.changes.change_set import ChangeSetState
from clinic.review.changes.desk import ChangeSetDesk
from clinic.staff.model import Permission, StaffMember
from clinic.staff.ports import AuditLog

LEAST_REASON = 20  # characters
_UNDER_WAY = frozenset({GateState.QUEUED, GateState.RUNNING})


class NotThroughTheGate(CannotPublish):
    """The gate has not let these changes through, or they were changed afterwards."""


@dataclass(frozen=True)
class GateDesk:
    """Runs are asked for here and done by the worker; only what passed is published, but for a loud override."""

    runs: GateRunStore
    change_sets: ChangeSetDesk
    releases: ReleaseDesk
    main: Callable[[], Path]
    audit: AuditLog
    now: Callable[[], float] = time.time

    def ask(self, member: StaffMember, change_set_id: str) -> GateRun:
        """Queue a check of a set as it is now, brought up to date. Raises `ChangesError`s."""
        found = self.change_sets.bring_up_to_date(change_set_id, member)
        self.change_sets.move(found.id, ChangeSetState.TESTING)
        run = GateRun(
            secrets.token_hex(8), found.id, found.head, GateState.QUEUED, asked_by=member.id, asked_at=self.now()
        )
        try:
            self.runs.queue(run)
        except ReleaseStoreError:
            self.change_sets.move(found.id, ChangeSetState.OPEN)  # no run will ever let go of it
            raise
        self.audit.note(member.id, "gate.asked", found.id, {"run": run.id})
        return run

    def cancel(self, member: StaffMember, run_id: str) -> None:
        """Stop a run; its set can be changed again."""
        run = self._run(run_id)
        if run.state in _UNDER_WAY:
            self.runs.cancel(run.id, self.now())
            self.change_sets.move(run.change_set, ChangeSetState.OPEN)
            self.audit.note(member.id, "gate.cancelled", run.change_set, {"run": run.id})

    def publish(self, member: StaffMember, run_id: str, override: str | None = None) -> Publication:
        """Let a checked set go live. Against the gate only with a reason, by who may; raises `NotThroughTheGate`."""
        run = self._run(run_id)
        self._refuse_what_may_not(member, run, override)
        found = self.change_sets.find(run.change_set)
        if found.state is not ChangeSetState.PUBLISHED:
            commit = self.change_sets.merge(run.change_set, member, expects=run.head)
        else:
            commit = run.head
        publication = self.releases.publish(
            member.id, run.release or "", self.main(), commit, found.title, override=override
        )
        if override:
            self.audit.note(member.id, "gate.overridden", run.change_set, {"run": run.id, "reason": override})
        return publication

    def _refuse_what_may_not(self, member: StaffMember, run: GateRun, override: str | None) -> None:
        if run.release is None:
            raise NotThroughTheGate("The check did not get far enough to make something that can be published.")
        if run.state is GateState.PASSED:
            return
        if run.state is not GateState.REFUSED or override is None:
            raise NotThroughTheGate("The check has not let these changes through.")
        if not member.may(Permission.OVERRIDE):
            raise NotThroughTheGate("Only an administrator may publish against the check.")
        if len(override.strip()) < LEAST_REASON:
            raise NotThroughTheGate(f"Give the reason in at least {LEAST_REASON} characters: it is kept for good.")

    def _run(self, run_id: str) -> GateRun:
        run = self.runs.run(run_id)
        if run is None:
            raise NotThroughTheGate("There is no such check.")
        return run
