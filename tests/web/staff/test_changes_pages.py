"""The pages of the sets of changes, with the real sign-in, database and git."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from clinic.adapters.git_content import GitContent
from clinic.adapters.sql.change_sets import SqlChangeSets
from clinic.review.changes.desk import ChangeSet, ChangeSetDesk, ChangeSetState
from clinic.review.content.edits import add_example, add_topic, examples_of, set_answer
from clinic.staff.model import Role
from tests.content_repository import content_repository, git
from tests.web.staff.page_reading import error_of, heading, summary, value_of, words
from tests.web.staff.signed_in import StaffBrowser, StaffSite, staff_site
from web.staff.changes.routes import changes_routes

ALL = "/staff/changes"
KEY = "s" * 40


class Place:
    """The pages, their desk and the repository behind it."""

    site: StaffSite
    desk: ChangeSetDesk
    repository: Path

    def a_set(self, browser: StaffBrowser, title: str = "Words about iron") -> ChangeSet:
        made = self.desk.open(browser.member, title)
        return self.desk.edit(
            made.id, browser.member, "A sentence", lambda t: add_example(t, "iron", f"words <b>of</b> {made.id}")
        )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    found = Place()
    found.repository = content_repository(tmp_path_factory.mktemp("content"))

    def names() -> dict[str, str]:
        return {account.id: account.name for account in found.site.desks.people.all()}

    with staff_site(lambda access, pages: changes_routes(access, pages, lambda: found.desk, names, KEY)) as site:
        content = GitContent(found.repository, found.repository / "var/changes", lock_seconds=1)
        found.site = site
        found.desk = ChangeSetDesk(SqlChangeSets(site.engine), content, site.record)
        yield found


@pytest.fixture(scope="module")
def nora(place: Place) -> StaffBrowser:
    return place.site.signed_in(Role.EDITOR, "Nora Lind")


@pytest.fixture(scope="module")
def reader(place: Place) -> StaffBrowser:
    return place.site.signed_in(Role.READER, "Ray Reader")


def test_a_set_is_started_by_its_name_and_is_in_the_list(place: Place, nora: StaffBrowser) -> None:
    answer = nora.submit(ALL, title="Flying & “iron”")
    assert answer.status_code == 303
    page = nora.get(answer.headers["location"])
    assert heading(page) == "Flying & “iron”"
    assert "Nothing is changed in this set yet" in words(page)
    listed = words(nora.get(ALL))
    assert "Flying & “iron”" in listed
    assert "Nora Lind" in listed


def test_a_name_that_is_refused_stays_in_the_form_with_the_reason_at_it(nora: StaffBrowser) -> None:
    page = nora.submit(ALL, title="x" * 121)
    assert page.status_code == 422
    assert "too long" in error_of(page, "title")
    assert "too long" in summary(page)
    assert f'value="{"x" * 121}"' in page.text


def test_a_set_shows_each_sentence_each_word_and_who_saved_it(place: Place, nora: StaffBrowser) -> None:
    made = place.a_set(nora)
    text = "Low iron is one of the best known causes of RLS."
    place.desk.edit_main(nora.member, "Short", lambda t: set_answer(t, "utter_iron", text))
    place.desk.bring_up_to_date(made.id, nora.member)
    other = text.replace("best known", "most common")
    place.desk.edit(made.id, nora.member, "Other words", lambda t: set_answer(t, "utter_iron", other))
    page = nora.get(f"{ALL}/{made.id}")
    read = words(page)
    assert "1 sentence was added to “Low iron and RLS”" in read
    assert f"words <b>of</b> {made.id}" in read
    assert "<b>of</b>" not in page.text
    assert re.search(r"<ins>(?:<span[^<]*</span>)most common<", page.text, re.DOTALL)
    assert re.search(r"<del>(?:<span[^<]*</span>)best known<", page.text, re.DOTALL)
    assert "Other words" in read
    assert f'href="/staff/releases/new?changes={made.id}"' in page.text


def added(place: Place, made: ChangeSet) -> list[str]:
    """The sentences that a set adds, as the page lists them."""
    return [item for difference in place.desk.differences(made.id) for item in difference.items]


def test_an_added_sentence_is_taken_out_by_itself_and_put_back_by_undo(place: Place, nora: StaffBrowser) -> None:
    made = place.a_set(nora)
    address, said = f"{ALL}/{made.id}", f"words <b>of</b> {made.id}"
    place.desk.edit(made.id, nora.member, "Another", lambda t: add_example(t, "iron", "<b>of</b> other words"))
    named = re.findall(r'aria-label="Take out: ([^"]*)"', nora.get(address).text)
    assert [unescape(name) for name in named] == [said, "<b>of</b> other words"]
    assert nora.submit(f"{address}/take-out", topic="iron", sentence=said).status_code == 303
    assert added(place, made) == ["<b>of</b> other words"]
    page = nora.get(address)
    assert "taken out of “Low iron and RLS”" in words(page)
    assert place.desk.history(made.id)[0].by == "Nora Lind"
    assert nora.submit(f"{address}/put-back", receipt=value_of(page, "receipt")).status_code == 303
    assert sorted(added(place, made)) == sorted([said, "<b>of</b> other words"])


@pytest.mark.parametrize("verdict", [ChangeSetState.REFUSED, ChangeSetState.PASSED])
def test_a_set_that_was_checked_is_open_again_once_a_sentence_is_taken_out(
    place: Place, nora: StaffBrowser, verdict: ChangeSetState
) -> None:
    made = place.a_set(nora)
    place.desk.move(made.id, ChangeSetState.TESTING)
    place.desk.move(made.id, verdict)
    said = f"words <b>of</b> {made.id}"
    assert ("check refused" in words(nora.get(f"{ALL}/{made.id}"))) == (verdict is ChangeSetState.REFUSED)
    assert nora.submit(f"{ALL}/{made.id}/take-out", topic="iron", sentence=said).status_code == 303
    assert place.desk.find(made.id).state is ChangeSetState.OPEN
    assert "check refused" not in words(nora.get(f"{ALL}/{made.id}"))


def test_a_sentence_that_is_gone_meanwhile_or_published_is_told_and_nothing_is_changed(
    place: Place, nora: StaffBrowser
) -> None:
    made = place.a_set(nora)
    published = next(e.sentence for e in examples_of(place.desk.tree(made.id)) if e.topic == "iron")
    for topic, sentence in (("iron", published), ("iron", "never said"), ("sleep", added(place, made)[0]), ("", "")):
        page = nora.submit(f"{ALL}/{made.id}/take-out", topic=topic, sentence=sentence)
        assert page.status_code == 422
        assert "Nothing was changed" in summary(page)
        assert 'href="#sentence"' not in page.text
    assert place.desk.find(made.id).head == made.head


def test_the_last_sentence_of_a_new_topic_stays_and_it_is_said_why(place: Place, nora: StaffBrowser) -> None:
    made = place.desk.open(nora.member, "Trains")
    place.desk.edit(
        made.id, nora.member, "Trains",
        lambda t: add_topic(t, "management", "trains", "By train", ["on a train"], "Walk a bit."),
    )  # fmt: skip
    page = nora.submit(f"{ALL}/{made.id}/take-out", topic="trains", sentence="on a train")
    assert page.status_code == 422
    assert "only sentence" in summary(page)
    assert "on a train" in added(place, made)


def test_what_was_taken_out_is_put_back_only_by_a_receipt_of_this_set(place: Place, nora: StaffBrowser) -> None:
    made, other = place.a_set(nora), place.a_set(nora)
    nora.submit(f"{ALL}/{made.id}/take-out", topic="iron", sentence=added(place, made)[0])
    receipt = value_of(nora.get(f"{ALL}/{made.id}"), "receipt")
    for address, sent in ((other.id, receipt), (made.id, f"{receipt}x"), (made.id, "")):
        assert nora.submit(f"{ALL}/{address}/put-back", receipt=sent).status_code == 422
    assert added(place, made) == []
    assert place.desk.find(other.id).head == other.head


def test_comments_are_saved_and_bad_ones_come_back(place: Place, nora: StaffBrowser) -> None:
    made = place.a_set(nora)
    address = f"{ALL}/{made.id}"
    assert nora.submit(f"{address}/comment", comment="Is <this> right?\n\nI think so.").status_code == 303
    page = nora.get(address)
    assert "Your comment is saved." in words(page)
    assert "Is <this> right? I think so." in words(page)
    refused = nora.submit(f"{address}/comment", comment="y" * 4_001)
    assert refused.status_code == 422
    assert "y" * 4_001 in refused.text
    assert error_of(refused, "comment")
    assert nora.submit(f"{address}/comment", comment=" ").status_code == 422


def test_a_set_is_abandoned_after_a_question_and_stays_readable(place: Place, nora: StaffBrowser) -> None:
    made = place.a_set(nora, "To be dropped")
    asked = nora.get(f"{ALL}/{made.id}/abandon")
    assert "To be dropped" in heading(asked)
    assert nora.submit(f"{ALL}/{made.id}/abandon").status_code == 303
    assert "To be dropped" not in words(nora.get(ALL))
    assert "To be dropped" in words(nora.get(f"{ALL}?all=1"))
    page = nora.get(f"{ALL}/{made.id}")
    assert f"words <b>of</b> {made.id}" in words(page)
    assert "Check and publish" not in words(page)
    again = nora.submit(f"{ALL}/{made.id}/abandon")
    assert again.status_code == 409
    assert "abandoned" in summary(again)


def test_a_set_that_is_behind_can_be_brought_up_to_date_and_a_conflict_is_told(
    place: Place, nora: StaffBrowser
) -> None:
    made = place.a_set(nora)
    address = f"{ALL}/{made.id}"
    assert "Bring up to date" not in words(nora.get(address))
    place.desk.edit_main(nora.member, "Approved", lambda t: set_answer(t, "utter_sleep", "Words of main."))
    assert "Bring up to date" in words(nora.get(address))
    assert nora.submit(f"{address}/update").status_code == 303
    assert "Bring up to date" not in words(nora.get(address))
    place.desk.edit(made.id, nora.member, "Sleep", lambda t: set_answer(t, "utter_sleep", "Words of the set."))
    place.desk.edit_main(nora.member, "Approved", lambda t: set_answer(t, "utter_sleep", "More of main."))
    refused = nora.submit(f"{address}/update")
    assert refused.status_code == 409
    assert "data/answers/about/sleep.yml" in summary(refused)


def test_a_set_under_check_offers_nothing_that_would_change_it(place: Place, nora: StaffBrowser) -> None:
    made = place.a_set(nora)
    place.desk.move(made.id, ChangeSetState.TESTING)
    read = words(nora.get(f"{ALL}/{made.id}"))
    assert "being checked" in read
    assert "Check and publish" not in read
    assert "Take out" not in read
    assert nora.submit(f"{ALL}/{made.id}/take-out", topic="iron", sentence=added(place, made)[0]).status_code == 409
    assert nora.submit(f"{ALL}/{made.id}/abandon").status_code == 409


def test_a_topic_with_too_few_sentences_is_told_before_the_check_is_asked_for(place: Place, nora: StaffBrowser) -> None:
    made = place.a_set(nora)
    assert "Check and publish" in words(nora.get(f"{ALL}/{made.id}"))
    assert "at least 25" not in words(nora.get(f"{ALL}/{made.id}"))
    place.desk.edit(
        made.id, nora.member, "Trips",
        lambda t: add_topic(t, "management", "travel", "Long trips", ["on a plane", "in a car"], "Walk a bit."),
    )  # fmt: skip
    read = words(nora.get(f"{ALL}/{made.id}"))
    warned, _, offered = read.partition("Check and publish")
    assert "“Long trips” has 2 sentences" in warned and "23 more" in warned
    assert offered
    place.desk.abandon(made.id, nora.member)
    assert "at least 25" not in words(nora.get(f"{ALL}/{made.id}"))


def test_who_only_reads_sees_all_and_changes_nothing(place: Place, nora: StaffBrowser, reader: StaffBrowser) -> None:
    made = place.a_set(nora)
    address = f"{ALL}/{made.id}"
    page = reader.get(address)
    assert f"words <b>of</b> {made.id}" in words(page)
    assert "<form" not in page.text.split('<main id="main"')[1]
    assert "<form" not in reader.get(ALL).text.split('<main id="main"')[1]
    for path in (ALL, *(f"{address}/{what}" for what in ("comment", "update", "abandon", "take-out", "put-back"))):
        assert reader.submit(path, title="x", comment="x", topic="iron", sentence="x").status_code == 403
    assert added(place, made)
    assert reader.get(f"{address}/abandon").status_code == 403
    assert place.desk.comments(made.id) == []


@pytest.mark.parametrize("name", ["nosuchset", "UPPER", "a%20b", "x" * 41])
def test_an_address_of_no_set_is_a_page_that_says_so(nora: StaffBrowser, name: str) -> None:
    for path in (f"{ALL}/{name}", f"{ALL}/{name}/abandon"):
        assert nora.get(path).status_code in (404, 422)
    assert nora.submit(f"{ALL}/{name}/comment", comment="x").status_code in (404, 422)


def test_without_the_repository_a_set_says_why_and_still_takes_comments(place: Place, nora: StaffBrowser) -> None:
    made = place.a_set(nora)
    hidden = place.repository.with_name("hidden")
    place.repository.rename(hidden)
    try:
        page = nora.get(f"{ALL}/{made.id}")
        assert page.status_code == 200
        assert heading(page) == made.title
        assert "CONTENT_REPOSITORY" in words(page)
        assert nora.submit(f"{ALL}/{made.id}/comment", comment="It is gone").status_code == 303
        refused = nora.submit(ALL, title="A new one")
        assert refused.status_code == 503
        assert 'value="A new one"' in refused.text
        assert nora.get(ALL).status_code == 200
    finally:
        hidden.rename(place.repository)


def test_a_file_broken_by_hand_is_named_on_the_page(place: Place, nora: StaffBrowser) -> None:
    made = place.a_set(nora)
    file = place.repository / "var/changes" / made.id / "data/nlu/about/sleep.yml"
    file.write_text("nlu: [\n", "utf-8")
    read = words(nora.get(f"{ALL}/{made.id}"))
    assert "The file data/nlu/about/sleep.yml cannot be read: line" in read
    shutil.copy(place.repository / "data/nlu/about/sleep.yml", file)
    assert "cannot be read" not in words(nora.get(f"{ALL}/{made.id}"))


def test_nothing_on_the_pages_is_in_a_developer_s_words(place: Place, nora: StaffBrowser) -> None:
    made = place.a_set(nora)
    place.desk.edit_main(nora.member, "Approved", lambda t: set_answer(t, "utter_plms", f"Words {made.id}."))
    for path in (ALL, f"{ALL}?all=1", f"{ALL}/{made.id}", f"{ALL}/{made.id}/abandon"):
        read = words(nora.get(path)).lower()
        assert not re.search(r"\b(?:git|commit|branch|merge|intent|yaml|worktree|repository|slot)\b", read), path


def test_no_page_holds_a_style_or_a_script_of_its_own(place: Place, nora: StaffBrowser) -> None:
    made = place.a_set(nora)
    for path in (ALL, f"{ALL}/{made.id}", f"{ALL}/{made.id}/abandon"):
        page = nora.get(path).text
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\shx-on|\son\w+=", page), path
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), path


def test_published_sets_show_what_they_brought(place: Place, nora: StaffBrowser) -> None:
    made = place.a_set(nora, "Brought live")
    place.desk.merge(made.id, nora.member)
    assert git(place.repository, "status", "--porcelain") == ""
    read = words(nora.get(f"{ALL}/{made.id}"))
    assert "Published" in read
    assert f"words <b>of</b> {made.id}" in read
