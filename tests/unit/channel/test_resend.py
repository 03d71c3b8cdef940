"""A message sent again: the same replies where it was answered, the rest where it was answered in part."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

from clinic.settings import ROOT

TWO = "What causes it? How is it treated?"


def played(*turns: dict[str, str]) -> list[dict[str, Any]]:
    done = subprocess.run(
        [ROOT / ".venv-rasa/bin/python", "-m", "tests.unit.channel.made_up_conversation"],
        input=json.dumps(turns), capture_output=True, text=True, cwd=ROOT, timeout=120, check=False,
        env={**os.environ, "SECRET_KEY": "s" * 40},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answers: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return answers


def test_a_message_sent_again_gets_its_own_replies_and_what_is_missing_of_them() -> None:
    cut_off, again, other, whole, once_more, other_again = played(
        {"turn": "t-1", "text": TWO, "hangs_at": "treated"},
        {"turn": "t-1", "text": TWO},
        {"turn": "t-2", "text": "Does iron help?"},
        {"turn": "t-3", "text": TWO},
        {"turn": "t-1", "text": TWO},
        {"turn": "t-2", "text": "Does iron help?"},
    )
    assert cut_off["status"] == 504
    assert again["status"] == 200
    assert [("causes" in text, "treated" in text) for text in again["replies"]] == [(True, False), (False, True)]
    assert whole["replies"] == again["replies"] == once_more["replies"]
    assert len(other["replies"]) == 1
    assert other_again["replies"] == other["replies"]


def test_a_message_cut_off_at_its_first_question_is_answered_whole() -> None:
    cut_off, again = played(
        {"turn": "t-1", "text": TWO, "hangs_at": "causes"},
        {"turn": "t-1", "text": TWO},
    )
    assert cut_off["status"] == 504
    assert len(again["replies"]) == 2
