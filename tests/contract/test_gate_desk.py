"""Publishing what the gate let through, with the real versions in git and the real releases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from clinic.adapters.sql.gate_runs import SqlGateRuns
from clinic.adapters.sql.releases import SqlReleases
from clinic.releases.desk import CannotPublish
from clinic.releases.model import AGAINST, GateRun, GateState, Publication
from clinic.releases.ports import PublishingNow
from clinic.review.changes.change_set import Author, ChangeSetState
from clinic.review.content.errors import ChangesError
from clinic.review.content.tree import ContentTree
from clinic.review.gate.desk import GateDesk, NotThroughTheGate
from clinic.staff.model import StaffMember
from tests.contract.test_approval_goes_live import RealHouse
from tests.unit.review.answers_on_disk import ADMIN, NURSE
from tests.web.staff.signed_in import fresh_database

REASON = "The doctor of this clinic asks for it today."
RED_FLAGS = "data/clinic/red_flags.yml"


class GatedHouse(RealHouse):
    """The same with the gate's desk; `check` is what a worker does."""

    def __init__(self, folder: Path, url: str) -> None:
        super().__init__(folder, url)
        self.runs, self.store = SqlGateRuns(self.engine), SqlReleases(self.engine)
        main = partial(self.changes.main_files, ["data/answers"])
        self.gate = GateDesk(self.runs, self.changes, self.releases, main, self.record)
        self.folder = folder

    def a_set(self, word: str) -> str:
        """A set of changes with something that is understood otherwise."""
        made = self.changes.open(NURSE, f"About {word}")
        self.teach(made.id, word)
        return made.id

    def teach(self, change_set: str, word: str) -> None:
        def change(tree: ContentTree) -> None:
            file = tree.root / RED_FLAGS
            before, line = file.read_text("utf-8"), f"# {word}\n"
            lines = before.splitlines(keepends=True)
            at = {"toes": 0, "ears": len(lines) // 2}.get(word, len(lines))  # not at the same place
            file.write_text("".join([*lines[:at], line, *lines[at:]]), "utf-8")

        self.changes.edit(change_set, NURSE, f"About {word}", change)

    def check(self, change_set: str, state: GateState = GateState.PASSED) -> GateRun:
        asked = self.gate.ask(NURSE, change_set)
        taken = self.runs.take(asked.asked_at, 0.0)
        assert taken is not None
        against = self.releases.live_or_installed()
        installed = self.releases.folder(against) / "models"
        model, net = installed / "rls.tar.gz", installed / "safety_net.npz"
        tree = self.changes.tree(change_set).root
        title = self.changes.find(change_set).title
        tried = self.releases.keep(tree, model, net, commit=taken.head, title=title, by="worker")
        done = replace(taken, state=state, release=tried.id, report={AGAINST: against.engine})
        self.runs.progress(done, asked.asked_at)
        self.changes.move(change_set, ChangeSetState(state.value))
        return done

    def goes_live(self, publication: Publication) -> None:
        """What a keeper does once the new server has been tried."""
        self.store.switch(publication.number, 1.0)

    def publish(self, run: GateRun, by: StaffMember = NURSE, override: str | None = None) -> Publication:
        return self.gate.publish(by, run.id, override)

    def understood(self) -> str:
        live = self.releases.live()
        assert live is not None
        return (self.releases.folder(live) / RED_FLAGS).read_text("utf-8")

    def on_main(self) -> str:
        return self.git("show", f"main:{RED_FLAGS}")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[GatedHouse]:
    made = GatedHouse(tmp_path, fresh_database(tmp_path))
    yield made
    made.engine.dispose()


def test_what_passed_goes_live_under_the_title_of_its_set(house: GatedHouse) -> None:
    run = house.check(house.a_set("knees"))
    publication = house.publish(run)
    house.goes_live(publication)
    assert publication.release.title == "About knees"
    assert "# knees" in house.understood()
    assert "# knees" in house.on_main()
    assert house.gate.is_published(run)
    with pytest.raises(NotThroughTheGate):
        house.publish(run)


def test_what_was_checked_before_something_else_went_live_does_not_take_that_back(house: GatedHouse) -> None:
    first, second = house.check(house.a_set("knees")), house.check(house.a_set("toes"))
    house.goes_live(house.publish(first))
    with pytest.raises(NotThroughTheGate):
        house.publish(second)
    assert "# toes" not in house.on_main()
    again = house.check(second.change_set)
    house.goes_live(house.publish(again))
    assert "# knees" in house.understood()
    assert "# toes" in house.understood()


def test_an_approved_wording_that_went_live_since_needs_no_new_check(house: GatedHouse) -> None:
    run = house.check(house.a_set("knees"))
    house.change_by_hand("Heavy periods,", "Strong periods,")
    house.commit("By hand", "dev@example.org")
    house.releases.publish_wording("somebody", house.root, "c0ffee", "words", ["data/answers/causes/iron.yml"])
    house.goes_live(house.publish(run))
    assert "Strong periods" in house.spoken()[0]
    assert "# knees" in house.understood()


def test_a_set_that_was_changed_after_it_passed_is_not_published(house: GatedHouse) -> None:
    run = house.check(house.a_set("knees"))
    house.teach(run.change_set, "toes")
    with pytest.raises(ChangesError):
        house.publish(run)
    assert "# knees" not in house.on_main()
    assert house.releases.coming() is None


def test_an_older_verdict_does_not_count_where_a_newer_one_refused(house: GatedHouse) -> None:
    passed = house.check(house.a_set("knees"))
    house.check(passed.change_set, GateState.REFUSED)
    with pytest.raises(NotThroughTheGate):
        house.publish(passed)


def test_while_something_else_starts_nothing_is_done_and_it_can_be_published_afterwards(house: GatedHouse) -> None:
    first = house.check(house.a_set("knees"))
    house.publish(first)
    second = house.check(house.a_set("toes"))
    with pytest.raises(PublishingNow):
        house.publish(second)
    assert "# toes" not in house.on_main()
    assert house.changes.find(second.change_set).state is ChangeSetState.PASSED


def test_what_did_not_go_live_can_be_published_again(house: GatedHouse) -> None:
    run = house.check(house.a_set("knees"))
    publication = house.publish(run)
    house.store.fail(publication.number, "the server did not start", 1.0)
    assert not house.gate.is_published(run)
    house.goes_live(house.publish(run))
    assert "# knees" in house.understood()


def test_what_did_not_go_live_before_something_else_did_comes_with_the_next_set(house: GatedHouse) -> None:
    first, second = house.check(house.a_set("knees")), house.check(house.a_set("toes"))
    house.store.fail(house.publish(first).number, "the server did not start", 1.0)
    house.goes_live(house.publish(second))
    with pytest.raises(NotThroughTheGate, match="next set"):
        house.publish(first)
    third = house.check(house.a_set("ears"))
    house.goes_live(house.publish(third))
    assert "# knees" in house.understood()


def test_a_release_that_was_tampered_with_is_refused_before_anything_is_merged(house: GatedHouse) -> None:
    run = house.check(house.a_set("knees"))
    bundle = house.folder / "releases" / str(run.release) / RED_FLAGS
    bundle.chmod(0o644)
    bundle.write_text("nothing", "utf-8")
    with pytest.raises(CannotPublish):
        house.publish(run)
    assert "# knees" not in house.on_main()


def test_edits_by_hand_that_are_saved_nowhere_do_not_go_live(house: GatedHouse) -> None:
    run = house.check(house.a_set("knees"))
    house.change_by_hand("Magnesium is", "Take 300 mg. Magnesium is", "data/answers/management/supplements.yml")
    house.goes_live(house.publish(run))
    assert "300 mg" not in house.spoken("utter_supplements")[0]


@pytest.mark.parametrize(
    ("by", "reason"), [(NURSE, None), (NURSE, REASON), (ADMIN, None), (ADMIN, "because")]
)  # fmt: skip
def test_what_was_refused_is_not_published(house: GatedHouse, by: StaffMember, reason: str | None) -> None:
    run = house.check(house.a_set("knees"), GateState.REFUSED)
    with pytest.raises(NotThroughTheGate):
        house.publish(run, by, reason)
    assert "# knees" not in house.on_main()
    assert house.releases.coming() is None


def test_an_override_is_on_record_before_anything_goes_live(house: GatedHouse) -> None:
    run = house.check(house.a_set("knees"), GateState.REFUSED)
    publication = house.publish(run, ADMIN, REASON)
    assert publication.override == REASON
    actions = [action for _, action, *_ in house.record.notes]
    assert actions.index("gate.overridden") < actions.index("release.asked", actions.index("gate.overridden"))


def test_what_was_saved_after_a_merge_that_nobody_noted_is_not_lost(house: GatedHouse) -> None:
    """The database went away between the merge in git and the note of it."""
    change_set = house.a_set("knees")
    head = house.changes.find(change_set).head
    house.content.merge(change_set, head, Author.of(NURSE), "About knees", head)
    house.teach(change_set, "toes")
    house.goes_live(house.publish(house.check(change_set)))
    assert "# toes" in house.on_main()
    assert "# toes" in house.understood()


def test_a_stopped_check_lets_go_of_its_set_and_one_that_is_over_stays_as_it_is(house: GatedHouse) -> None:
    change_set = house.a_set("knees")
    asked = house.gate.ask(NURSE, change_set)
    assert house.gate.cancel(NURSE, asked.id)
    assert house.changes.find(change_set).state is ChangeSetState.OPEN
    passed = house.check(change_set)
    assert not house.gate.cancel(NURSE, passed.id)
    assert house.changes.find(change_set).state is ChangeSetState.PASSED


def test_a_set_is_checked_once_at_a_time(house: GatedHouse) -> None:
    change_set = house.a_set("knees")
    house.gate.ask(NURSE, change_set)
    with suppress(ChangesError):
        house.gate.ask(NURSE, change_set)
    assert sum(run.state is GateState.QUEUED for run in house.runs.runs()) == 1


def test_two_wordings_at_the_same_moment_do_not_take_each_other_back(house: GatedHouse) -> None:
    """The second was made of what was live before the first."""
    live = house.releases.live_or_installed()
    before = house.store.live()
    assert before is not None
    house.change_by_hand("Heavy periods,", "Strong periods,")
    house.releases.publish_wording("somebody", house.root, "c0ffee", "words", ["data/answers/causes/iron.yml"])
    with pytest.raises(PublishingNow):
        house.store.ask(live.id, "another", "other words", 2.0, after=before.number)
    assert house.releases.coming() is None
