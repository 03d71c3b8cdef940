"""The sets of changes from the command line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import clinic.bootstrap.review
from clinic.adapters.git_content import GitContent
from clinic.adapters.sql.change_sets import SqlChangeSets
from clinic.adapters.sql.engine import open_engine
from clinic.review.changes.desk import ChangeSetDesk, ChangeSetState
from clinic.review.content.edits import add_example, set_answer
from tests.content_repository import NURSE, content_repository, git
from tests.staff_stand_ins import Audit
from tests.web.staff.signed_in import fresh_database

Command = Callable[..., str]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ChangeSetDesk]:
    repository = content_repository(tmp_path / "repository")
    engine = open_engine(fresh_database(tmp_path))
    content = GitContent(repository, repository / "var/changes")
    yield ChangeSetDesk(SqlChangeSets(engine), content, Audit())
    engine.dispose()


@pytest.fixture
def command(desk: ChangeSetDesk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """`python -m tools.changes` on this desk; what it prints."""
    monkeypatch.setattr(clinic.bootstrap.review, "change_set_desk", lambda _: desk)
    monkeypatch.setenv("SECRET_KEY", "s" * 40)
    from tools import changes  # noqa: PLC0415 - it asks the bootstrap as it is imported

    monkeypatch.setattr(changes, "change_set_desk", lambda _: desk)

    def run(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["changes", *arguments])
        capsys.readouterr()
        changes.main()
        return capsys.readouterr().out

    return run


def test_sets_are_listed_shown_and_abandoned(desk: ChangeSetDesk, command: Command) -> None:
    assert command("list").endswith("0 sets\n")
    made = desk.open(NURSE, "Words about iron")
    desk.edit(made.id, NURSE, "A sentence", lambda t: add_example(t, "iron", "quite new words"))
    desk.edit(made.id, NURSE, "Hello", lambda t: set_answer(t, "utter_greet", "Hello, and welcome!"))
    desk.comment(made.id, NURSE, "Looks right")
    assert made.id in command("list")
    shown = command("show", made.id)
    for part in ("Words about iron", "quite new words", "Nora Lind: A sentence", "Looks right", "[-", "[+"):
        assert part in shown
    assert f"refs/changes/kept/{made.id}" in command("abandon", made.id)
    assert made.id not in command("list")
    assert made.id in command("list", "--all")
    assert desk.find(made.id).state is ChangeSetState.ABANDONED


def test_one_sentence_is_taken_out_and_only_what_the_set_adds_can_be(desk: ChangeSetDesk, command: Command) -> None:
    made = desk.open(NURSE, "Words about iron")
    for sentence in ("quite new words", "other new words"):
        desk.edit(made.id, NURSE, "A sentence", lambda t, sentence=sentence: add_example(t, "iron", sentence))
    assert "Low iron and RLS" in command("take-out", made.id, "iron", "quite new words")
    assert [d.items for d in desk.differences(made.id)] == [("other new words",)]
    with pytest.raises(SystemExit):
        command("take-out", made.id, "iron", "quite new words")
    with pytest.raises(SystemExit):
        command("take-out", made.id, "sleep", "other new words")
    assert [d.items for d in desk.differences(made.id)] == [("other new words",)]


def test_what_was_left_over_is_cleaned_and_edits_by_hand_are_put_aside(
    desk: ChangeSetDesk, command: Command, tmp_path: Path
) -> None:
    made = desk.open(NURSE, "Words about iron")
    assert command("clean") == "nothing was left over\n"
    folder = tmp_path / "repository/var/changes"
    (folder / "junk").mkdir()
    assert "junk" in command("clean")
    assert command("clean", made.id) == "there are no edits by hand\n"
    (folder / made.id / "data/nlu/causes/iron.yml").write_text("nlu: [\n", "utf-8")
    kept = command("clean", made.id).split()[-1]
    assert git(tmp_path / "repository", "show", f"{kept}:data/nlu/causes/iron.yml") == "nlu: ["


def test_what_cannot_be_done_is_said_and_the_command_fails(command: Command) -> None:
    with pytest.raises(SystemExit) as caught:
        command("show", "nosuchset")
    assert "no such set" in str(caught.value.code)
    with pytest.raises(SystemExit):
        command("show", "../..")
    with pytest.raises(SystemExit):
        command("unknown")
