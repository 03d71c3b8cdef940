"""`python -m tools.teach`: the same checks, the same set of changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic.staff.model import Role, StaffMember
from tests.unit.review.teaching_room import NURSE, TeachingRoom, teaching_room
from tools.teach import Desks, main

READER = StaffMember("m_reader", "Rita Example", "rita@example.org", Role.READER)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[TeachingRoom]:
    with teaching_room(tmp_path) as room:
        yield room


def teach(room: TeachingRoom, *arguments: str) -> None:
    members = {m.email: m for m in (NURSE, READER)}
    main(arguments, lambda: Desks(room.desk, room.dialogues, members.get))


def test_an_example_is_taught(room: TeachingRoom, capsys: pytest.CaptureFixture[str]) -> None:
    teach(room, "example", "--topic", "iron", "--yes", "is weak blood a reason for rls")
    assert "- is weak blood a reason for rls\n" in room.file("data/nlu/causes/iron.yml")
    assert "Changes of" in capsys.readouterr().out


def test_it_stands_in_the_history_by_whom_it_is(room: TeachingRoom) -> None:
    teach(room, "out-of-scope", "--yes", "--by", "nora@example.org", "how are gallstones treated")
    assert room.changes.history(room.changes.all()[0].id)[0].by == "Nora Example"


@pytest.mark.parametrize("email", ["rita@example.org", "nobody@example.org"])
def test_who_may_not_teach_does_not(room: TeachingRoom, email: str) -> None:
    with pytest.raises(SystemExit, match="nobody who may teach"):
        teach(room, "out-of-scope", "--yes", "--by", email, "how are gallstones treated")


def test_nothing_is_saved_without_a_yes(room: TeachingRoom) -> None:
    with pytest.raises(SystemExit, match="not saved"):
        teach(room, "example", "--topic", "iron", "is weak blood a reason for rls")
    assert room.changes.all() == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("example", "--topic", "nosuch", "is weak blood bad"), "Choose a topic"),
        (("example", "--topic", "iron", "call 202-555-0134"), "personal"),
        (("example", "--topic", "iron", "my left calf is swollen and hot today"), "danger"),
        (("example", "--topic", "iron", "what is rls"), "already"),
        (("red-flag", "--category", "collapse", "--pattern", "(", "my tongue is thick"), "cannot be used"),
        (("topic", "--group", "about", "--title", "", "is weak blood bad"), "title"),
        (("dialogue", "nosuch.yml"), "no file"),
        (("dialogue", "--turn", "7"), "not there any more"),
    ],
)
def test_what_is_refused_is_said(room: TeachingRoom, arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(SystemExit, match=said):
        teach(room, *arguments, "--yes")


def test_a_visitor_s_message_is_compared_and_marked(room: TeachingRoom) -> None:
    own = "do my varicose veins and the low iron together make it worse"
    turn = room.inbox.arrives("7", own)
    with pytest.raises(SystemExit, match="own words"):
        teach(room, "example", "--topic", "iron", "--turn", turn, "--yes", own)
    teach(
        room, "example", "--topic", "iron", "--turn", turn, "--yes", "can varicose veins and low iron both worsen rls"
    )
    assert room.inbox.taught.keys() == {"7"}


def test_a_red_flag_tells_on_whom_it_would_alarm(room: TeachingRoom, capsys: pytest.CaptureFixture[str]) -> None:
    teach(
        room, "red-flag", "--category", "collapse", "--pattern", "magnesium", "--yes", "magnesium made my throat close"
    )
    assert "would alarm: does magnesium help with rls" in capsys.readouterr().err


def test_a_new_topic_is_made(room: TeachingRoom) -> None:
    teach(
        room,
        "topic",
        "--group",
        "management",
        "--title",
        "Long flights",
        "--yes",
        "are long flights hard for rls",
        "rls on a plane",
    )
    assert "- rls on a plane\n" in room.file("data/nlu/management/long_flights.yml")


def test_a_dialogue_goes_out_as_a_draft_and_comes_back(
    room: TeachingRoom, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    room.inbox.says("hello I am Greg Miller so what is rls", "answer", "definition")
    teach(room, "dialogue", "--turn", "1")
    draft = capsys.readouterr().out
    assert "Greg" not in draft
    file = tmp_path / "draft.yml"
    file.write_text(draft.replace("say what it shows", "asks at once"), "utf-8")
    teach(room, "dialogue", "--turn", "1", "--yes", str(file))
    assert "topic: definition" in room.file("tests/conversations/taught/asks_at_once.yml")


def test_topics_are_listed(room: TeachingRoom, capsys: pytest.CaptureFixture[str]) -> None:
    teach(room, "topics", "magnesium")
    assert [line.split()[1] for line in capsys.readouterr().out.splitlines()] == ["supplements"]
