"""The git program's answers are told from its failures."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinic.adapters.git_program import Git, GitFailed


def git_that(folder: Path, act: str) -> Git:
    program = folder / "git"
    program.write_text(f"#!/bin/sh\n{act}\n", "utf-8")
    program.chmod(0o755)
    return Git(folder, str(program))


def test_what_git_does_not_find_is_nothing(tmp_path: Path) -> None:
    assert git_that(tmp_path, "exit 1").tells("rev-parse", "HEAD") is None
    assert git_that(tmp_path, "echo abc").tells("rev-parse", "HEAD") == "abc"


def test_a_git_that_the_system_ended_has_not_said_that_there_is_nothing(tmp_path: Path) -> None:
    with pytest.raises(GitFailed):
        git_that(tmp_path, "kill -9 $$").tells("rev-parse", "HEAD")
