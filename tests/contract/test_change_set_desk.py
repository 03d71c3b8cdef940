"""Sets of changes from beginning to end: the desk on a real database and real git."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from clinic.adapters.git_content import GitContent
from clinic.adapters.sql.change_sets import SqlChangeSets
from clinic.adapters.sql.engine import open_engine
from clinic.review.changes.change_set import MOST_COMMENT, ChangeSet
from clinic.review.changes.desk import ChangeSetDesk, ChangeSetState
from clinic.review.content.edits import add_example, set_answer
from clinic.review.content.errors import (
    ChangedMeanwhile,
    ChangeSetClosed,
    ChangeSetNotFound,
    ChangesUnavailable,
    ContentError,
    RepositoryUnavailable,
)
from clinic.review.content.tree import ContentTree
from tests.content_repository import NURSE, RECEPTIONIST, content_repository, git
from tests.staff_stand_ins import Audit
from tests.web.staff.signed_in import fresh_database

State = ChangeSetState
NOON = 1_795_003_200.0  # 18 November 2026


@dataclass
class Place:
    """A desk and what stands behind it."""

    desk: ChangeSetDesk
    store: SqlChangeSets
    repository: Path
    audit: Audit


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return content_repository(tmp_path_factory.mktemp("template"))


@pytest.fixture
def place(template: Path, tmp_path: Path) -> Iterator[Place]:
    repository = Path(shutil.copytree(template, tmp_path / "repository"))
    engine = open_engine(fresh_database(tmp_path))
    store, audit = SqlChangeSets(engine), Audit()
    content = GitContent(repository, repository / "var/changes")
    yield Place(ChangeSetDesk(store, content, audit, lambda: NOON), store, repository, audit)
    engine.dispose()


def says(sentence: str) -> Callable[[ContentTree], None]:
    return lambda tree: add_example(tree, "iron", sentence)


def a_set(place: Place, *states: State) -> ChangeSet:
    made = place.desk.open(NURSE, "Some title")
    made = place.desk.edit(made.id, NURSE, "A sentence", says("quite new words"))
    for state in states:
        made = place.desk.move(made.id, state)
    return made


def test_a_set_from_its_first_sentence_to_the_main_line(place: Place) -> None:
    desk = place.desk
    made = desk.current(NURSE)
    assert (made.title, made.state, made.created_by) == ("Changes of 18 November", State.OPEN, "s-nurse")
    assert desk.current(RECEPTIONIST) == made
    edited = desk.edit(made.id, RECEPTIONIST, "One sentence for iron", says("quite new words"), made.head)
    assert edited.head == desk.get(made.id).head != made.head
    assert [d.words for d in desk.differences(made.id)] == ["1 sentence was added to “Low iron and RLS”"]
    assert [(s.by, s.message) for s in desk.history(made.id)] == [("Rob Desk Ames", "One sentence for iron")]
    desk.move(made.id, State.TESTING)
    desk.move(made.id, State.PASSED)
    commit = desk.merge(made.id, NURSE, edited.head)
    assert commit == git(place.repository, "rev-parse", "main")
    assert desk.get(made.id).state is State.PUBLISHED
    assert [d.words for d in desk.differences(made.id)] == ["1 sentence was added to “Low iron and RLS”"]
    assert desk.merge(made.id, NURSE) == commit
    assert [noted[:3] for noted in place.audit.notes] == [
        ("s-nurse", "changes.opened", made.id), ("s-desk", "changes.saved", made.id),
        ("s-nurse", "changes.merged", made.id),
    ]  # fmt: skip
    assert desk.current(NURSE).id != made.id


@pytest.mark.parametrize("state", [State.REFUSED, State.PASSED])
def test_a_set_that_is_changed_after_its_check_has_to_be_checked_again(place: Place, state: State) -> None:
    made = a_set(place, State.TESTING, state)
    assert place.desk.edit(made.id, NURSE, "Nothing", lambda _: None).state is state
    assert place.desk.edit(made.id, NURSE, "More", says("more words")).state is State.OPEN


def test_a_passed_set_that_somebody_commits_to_by_hand_has_to_be_checked_again(place: Place) -> None:
    made = a_set(place, State.TESTING, State.PASSED)
    folder = place.repository / "var/changes" / made.id
    with (folder / "data/nlu/causes/iron.yml").open("a") as file:
        file.write("    - by hand\n")
    git(folder, "commit", "--quiet", "--all", "-m", "By hand")
    assert place.desk.get(made.id).state is State.OPEN


def test_what_was_checked_stays_checked_with_the_edits_by_hand_that_were_there(place: Place) -> None:
    made = a_set(place)
    with (place.repository / "var/changes" / made.id / "data/nlu/causes/iron.yml").open("a") as file:
        file.write("    - by hand\n")
    place.desk.move(made.id, State.TESTING)
    place.desk.tree(made.id)
    place.desk.move(made.id, State.PASSED)
    checked = place.desk.get(made.id)
    assert checked.state is State.PASSED
    assert checked.head != made.head


def test_nothing_is_changed_while_a_set_is_checked(place: Place) -> None:
    made = a_set(place, State.TESTING)
    with pytest.raises(ChangeSetClosed, match="checked"):
        place.desk.edit(made.id, NURSE, "More", says("more words"))
    with pytest.raises(ChangeSetClosed, match="checked"):
        place.desk.bring_up_to_date(made.id, NURSE)
    with pytest.raises(ChangeSetClosed, match="checked"):
        place.desk.abandon(made.id, NURSE)
    assert place.desk.get(made.id) == made


def test_a_check_that_begins_while_an_editor_waits_wins(place: Place) -> None:
    made, begun, go_on = a_set(place), threading.Event(), threading.Event()

    def slow(_: ContentTree) -> None:
        begun.set()
        assert go_on.wait(60)

    first = threading.Thread(target=lambda: place.desk.edit(made.id, NURSE, "Slow", slow))
    first.start()
    assert begun.wait(60)
    refused: list[Exception] = []

    def second() -> None:
        try:
            place.desk.edit(made.id, NURSE, "More", says("more words"))
        except ChangeSetClosed as error:
            refused.append(error)

    waiting = threading.Thread(target=second)
    waiting.start()
    place.desk.move(made.id, State.TESTING)
    go_on.set()
    first.join(60)
    waiting.join(60)
    assert len(refused) == 1
    assert place.desk.get(made.id).head == made.head


def test_ended_sets_take_comments_and_nothing_else_and_can_be_read(place: Place) -> None:
    made = a_set(place)
    place.desk.abandon(made.id, NURSE)
    place.desk.comment(made.id, RECEPTIONIST, "  why?\r\nbecause ")
    assert [(c.by, c.text, c.at) for c in place.desk.comments(made.id)] == [("s-desk", "why?\nbecause", NOON)]
    assert [d.items for d in place.desk.differences(made.id)] == [("quite new words",)]
    for act in (
        lambda: place.desk.edit(made.id, NURSE, "More", says("more words")),
        lambda: place.desk.tree(made.id),
        lambda: place.desk.abandon(made.id, NURSE),
        lambda: place.desk.merge(made.id, NURSE),
        lambda: place.desk.bring_up_to_date(made.id, NURSE),
        lambda: place.desk.move(made.id, State.TESTING),
    ):
        with pytest.raises(ChangeSetClosed, match="abandoned"):
            act()
    assert not place.desk.is_behind(made.id)


@pytest.mark.parametrize("name", ["no0such0set", "", "../../etc", "UPPER", "a" * 41, "a b"])
def test_a_set_that_is_not_there_is_told(place: Place, name: str) -> None:
    for act in (place.desk.get, place.desk.tree, place.desk.differences, place.desk.comments, place.desk.history):
        with pytest.raises(ChangeSetNotFound):
            act(name)


@pytest.mark.parametrize(("title", "comment"), [("", ""), (" \n ", " \n"), ("x" * 121, "x" * (MOST_COMMENT + 1))])
def test_a_title_or_comment_that_is_none_or_too_long_is_told(place: Place, title: str, comment: str) -> None:
    with pytest.raises(ContentError) as caught:
        place.desk.open(NURSE, title)
    assert caught.value.field == "title"
    made = place.desk.open(NURSE, " A\ttitle\n")
    assert made.title == "A title"
    with pytest.raises(ContentError) as caught:
        place.desk.comment(made.id, NURSE, comment)
    assert caught.value.field == "comment"
    assert len(place.desk.all()) == 1


def test_a_set_whose_row_cannot_be_written_leaves_nothing_in_git(place: Place) -> None:
    def fails(_: ChangeSet) -> None:
        raise ChangesUnavailable("OperationalError")

    place.store.add = fails  # type: ignore[method-assign]
    with pytest.raises(ChangesUnavailable):
        place.desk.open(NURSE, "Title")
    assert git(place.repository, "branch", "--list", "change/*") == ""
    assert git(place.repository, "worktree", "list").count("\n") == 0


def test_a_commit_that_the_database_never_heard_of_is_found_again(place: Place) -> None:
    made = place.desk.open(NURSE, "Title")
    head = a_head_nobody_noted(place, made)
    assert place.store.find(made.id) == made
    assert place.desk.get(made.id).head == head
    with pytest.raises(ChangedMeanwhile):
        place.desk.edit(made.id, NURSE, "More", says("more words"), made.head)


def a_head_nobody_noted(place: Place, made: ChangeSet) -> str:
    """As if a process had died between git and the database."""
    note = place.store.note_head
    place.store.note_head = lambda *_: None  # type: ignore[method-assign]
    place.desk.edit(made.id, NURSE, "A sentence", says("quite new words"))
    place.store.note_head = note  # type: ignore[method-assign]
    return git(place.repository, "rev-parse", f"change/{made.id}")


def test_a_merge_after_which_the_process_died_is_finished_by_the_next(place: Place) -> None:
    made = a_set(place)
    move = place.store.move

    def dies(*_: object) -> bool:
        raise ChangesUnavailable("OperationalError")

    place.store.move = dies  # type: ignore[method-assign]
    with pytest.raises(ChangesUnavailable):
        place.desk.merge(made.id, NURSE, made.head)
    place.store.move = move  # type: ignore[method-assign]
    commit = git(place.repository, "rev-parse", "main")
    assert place.desk.merge(made.id, NURSE, made.head) == commit == git(place.repository, "rev-parse", "main")
    assert place.desk.get(made.id).state is State.PUBLISHED


def test_approved_wording_goes_straight_to_the_main_line_and_into_a_set_when_it_is_brought_up_to_date(
    place: Place,
) -> None:
    made = a_set(place, State.TESTING, State.PASSED)
    commit = place.desk.edit_main(NURSE, "Approved: iron", lambda t: set_answer(t, "utter_iron", "Other words."))
    assert git(place.repository, "rev-parse", "main") == commit
    assert place.desk.is_behind(made.id)
    updated = place.desk.bring_up_to_date(made.id, NURSE)
    assert (updated.state, place.desk.is_behind(made.id)) == (State.OPEN, False)
    assert [d.items for d in place.desk.differences(made.id)] == [("quite new words",)]
    assert ("s-nurse", "changes.saved_on_main", commit) in [noted[:3] for noted in place.audit.notes]


def test_without_the_repository_the_list_still_shows_and_everything_else_says_why(place: Place) -> None:
    made = a_set(place)
    shutil.rmtree(place.repository / ".git")
    assert place.desk.all() == [made]
    assert place.desk.find(made.id) == made
    for act in (place.desk.get, place.desk.differences, place.desk.tree, place.desk.history):
        with pytest.raises(RepositoryUnavailable):
            act(made.id)
    assert place.desk.comment(made.id, NURSE, "git is gone").text == "git is gone"


def test_the_gate_s_word_counts_only_while_it_is_at_work(place: Place) -> None:
    made = a_set(place)
    for state in (State.PASSED, State.REFUSED, State.PUBLISHED, State.ABANDONED):
        with pytest.raises(ChangeSetClosed):
            place.desk.move(made.id, state)
    place.desk.move(made.id, State.TESTING)
    assert place.desk.move(made.id, State.OPEN).state is State.OPEN
