"""A change leaves alone every line that it does not touch: on every data file, and on whatever people write by hand."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.review.content.yaml_comments import append, commented, insert_after, insert_key_after, remove_key
from clinic.review.content.yaml_round_trip import NotYaml, block, dumped, loaded, read_yaml, rewritten, text

FOLDERS = (
    "data/nlu",
    "data/answers",
    "data/rules",
    "data/stories",
    "data/clinic",
    "data/widget",
    "tests/conversations",
)
FILES = [*(p for folder in FOLDERS for p in sorted(Path(folder).rglob("*.yml"))), *map(Path, (
    "domain.yml", "config.yml", "endpoints.yml", "credentials.yml",
))]  # fmt: skip
NLU = [path for path in FILES if path.parts[:2] == ("data", "nlu")]
ANSWERS = [path for path in FILES if path.parts[:2] == ("data", "answers")]


def changed_lines(before: str, after: str) -> list[str]:
    lines = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def in_unseen_key(data: Any) -> None:
    data["zz_unseen"] = "x"


def test_there_are_files_of_every_kind() -> None:
    assert min(len(NLU), len(ANSWERS)) > 50
    assert all(path.exists() for path in FILES)


@pytest.mark.parametrize("folder", [*FOLDERS, "."])
def test_every_file_is_the_same_byte_for_byte_after_no_change_and_one_line_longer_after_one_more_key(
    folder: str,
) -> None:
    for number, path in enumerate(p for p in FILES if p.as_posix().startswith(folder) or str(p.parent) == folder):
        source = path.read_bytes().decode()
        assert rewritten(source, lambda _: None) == source, path
        if number % 5 == 0 or len(path.parts) < 4:
            added = rewritten(source, in_unseen_key)
            assert changed_lines(source, added) == ["+zz_unseen: x"], path
            assert rewritten(added, lambda data: data.pop("zz_unseen")) == source, path


@pytest.mark.parametrize("path", NLU, ids=str)
def test_one_more_sentence_is_one_more_line_of_the_file(path: Path) -> None:
    source = path.read_bytes().decode()

    def with_sentence(data: Any) -> None:
        data["nlu"][0]["examples"] = block(f"{data['nlu'][0]['examples']}- quite new\n")

    assert changed_lines(source, rewritten(source, with_sentence)) == ["+    - quite new"]


@pytest.mark.parametrize("path", ANSWERS, ids=str)
def test_another_review_of_an_answer_changes_no_line_but_those_of_its_review(path: Path) -> None:
    source = path.read_bytes().decode()

    def approved(data: Any) -> None:
        first = next(iter(data["responses"].values()))
        first[0]["metadata"]["review"]["due"] = text("2031-01-02")

    assert changed_lines(source, rewritten(source, approved))[-1:] == ["+        due: '2031-01-02'"]
    assert len(changed_lines(source, rewritten(source, approved))) == 2


def test_what_ruamel_writes_in_another_way_stays_as_people_wrote_it() -> None:
    by_hand = 'a:   1\nlist:\n    - one   # why\n    - "two"\nempty:\nnone: ~\n'
    by_hand += "folded: >\n  many\n  words\nflow: {a: 1,b: 2}\n"
    added = rewritten(by_hand, lambda data: append(data["list"], "three"))
    assert changed_lines(by_hand, added) == ["+    - three"]


def test_a_file_that_is_indented_in_several_ways_is_right_after_a_change_even_if_more_lines_are_another() -> None:
    mixed = "# head\na:\n- 1\nlist:\n    - one   # why\n"
    added = rewritten(mixed, lambda data: append(data["list"], "three"))
    assert read_yaml(added) == {"a": [1], "list": ["one", "three"]}
    assert "# head" in added
    assert "# why" in added


@pytest.mark.parametrize("source", ["a: 1", "\ufeffa: 1\n", "a: 1\r\nb:\r\n- x\r\n"])
def test_line_ends_and_marks_at_the_start_stay_as_they_are(source: str) -> None:
    found = rewritten(source, in_unseen_key)
    assert found.startswith(source.rstrip("\r\n"))
    assert found.count("\r\n") == (found.count("\n") if "\r" in source else 0)
    assert read_yaml(found.removeprefix("\ufeff"))["zz_unseen"] == "x"


@pytest.mark.parametrize("broken", ["a: [1, 2", "a: 1\n b: 2\n", "a: 1\na: 2\n", "\tx: 1", "a: |\n  x\n y\n"])
def test_what_is_no_yaml_is_told_with_its_line_and_not_written(broken: str) -> None:
    with pytest.raises(NotYaml, match=r"line \d+|no YAML"):
        rewritten(broken, in_unseen_key)


def test_comments_between_groups_stay_between_the_groups() -> None:
    source = "t:\n# one\n- a\n# two\n- b  # beside\n\n# three\n- c\nm:\n  # x\n  k: 1\n  # y\n  l: 2\n"

    def more(data: Any) -> None:
        insert_after(data["t"], 0, "a2")
        insert_after(data["t"], 2, commented({"b2": [1]}))
        insert_key_after(data["m"], "k", "k2", 3)

    assert rewritten(source, more) == (
        "t:\n# one\n- a\n- a2\n# two\n- b  # beside\n- b2:\n  - 1\n\n# three\n- c\n"
        "m:\n  # x\n  k: 1\n  k2: 3\n  # y\n  l: 2\n"
    )
    assert rewritten(rewritten(source, more), lambda d: remove_key(d["m"], "k2")).endswith("  k: 1\n  # y\n  l: 2\n")


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cn", "Co"]), min_size=1)


@settings(max_examples=150, deadline=None)
@given(st.lists(words.map(str.strip).filter(bool), min_size=1, max_size=6), words.map(str.strip).filter(bool))
def test_any_line_of_text_is_read_back_as_the_same_text(items: list[str], new: str) -> None:
    source = dumped(commented({"list": [text(item) for item in items], "last": None}))
    assert read_yaml(source)["list"] == items
    added = rewritten(source, lambda data: append(data["list"], text(new)))
    assert read_yaml(added) == {"list": [*items, new], "last": None}
    assert loaded(added)["list"][-1] == new
