"""Answers from the command line: the same use cases, asked before anything is approved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic.review.answers.drafts import DraftState, HasFaults
from clinic.staff.model import StaffMember
from tests.unit.review.answers_on_disk import DOCTOR, IRON, NURSE, AnswersOnDisk, fresh_text
from tests.web.staff.signed_in import fresh_database
from tools import answers

PEOPLE = {member.email: member for member in (NURSE, DOCTOR)}


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[AnswersOnDisk]:
    made = AnswersOnDisk(tmp_path, fresh_database(tmp_path))
    yield made
    made.engine.dispose()


def command(desks: AnswersOnDisk, *arguments: str, says: str = "") -> int:
    def member_of(email: str) -> StaffMember:
        return PEOPLE[email]

    wanted = answers._parser().parse_args([str(argument) for argument in arguments])
    return answers.run(desks.all, member_of, wanted, ask=lambda _: says)


def test_a_text_from_a_file_becomes_a_draft_and_is_approved_by_another(desks: AnswersOnDisk, tmp_path: Path) -> None:
    file = tmp_path / "iron.txt"
    file.write_text(fresh_text(desks.answer()) + "\n", "utf-8")
    assert command(desks, "draft", "iron", "--file", file, "--by", NURSE.email, "--submit") == 0
    assert desks.answers.draft_of(IRON).state is DraftState.WAITING
    assert command(desks, "approve", "iron", "--by", DOCTOR.email, says="yes") == 0
    assert desks.answer().is_approved
    assert desks.answer().wording.text == fresh_text(desks.answer())
    assert ("command line", "answers.from_command_line", "iron", {"as": "m_doctor"}) in desks.record.notes


@pytest.mark.parametrize("says", ["", "no", "y"])
def test_without_a_yes_nothing_is_approved(desks: AnswersOnDisk, says: str) -> None:
    assert command(desks, "approve", "iron", "--by", DOCTOR.email, says=says) == 1
    assert not desks.answer().is_approved


def test_who_is_no_clinician_is_not_even_asked(desks: AnswersOnDisk) -> None:
    with pytest.raises(SystemExit, match="no clinician"):
        command(desks, "approve", "iron", "--by", NURSE.email, says="yes")


def test_nobody_approves_their_own_from_the_command_line_either(desks: AnswersOnDisk, tmp_path: Path) -> None:
    file = tmp_path / "iron.txt"
    file.write_text(fresh_text(desks.answer()), "utf-8")
    command(desks, "draft", "iron", "--file", file, "--by", DOCTOR.email, "--submit")
    with pytest.raises(SystemExit, match="somebody else"):
        command(desks, "approve", "iron", "--by", DOCTOR.email, says="yes")


def test_a_dose_in_a_file_is_found_and_not_submitted(
    desks: AnswersOnDisk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "iron.txt"
    file.write_text(fresh_text(desks.answer()) + " Take 300 mg.", "utf-8")
    assert command(desks, "check", "iron", "--file", file) == 1
    assert "holds a dose: '300 mg'" in capsys.readouterr().err
    assert command(desks, "check", "iron") == 0
    with pytest.raises(HasFaults):
        command(desks, "draft", "iron", "--file", file, "--by", NURSE.email, "--submit")


def test_the_list_is_cut_by_need_and_words(desks: AnswersOnDisk, capsys: pytest.CaptureFixture[str]) -> None:
    command(desks, "list", "--need", "unreviewed", "--words", "dopamine ferritin")
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("iron: unreviewed") for line in lines)
    assert not any(line.startswith("clinic_contact") for line in lines)
    with pytest.raises(SystemExit, match="article"):
        command(desks, "list", "--need", "article")


def test_one_answer_is_shown_with_its_draft(desks: AnswersOnDisk, capsys: pytest.CaptureFixture[str]) -> None:
    desks.draft(fresh_text(desks.answer()))
    command(desks, "show", "iron")
    told = capsys.readouterr().out
    assert "not reviewed" in told
    assert "It can happen even when" in told
