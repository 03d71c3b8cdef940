"""Asking the gate, and publishing what it let through."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path

from clinic.releases.desk import CannotPublish, ReleaseDesk
from clinic.releases.model import AGAINST, GateRun, GateState, Publication, PublicationState
from clinic.releases.ports import GateRunStore
from clinic.review.changes.change_set import ChangeSetState
from clinic.review.changes.desk import ChangeSetDesk
from clinic.review.content.errors import ChangesError, ChangeSetClosed
from clinic.staff.model import Permission, StaffMember
from clinic.staff.ports import AuditLog

LEAST_REASON = 20  # characters
_WITHOUT_VERDICT = frozenset({GateState.FAILED, GateState.CANCELLED})
_MOST_RUNS = 200


class NotThroughTheGate(CannotPublish):
    """The gate has not let these changes through, or they were changed afterwards."""


@dataclass(frozen=True)
class GateDesk:
    """Runs are asked for here and done by the worker; only what passed is published, but for a loud override.

    `main`: the wording of the main line as it is saved, in a folder that is there for a while.
    """

    runs: GateRunStore
    change_sets: ChangeSetDesk
    releases: ReleaseDesk
    main: Callable[[], AbstractContextManager[Path]]
    audit: AuditLog
    now: Callable[[], float] = time.time

    def ask(self, member: StaffMember, change_set_id: str) -> GateRun:
        """Queue a check of a set as it is now, brought up to date. Raises `ChangesError`s."""
        found = self.change_sets.bring_up_to_date(change_set_id, member)
        run = GateRun(
            secrets.token_hex(8), found.id, found.head, GateState.QUEUED, asked_by=member.id, asked_at=self.now()
        )
        self.runs.queue(run)  # before the set is held: no set is without a run that lets go of it
        try:
            self.change_sets.move(found.id, ChangeSetState.TESTING)
        except ChangesError:
            self.runs.cancel(run.id, self.now())
            raise
        self.audit.note(member.id, "gate.asked", found.id, {"run": run.id})
        return run

    def cancel(self, member: StaffMember, run_id: str) -> bool:
        """Stop a run; its set can be changed again. `False` where it was over already."""
        run = self._run(run_id)
        if not self.runs.cancel(run.id, self.now()):
            return False
        with suppress(ChangeSetClosed):  # the worker was faster
            self.change_sets.move(run.change_set, ChangeSetState.OPEN)
        self.audit.note(member.id, "gate.cancelled", run.change_set, {"run": run.id})
        return True

    def publish(self, member: StaffMember, run_id: str, override: str | None = None) -> Publication:
        """Let a checked set go live. Against the gate only with a reason, by who may; raises `NotThroughTheGate`."""
        run = self._run(run_id)
        release = self._refuse_what_may_not(member, run, override)
        self.releases.ensure_can_go(release)  # before anything is done that stays done
        commit = self.change_sets.merge(run.change_set, member, expects=run.head)
        if override:
            self.audit.note(member.id, "gate.overridden", run.change_set, {"run": run.id, "reason": override})
        title = self.change_sets.find(run.change_set).title
        with self.main() as wording:
            return self.releases.publish(member.id, release, wording, commit, title, override=override)

    def is_published(self, run: GateRun) -> bool:
        """Whether visitors get what a run checked, got it, or are about to; not where it failed to go live."""
        found = self.change_sets.find(run.change_set)
        if found.state is not ChangeSetState.PUBLISHED:
            return False
        since = [p for p in self.releases.publications() if p.asked_at >= run.asked_at and p.why == found.title]
        return any(p.state is not PublicationState.FAILED for p in since)

    def out_of_date(self, run: GateRun) -> str | None:
        """Why a verdict says nothing of what visitors would get by now, in words."""
        newer = [
            r for r in self.runs.runs(_MOST_RUNS)
            if r.change_set == run.change_set and r.asked_at > run.asked_at and r.state not in _WITHOUT_VERDICT
        ]  # fmt: skip
        if newer:
            return "These changes were checked once more after this. Look at the newest check."
        live = self.releases.live()
        if live is not None and run.report.get(AGAINST) == live.engine:
            return None
        if self.change_sets.find(run.change_set).state is ChangeSetState.PUBLISHED:
            return "These changes did not go live. They are saved, and go live with the next set that is published."
        return "Something else was published after this check. Check these changes anew."

    def _refuse_what_may_not(self, member: StaffMember, run: GateRun, override: str | None) -> str:
        """The release that may go live."""
        if run.release is None:
            raise NotThroughTheGate("The check did not get far enough to make something that can be published.")
        if self.is_published(run):
            raise NotThroughTheGate("These changes were published already.")
        if why := self.out_of_date(run):
            raise NotThroughTheGate(why)
        self._refuse_against_the_verdict(member, run, override)
        return run.release

    def _refuse_against_the_verdict(self, member: StaffMember, run: GateRun, override: str | None) -> None:
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
