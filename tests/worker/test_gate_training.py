"""What staff are told when a check's training does not come to an end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from worker.gate import training
from worker.gate.commands import Ended
from worker.gate.ending import CannotBeChecked, CannotBeTried

CONTRADICTING = """\
rasa.core.policies.rule_policy.InvalidRule:
Contradicting rules or stories found 🚨

- the prediction of the action 'utter_iron' in story 'iron, then exercise' is contradicting with rule(s) 'ask iron'.
- the prediction of the action 'utter_exercise' in story 'walking' is contradicting with rule(s) 'ask exercise'.
Please update your stories and rules so that they don't contradict each other.
"""


def rasa_that_ends(monkeypatch: pytest.MonkeyPatch, code: int, printed: str) -> None:
    def run(command: list[str], tree: Path, log: Path, is_off: Any) -> Ended:
        log.write_text(printed, "utf-8")
        return Ended(code, printed.splitlines()[-12:])

    monkeypatch.setattr(training, "run", run)


def test_rules_that_contradict_each_other_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rasa_that_ends(monkeypatch, 1, CONTRADICTING)
    with pytest.raises(CannotBeTried) as refused:
        training.train(tmp_path, tmp_path, lambda: False)
    finding = refused.value.finding
    assert finding.check == "files"
    first, second = finding.examples
    assert "iron, then exercise" in first
    assert "utter_iron" in first
    assert "walking" in second


def test_a_training_that_is_ended_says_nothing_of_the_changes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rasa_that_ends(monkeypatch, -9, "Epochs: 10\n")
    with pytest.raises(CannotBeChecked, match="memory"):
        training.train(tmp_path, tmp_path, lambda: False)


def test_a_training_that_breaks_off_is_told_with_its_last_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rasa_that_ends(monkeypatch, 1, "Your model could not be saved: no space left.\n")
    with pytest.raises(CannotBeChecked, match="no space left"):
        training.train(tmp_path, tmp_path, lambda: False)
