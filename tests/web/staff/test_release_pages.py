"""The page of a check in every state, for everybody who may see it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from clinic.adapters.sql.change_sets import SqlChangeSets
from clinic.adapters.sql.gate_runs import SqlGateRuns
from clinic.adapters.sql.releases import SqlReleases
from clinic.releases.desk import Installed, ReleaseDesk
from clinic.releases.model import GateRun, GateState
from clinic.review.change_sets import ChangeSetDesk
from clinic.review.gate_desk import LEAST_REASON, GateDesk
from clinic.staff.model import Role
from tests.web.staff.signed_in import StaffSite, staff_site
from web.staff.releases.routes import release_routes

NUMBERS = {"recall": 0.98, "false_alarms": 0.01, "understood": 0.93, "calibration_error": 0.02, "p95_ms": 48.0}
FINDING = {"check": "understanding", "says": "4 test questions get worse.", "examples": ["can I run"]}
REPORT = {"findings": [FINDING], "numbers": {"live": NUMBERS, "new": NUMBERS}, "article": "compared"}
STEP = {"name": "check", "title": "Check the texts", "state": "running", "share": 0.4, "seconds": 0.0, "note": ""}


class Place:
    """The pages and the store of checks behind them."""

    site: StaffSite
    runs: SqlGateRuns

    def a_run(self, state: GateState, report: dict[str, Any] | None = None, **more: Any) -> GateRun:
        id = f"{list(GateState).index(state):016x}"
        run = GateRun(id, "a set", "head", state, "somebody", 0.0, steps=[STEP], report=report or {}, **more)
        if self.runs.run(run.id) is None:
            self.runs.queue(run)
        return run


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    found = Place()
    nowhere = Installed(Path("none"), Path("none"), Path("none"))

    def desk() -> GateDesk:
        site = found.site
        sets = ChangeSetDesk(SqlChangeSets(site.engine), Mock(), site.record)
        releases = ReleaseDesk(SqlReleases(site.engine), Mock(), nowhere, site.record)
        return GateDesk(found.runs, sets, releases, Path, site.record)

    with staff_site(lambda access, pages: release_routes(access, pages, desk, str)) as site:
        found.site, found.runs = site, SqlGateRuns(site.engine)
        yield found


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("state", GateState)
def test_a_check_is_shown_in_every_state_to_every_role(place: Place, state: GateState, role: Role) -> None:
    """A check that has just begun has no report yet."""
    run = place.a_run(state, REPORT if state in (GateState.PASSED, GateState.REFUSED) else None, release=None)
    page = place.site.signed_in(role).get(f"/staff/releases/checks/{run.id}")
    assert page.status_code == 200
    assert "Check the texts" in page.text


def test_an_admin_who_publishes_against_the_check_without_a_reason_hears_why_not(place: Place) -> None:
    run = place.a_run(GateState.REFUSED, REPORT)
    with place.site.engine.begin() as connection:
        connection.exec_driver_sql("update gate_run set release_id = '0123456789ab' where id = ?", (run.id,))
    admin = place.site.signed_in(Role.ADMIN)
    assert 'name="reason"' in admin.get(f"/staff/releases/checks/{run.id}").text
    answer = admin.submit(f"/staff/releases/checks/{run.id}/publish", reason="because")
    assert answer.status_code >= 400
    assert str(LEAST_REASON) in answer.text
