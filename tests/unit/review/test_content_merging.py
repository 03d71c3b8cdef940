"""Two versions of a file are put together where that is safe, and left to people where it is not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.review.content.merging import merged_content
from clinic.review.content.yaml_round_trip import read_yaml

NLU = '# iron\nversion: "3.1"\nnlu:\n- intent: iron\n  examples: |\n'
TITLES = "titles:\n  # one\n  a: A\n  b: B\n  # two\n  c: C\n"


def nlu(*sentences: str) -> str:
    return NLU + "".join(f"    - {s}\n" for s in sentences)


def test_sentences_of_both_are_there_and_what_one_removed_is_gone() -> None:
    merged = merged_content(nlu("a", "b", "c"), nlu("a", "b", "c", "ours"), nlu("a", "c", "theirs"))
    assert merged is not None
    assert sorted(read_yaml(merged)["nlu"][0]["examples"].splitlines()) == ["- a", "- c", "- ours", "- theirs"]
    assert merged.startswith(NLU)


def test_the_same_sentence_from_both_is_there_once() -> None:
    assert merged_content(nlu("a"), nlu("a", "new"), nlu("a", "new", "more")) == nlu("a", "new", "more")


def test_topics_of_both_stand_in_their_groups() -> None:
    ours, theirs = TITLES.replace("  # two", "  x: X\n  # two"), TITLES.replace("  # two", "  y: Y\n  # two")
    assert merged_content(TITLES, ours, theirs) in (
        "titles:\n  # one\n  a: A\n  b: B\n  x: X\n  y: Y\n  # two\n  c: C\n",
        "titles:\n  # one\n  a: A\n  b: B\n  y: Y\n  x: X\n  # two\n  c: C\n",
    )


def test_rules_of_both_stay_whole() -> None:
    def rules(*names: str) -> str:
        return "rules:\n" + "".join(f"- rule: {n}\n  steps:\n  - intent: {n}\n  - action: utter_{n}\n" for n in names)

    merged = merged_content(rules("a"), rules("a", "x"), rules("a", "y"))
    assert merged is not None
    assert sorted(r["rule"] for r in read_yaml(merged)["rules"]) == ["a", "x", "y"]
    assert all(len(r["steps"]) == 2 for r in read_yaml(merged)["rules"])


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        ("a: 1\n", "a: 2\n", "a: 3\n"),
        ("a: 1\nb: 1\n", "b: 1\n", "a: 2\nb: 1\n"),
        ("a: 1\nb: 1\n", "a: 2\nb: 1\n", "b: 1\n"),
        ("a: 1\n", "a: 1\nb: 2\n", "a: 1\nb: 3\n"),
        ("r:\n- text: one\n", "r:\n- text: two\n", "r:\n- text: three\n"),
        ("r:\n- text: one\n", "r: []\n", "r:\n- text: three\n"),
        ("r: [a, a]\n", "r: [a, a, b]\n", "r: [a, a, c]\n"),
        ("r:\n- rule: a\n  x: 1\n", "r:\n- rule: a\n  x: 2\n", "r: []\n"),
        ("r:\n- rule: a\n  x: 1\n", "r: []\n", "r:\n- rule: a\n  x: 2\n"),
        ("r: []\n", "r:\n- rule: a\n  x: 1\n", "r:\n- rule: a\n  x: 2\n"),
        ("a: 1\n", "a: 1\nb: 1\n", "# new note\na: 1\nc: 1\n"),
        ("a: 1\n", "a: [\n", "a: 2\n"),
        ("a: 1\n", "- a\n", "a: 2\n"),
        ("text: |\n  one\n", "text: |\n  two\n", "text: |\n  three\n"),
    ],
)
def test_what_both_made_different_is_left_to_people(base: str, ours: str, theirs: str) -> None:
    assert merged_content(base, ours, theirs) is None


def as_rule(name: str, value: int) -> dict[str, Any]:
    return {"rule": name, "steps": value}


names = st.lists(st.sampled_from("abcdefgh"), unique=True)


@settings(max_examples=150, deadline=None)
@given(names, names, names)
def test_what_is_put_together_has_what_either_added_and_not_what_either_removed(
    base: list[str], ours: list[str], theirs: list[str]
) -> None:
    wanted = (set(ours) & set(theirs)) | (set(ours) - set(base)) | (set(theirs) - set(base))
    merged = merged_content(nlu(*base), nlu(*ours), nlu(*theirs)) if base and ours and theirs else None
    if merged is not None:
        lines = str(read_yaml(merged)["nlu"][0]["examples"] or "").splitlines()
        assert sorted(lines) == sorted(f"- {name}" for name in wanted)
    in_rules = [
        "rules:\n" + ("".join(f"- rule: {n}\n  steps: 1\n" for n in side) or "  []\n") for side in (base, ours, theirs)
    ]
    merged = merged_content(*in_rules)
    assert merged is not None
    assert sorted(r["rule"] for r in read_yaml(merged)["rules"]) == sorted(wanted)
