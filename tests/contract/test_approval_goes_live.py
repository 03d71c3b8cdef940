"""From an approval to what patients read, with the real versions in git and the real releases."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic.adapters.git_content import GitContent
from clinic.adapters.git_text_authors import GitTextAuthors
from clinic.adapters.release_bundles import MODEL, NET, ReleaseBundles
from clinic.adapters.release_wording import ReleaseWording
from clinic.adapters.sql.change_sets import SqlChangeSets
from clinic.adapters.sql.releases import SqlReleases
from clinic.answers import load_catalogue
from clinic.releases.desk import CannotPublish, Installed, ReleaseDesk
from clinic.review.answers.content_lines import DeskLines
from clinic.review.answers.drafts import AuthorsUnknown, OwnText
from clinic.review.answers.wording import AnswerKey
from clinic.review.changes.desk import ChangeSetDesk
from clinic.review.content.edits import set_answer
from clinic.review.content.errors import EditsInTheWay
from clinic.review.content.tree import ContentTree
from tests.content_repository import git
from tests.unit.review.answers_on_disk import DOCTOR, IRON, NURSE, OTHER_DOCTOR, AnswersOnDisk, fresh_text
from tests.web.staff.signed_in import fresh_database


class RealHouse(AnswersOnDisk):
    """The same desks over git, sets of changes and releases."""

    def __init__(self, folder: Path, url: str) -> None:
        super().__init__(folder, url)
        shutil.copy("config.yml", self.root)
        self.git("init", "-q", "-b", "main")
        self.commit("Content", "dev@example.org")
        model, net = folder / "rls.tar.gz", folder / "safety_net.npz"
        model.write_bytes(b"a model")
        net.write_bytes(b"a net")
        self.content = GitContent(self.root, folder / "changes")
        self.changes = ChangeSetDesk(SqlChangeSets(self.engine), self.content, self.record)
        bundles = ReleaseBundles(folder / "releases", "test")
        self.releases = ReleaseDesk(SqlReleases(self.engine), bundles, Installed(self.root, model, net), self.record)
        self.wire(
            DeskLines(self.changes, self.root), GitTextAuthors(), ReleaseWording(self.releases, self.changes.main_files)
        )

    def git(self, *arguments: str) -> str:
        return git(self.root, *arguments)

    def commit(self, message: str, email: str) -> None:
        self.git("add", "-A")
        self.git("-c", f"user.email={email}", "commit", "-q", "-m", message)

    def spoken(self, name: str = "utter_iron") -> tuple[str, str]:
        """Text and review status as the live release says them."""
        live = self.releases.live()
        assert live is not None
        answer = load_catalogue(self.releases.folder(live) / "data").find(name)
        assert answer is not None
        return answer.text, answer.review.status


@pytest.fixture
def house(tmp_path: Path) -> Iterator[RealHouse]:
    made = RealHouse(tmp_path, fresh_database(tmp_path))
    yield made
    made.engine.dispose()


def test_an_approved_wording_is_one_saved_change_by_the_clinician_and_live(house: RealHouse) -> None:
    text = fresh_text(house.answer())
    house.waiting(text)
    done = house.approvals.approve(DOCTOR, IRON, house.seen())
    assert done.is_live, done.trouble
    assert house.spoken() == (text, "approved")
    assert house.git("log", "-1", "--format=%H %ae").split() == [done.approval.commit, "ada@example.org"]
    assert house.git("show", "--name-only", "--format=").split() == ["data/answers/causes/iron.yml"]
    assert house.git("status", "--porcelain") == ""
    assert not house.wording.waits(house.answers.find(IRON))


def test_only_the_approved_file_goes_live(house: RealHouse) -> None:
    house.releases.live_or_installed()
    house.change_by_hand("Magnesium is", "Take 300 mg. Magnesium is", "data/answers/management/supplements.yml")
    house.commit("By hand", "dev@example.org")
    assert house.approvals.approve(DOCTOR, IRON, house.seen()).is_live
    assert "300 mg" not in house.spoken("utter_supplements")[0]


def test_who_wrote_the_text_by_hand_does_not_approve_it_and_another_does(house: RealHouse) -> None:
    house.change_by_hand("Heavy periods,", "Strong periods,")
    house.commit("By hand", "Ada@example.org")
    with pytest.raises(OwnText):
        house.approvals.approve(DOCTOR, IRON, house.seen())
    assert house.approvals.approve(OTHER_DOCTOR, IRON, house.seen()).is_live


def test_who_wrote_another_text_of_the_file_may_approve_this_one(house: RealHouse) -> None:
    house.change_by_hand("A dose is something", "A dose is a thing", "data/answers/refusal/refusal_dose.yml")
    house.commit("By hand", "ada@example.org")
    first = AnswerKey("utter_refusal_dose")
    assert house.approvals.approve(DOCTOR, first, house.seen(first)).is_live


def test_a_text_of_a_set_of_changes_is_not_approved_by_who_put_it_there(house: RealHouse) -> None:
    made = house.changes.open(DOCTOR, "New words")

    def new_answer(tree: ContentTree) -> None:
        source = (tree.root / "data/answers/causes/iron.yml").read_text("utf-8")
        stretching = source.replace("utter_iron", "utter_stretching")
        (tree.root / "data/answers/causes/stretching.yml").write_text(stretching, "utf-8")
        set_answer(tree, "utter_stretching", fresh_text(house.answer()))

    house.changes.edit(made.id, DOCTOR, "A new answer", new_answer)
    key = AnswerKey("utter_stretching")
    with pytest.raises(OwnText):
        house.approvals.approve(DOCTOR, key, house.seen(key))
    done = house.approvals.approve(OTHER_DOCTOR, key, house.seen(key))
    assert (done.is_live, done.approval.change_set) == (False, made.id)
    assert house.answer(key).is_approved
    assert "stretching" not in house.git("ls-tree", "-r", "--name-only", "main")


def test_an_approved_text_is_still_approved_by_another_later(house: RealHouse) -> None:
    house.waiting(fresh_text(house.answer()), by=NURSE)
    house.approvals.approve(DOCTOR, IRON, house.seen())
    assert house.approvals.approve(DOCTOR, IRON, house.seen(), months=24).is_live
    assert house.answer().review.due == "2028-11-23"


def test_edits_by_hand_that_are_saved_nowhere_are_not_overwritten(house: RealHouse) -> None:
    house.waiting(fresh_text(house.answer()))
    seen = house.seen()
    house.change_by_hand("# iron:", "# Iron, being edited:")
    with pytest.raises(EditsInTheWay):
        house.approvals.approve(DOCTOR, IRON, seen)
    assert "being edited" in (house.root / "data/answers/causes/iron.yml").read_text("utf-8")
    assert house.answers.draft_of(IRON) is not None


def test_a_source_that_the_live_release_does_not_know_is_not_sprung_on_visitors(house: RealHouse) -> None:
    house.releases.live_or_installed()
    source = "  new_study: {title: A new study, url: null, seen: source}\n  nhs_rls:"
    house.change_by_hand("  nhs_rls:", source, "data/clinic/sources.yml")
    house.change_by_hand("source: la_times_2010", "source: new_study")
    house.commit("By hand", "dev@example.org")
    done = house.approvals.approve(DOCTOR, IRON, house.seen())
    assert not done.is_live
    assert done.trouble is not None
    assert house.spoken()[1] == "unreviewed"


def test_without_a_history_nobody_can_tell_who_wrote_it(house: RealHouse) -> None:
    shutil.rmtree(house.root / ".git")
    with pytest.raises(AuthorsUnknown):
        house.approvals.approve(DOCTOR, IRON, house.seen())


def test_what_was_tried_and_not_published_goes_after_a_fortnight_and_what_was_live_stays(house: RealHouse) -> None:
    house.waiting(fresh_text(house.answer()))
    house.approvals.approve(DOCTOR, IRON, house.seen())
    live = house.releases.live()
    assert live is not None
    model, net = house.root.parent / "taught.tar.gz", house.releases.folder(live) / NET
    model.write_bytes(b"another model")
    tried = house.releases.keep(house.root, model, net, commit="c0ffee", title="Tried", by="ann")
    assert house.releases.clear_tried() == 0
    house.releases._now = lambda: time.time() + 15 * 24 * 3600
    assert (house.releases.clear_tried(), house.releases.clear_tried()) == (1, 0)
    with pytest.raises(CannotPublish, match="Check its changes anew"):
        house.releases.ensure_can_go(tried.id)
    assert (house.releases.folder(live) / MODEL).read_bytes() == b"a model"
    assert all(house.releases.folder(p.release).is_dir() for p in house.releases.publications())
