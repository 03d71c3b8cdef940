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
from clinic.releases.model import AGAINST, GateRun, GateState, Release
from clinic.review.changes.desk import ChangeSet, ChangeSetDesk, ChangeSetState
from clinic.review.content.errors import RepositoryUnavailable
from clinic.review.gate.desk import LEAST_REASON, GateDesk
from clinic.staff.model import Role
from tests.web.staff.page_reading import error_of, words
from tests.web.staff.signed_in import StaffSite, staff_site
from web.staff.releases.routes import release_routes

NUMBERS = {"recall": 0.98, "false_alarms": 0.01, "understood": 0.93, "calibration_error": 0.02, "p95_ms": 48.0}
FINDING = {"check": "understanding", "says": "4 test questions get worse.", "examples": ["can I run"]}
REPORT = {"findings": [FINDING], "numbers": {"live": NUMBERS, "new": NUMBERS}, "article": "compared"}
ENGINE = "the engine of what is live"
STEP = {"name": "check", "title": "Check the texts", "state": "running", "share": 0.4, "seconds": 0.0, "note": ""}


class Place:
    """The pages and the store of checks behind them."""

    site: StaffSite
    runs: SqlGateRuns
    content: Mock  # the repository, of which only the titles are read

    def a_run(self, state: GateState, report: dict[str, Any] | None = None, **more: Any) -> GateRun:
        id = f"{list(GateState).index(state):016x}"
        run = GateRun(id, "a set", "head", state, "somebody", 0.0, steps=[STEP], report=report or {}, **more)
        if self.runs.run(run.id) is None:
            self.runs.queue(run)
        return run

    def one_that_got_far(self, state: GateState, change_set: str, against: str = ENGINE) -> GateRun:
        """A check of a set that is there, with a release, compared with what is live."""
        releases = SqlReleases(self.site.engine)
        releases.add(Release("0123456789ab", ENGINE, "head", "Live", "somebody", 0.0))
        if releases.live() is None:
            releases.switch(releases.ask("0123456789ab", "somebody", "first", 0.0), 0.0)
        SqlChangeSets(self.site.engine).add(
            ChangeSet(change_set, "About iron", ChangeSetState(state.value), "somebody", 0.0, "change/x", "head")
        )
        run = GateRun(
            f"{change_set:0>16}", change_set, "head", state, "somebody", 1.0, report={**REPORT, AGAINST: against},
            release="0123456789ab",
        )  # fmt: skip
        self.runs.queue(run)
        return run


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    found = Place()
    found.content, sound = Mock(), Mock()
    found.content.read.return_value, sound.faults.return_value = "titles: {}", []
    nowhere = Installed(Path("none"), Path("none"), Path("none"))

    def desk() -> GateDesk:
        site = found.site
        sets = ChangeSetDesk(SqlChangeSets(site.engine), found.content, site.record)
        releases = ReleaseDesk(SqlReleases(site.engine), sound, nowhere, site.record)
        return GateDesk(found.runs, sets, releases, Mock(), site.record)

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
    run = place.one_that_got_far(GateState.REFUSED, "b01d")
    admin = place.site.signed_in(Role.ADMIN)
    assert 'name="reason"' in admin.get(f"/staff/releases/checks/{run.id}").text
    answer = admin.submit(f"/staff/releases/checks/{run.id}/publish", reason="because")
    assert answer.status_code == 422
    assert str(LEAST_REASON) in error_of(answer, "reason")
    assert place.content.merge.call_count == 0


def test_who_publishes_while_another_release_starts_is_told_to_wait_and_can_do_it_afterwards(place: Place) -> None:
    run = place.one_that_got_far(GateState.PASSED, "1a7e")
    nurse, address = place.site.signed_in(Role.EDITOR), f"/staff/releases/checks/{run.id}"
    releases = SqlReleases(place.site.engine)
    number = releases.ask(str(run.release), "somebody", "another", 1.0)
    assert nurse.submit(f"{address}/publish").status_code == 409
    assert f'action="{address}/publish"' in nurse.get(address).text
    assert place.content.merge.call_count == 0
    releases.fail(number, "it did not start", 2.0)


def test_a_check_that_is_out_of_date_cannot_be_published_and_leads_to_the_changes(place: Place) -> None:
    run = place.one_that_got_far(GateState.PASSED, "01d0", against="another engine")
    address = f"/staff/releases/checks/{run.id}"
    page = place.site.signed_in(Role.EDITOR).get(address).text
    assert f'action="{address}/publish"' not in page
    assert 'href="/staff/changes/01d0"' in page


def test_what_could_not_be_tried_leads_back_to_the_changes_and_cannot_be_published(place: Place) -> None:
    run = GateRun("e" * 16, "a set", "head", GateState.REFUSED, "somebody", 0.0, report={"findings": [FINDING]})
    place.runs.queue(run)
    page = place.site.signed_in(Role.ADMIN).get(f"/staff/releases/checks/{run.id}").text
    assert f'href="/staff/changes/{run.change_set}"' in page
    assert 'name="reason"' not in page


@pytest.fixture(scope="module")
def refused(place: Place) -> GateRun:
    """A check of a set that is there, with findings as the gate writes them."""
    findings = [
        {"check": "understanding", "says": "“not_covered”: 3 of 40 questions are not.",
         "examples": ["is it iron → iron_treatment"]},
        {"check": "red_flags", "says": "1 example tells of danger.", "examples": ["my leg is cold → small_talk"]},
        {"check": "texts", "says": "data/answers/a_b.yml has no source.", "examples": ["one → not_covered"]},
    ]  # fmt: skip
    SqlChangeSets(place.site.engine).add(
        ChangeSet("cold1", "About iron", ChangeSetState.REFUSED, "somebody", 0.0, "change/cold1", "head")
    )
    run = GateRun("f" * 16, "cold1", "head", GateState.REFUSED, "somebody", 0.0, steps=[STEP],
                  report={**REPORT, "findings": findings})  # fmt: skip
    place.runs.queue(run)
    return run


def test_a_refusal_calls_topics_as_their_buttons_do(place: Place, refused: GateRun) -> None:
    place.content.read.side_effect = None
    place.content.read.return_value = "titles: {not_covered: Else, iron_treatment: Taking iron}"
    read = words(place.site.signed_in(Role.EDITOR).get(f"/staff/releases/checks/{refused.id}"))
    assert "“Else”: 3 of 40" in read
    assert "is it iron → “Taking iron”" in read
    assert "my leg is cold → “Small talk”" in read
    assert "data/answers/a_b.yml" in read and "one → not_covered" in read


def test_a_refusal_is_told_in_words_where_the_titles_cannot_be_read(place: Place, refused: GateRun) -> None:
    place.content.read.side_effect = RepositoryUnavailable
    page = place.site.signed_in(Role.EDITOR).get(f"/staff/releases/checks/{refused.id}")
    assert page.status_code == 200
    assert "is it iron → “Iron treatment”" in words(page)
