"""A topic needs enough sentences before it is published, and staff are told how many are missing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from clinic.review.content.edits import add_topic
from clinic.review.teaching.enough_sentences import TooFew, still_to_teach, too_few
from clinic.settings import ROOT
from tests.content_repository import content_folder

SENTENCES = [f"on a trip of {hours} hours" for hours in range(3, 15)]


def test_a_topic_lacks_what_it_has_less_than_the_least() -> None:
    lines = [f"sentence {number}" for number in range(25)]
    assert list(too_few({"iron": lines})) == []
    assert list(too_few({"iron": lines[:24]})) == [TooFew("iron", 24, 25)]


def test_the_same_sentence_in_capitals_is_not_another_one() -> None:
    assert list(too_few({"iron": [*(f"sentence {n}" for n in range(24)), "SENTENCE 1"]})) == [TooFew("iron", 24, 25)]


@pytest.mark.parametrize("topic", ["out_of_scope", "not_covered"])
def test_what_may_be_about_anything_needs_many_more(topic: str) -> None:
    (found,) = too_few({topic: [f"sentence {number}" for number in range(199)]})
    assert found.least - found.there == 1


def test_the_words_name_the_topic_by_its_title_and_say_how_many_are_missing() -> None:
    says = TooFew("travel", 12, 25).says({"travel": "Long trips"})
    assert "Long trips" in says and "12 sentences" in says and "13 more" in says
    assert "1 sentence " in TooFew("travel", 1, 25).says({})


def test_the_check_of_the_texts_says_of_a_new_topic_what_is_missing_and_nothing_else(tmp_path: Path) -> None:
    tree = content_folder(tmp_path)
    assert still_to_teach(tree.root) == []
    add_topic(
        tree, "management", "travel", "Long trips", SENTENCES, "Walk a bit, and sit at the aisle.", (), ["doctors"]
    )
    (missing,) = still_to_teach(tree.root)
    assert "Long trips" in missing and "13 more" in missing
    done = subprocess.run(
        [sys.executable, "-m", "tools.check_data"], cwd=tree.root, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    said = (done.stdout + done.stderr).splitlines()
    assert missing in said
    assert all(line == missing or "utter_travel" in line or "fingerprint" in line for line in said), said
