"""What the pages of checks and releases show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import HTTPException, Request, Response

from clinic.releases.model import GateRun, GateState, PublicationState
from clinic.releases.ports import ReleaseStoreError
from clinic.review.content.errors import ChangesError, ChangeSetNotFound
from clinic.review.gate.desk import LEAST_REASON, GateDesk
from clinic.staff.model import StaffMember
from web.staff.pages import StaffPages
from web.staff.releases.findings import in_titles

STATES = {
    GateState.QUEUED: ("Waiting", ""), GateState.RUNNING: ("Being checked", "badge-warn"),
    GateState.PASSED: ("Passed", "badge-ok"), GateState.REFUSED: ("Refused", "badge-danger"),
    GateState.FAILED: ("Could not be checked", "badge-danger"), GateState.CANCELLED: ("Stopped", ""),
}  # fmt: skip
PUBLICATION_STATES = {
    PublicationState.LIVE: ("Live", "badge-ok"), PublicationState.STARTING: ("Starting", "badge-warn"),
    PublicationState.FORMER: ("Was live", ""), PublicationState.FAILED: ("Did not go live", "badge-danger"),
}  # fmt: skip
CHECKS = {
    "texts": "Texts and answers", "files": "Files", "red_flags": "Danger", "understanding": "Understanding",
    "calibration": "How sure it is", "dialogues": "Conversations", "speed": "Speed",
}  # fmt: skip
_UNDER_WAY = frozenset({GateState.QUEUED, GateState.RUNNING})


@dataclass(frozen=True)
class ReleaseViews:
    """Pages from a desk."""

    pages: StaffPages
    desk: Callable[[], GateDesk]
    name_of: Callable[[str], str]

    def listed(
        self, request: Request, member: StaffMember, errors: Mapping[str, str] | None = None, status: int = 200
    ) -> Response:
        """What is live, what was, and the last checks."""
        desk = self.desk()
        return self.pages.show(
            request, "releases_list.html", member, status, errors=errors or {}, **self._live_values(),
            runs=[(run, self._title(run)) for run in desk.runs.runs(20)], states=STATES, name_of=self.name_of,
        )  # fmt: skip

    def live(self, request: Request, member: StaffMember) -> Response:
        """The part that changes while a release starts."""
        return self.pages.show(request, "releases_live.html", member, **self._live_values(), name_of=self.name_of)

    def new(
        self, request: Request, member: StaffMember, changes: str, errors: Mapping[str, str] | None = None,
        status: int = 200,
    ) -> Response:  # fmt: skip
        """The question whether to check a set of changes."""
        desk = self.desk()
        try:
            found, differences = desk.change_sets.find(changes), desk.change_sets.differences(changes)
        except ChangeSetNotFound as error:
            raise HTTPException(404) from error
        except ChangesError as error:
            found, differences, errors = desk.change_sets.find(changes), [], {"": str(error)}
        return self.pages.show(
            request, "releases_new.html", member, status, errors=errors or {}, change_set=found,
            differences=differences,
        )  # fmt: skip

    def run(
        self, request: Request, member: StaffMember, run_id: str, errors: Mapping[str, str] | None = None,
        reason: str = "", status: int = 200,
    ) -> Response:  # fmt: skip
        """One check, its steps, its verdict, and what can be done about it."""
        return self.pages.show(
            request, "releases_check.html", member, status, errors=errors or {}, reason=reason, **self._run(run_id)
        )

    def progress(self, request: Request, member: StaffMember, run_id: str) -> Response:
        """The steps alone; when the check has ended, the whole page is asked for."""
        values = self._run(run_id)
        response = self.pages.show(request, "releases_progress.html", member, **values)
        if not values["is_under_way"]:
            response.headers["HX-Refresh"] = "true"
        return response

    def _run(self, run_id: str) -> dict[str, Any]:
        try:
            run = self.desk().runs.run(run_id)
        except ReleaseStoreError as error:
            raise HTTPException(503) from error
        if run is None:
            raise HTTPException(404)
        title = self._title(run)
        is_published, is_under_way = self._is_published(run), run.state in _UNDER_WAY
        can_go = run.release is not None and not is_published
        out_of_date = self.desk().out_of_date(run) if can_go else None
        done = [step for step in run.steps if step["state"] == "done"]
        share = (len(done) + sum(s["share"] for s in run.steps if s["state"] == "running")) / max(len(run.steps), 1)
        return {
            "run": run, "title": title, "findings": self._findings(run), "state": STATES[run.state],
            "is_under_way": is_under_way, "out_of_date": out_of_date,
            "percent": round(100 * share), "checks": CHECKS, "name_of": self.name_of, "least_reason": LEAST_REASON,
            "may_publish": run.state is GateState.PASSED and not is_published,
            "is_refused": run.state is GateState.REFUSED and not is_published, "is_published": is_published,
        }  # fmt: skip

    def _findings(self, run: GateRun) -> list[Mapping[str, Any]]:
        found = run.report.get("findings") or []
        try:
            return in_titles(found, self.desk().change_sets.titles(run.change_set)) if found else []
        except ChangesError:
            return in_titles(found, {})

    def _is_published(self, run: GateRun) -> bool:
        try:
            return self.desk().is_published(run)
        except ChangesError:
            return False

    def _live_values(self) -> dict[str, Any]:
        releases = self.desk().releases
        publications = releases.publications()
        return {
            "live": next((p for p in publications if p.state is PublicationState.LIVE), None),
            "coming": next((p for p in publications if p.state is PublicationState.STARTING), None),
            "publications": publications, "publication_states": PUBLICATION_STATES,
        }  # fmt: skip

    def _title(self, run: GateRun) -> str:
        try:
            return self.desk().change_sets.find(run.change_set).title
        except ChangesError:
            return "A set of changes"
