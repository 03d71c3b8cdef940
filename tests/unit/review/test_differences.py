"""What changed is told in words, whoever changed it and however."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.review.changes.change_set import FileChange
from clinic.review.changes.differences import Difference, Kind, differences, titles_of, word_pieces

TITLES = {"iron": "Low iron and RLS", "sleep": "RLS and sleep"}
IRON, SLEEP = "data/nlu/causes/iron.yml", "data/nlu/about/sleep.yml"
ANSWER = "data/answers/causes/iron.yml"


def nlu(*sentences: str, topic: str = "iron") -> str:
    lines = "".join(f"    - {s}\n" for s in sentences)
    return f'version: "3.1"\nnlu:\n- intent: {topic}\n  examples: |\n{lines}'


def answer(text: str = "Low iron matters.", **meta: str) -> str:
    more = "".join(f"      {key}: {value}\n" for key, value in meta.items())
    return f"responses:\n  utter_iron:\n  - text: {text}\n    metadata:\n      kind: answer\n{more}"


def told(*changes: FileChange) -> list[Difference]:
    return differences(changes, TITLES)


def words(*changes: FileChange) -> list[str]:
    return [difference.words for difference in told(*changes)]


def test_added_and_removed_sentences_are_counted_and_each_is_shown() -> None:
    after = nlu("a", *(f"new {n}" for n in range(12)))
    found = told(FileChange(IRON, nlu("a", "b"), after))
    assert [d.words for d in found] == [
        "12 sentences were added to “Low iron and RLS”", "1 sentence was removed from “Low iron and RLS”",
    ]  # fmt: skip
    assert found[0].items == tuple(f"new {n}" for n in range(12))
    assert found[1].items == ("b",)


def test_a_sentence_that_went_to_another_topic_is_said_to_be_there() -> None:
    found = told(
        FileChange(IRON, nlu("a", "b"), nlu("a")),
        FileChange(SLEEP, nlu("c", topic="sleep"), nlu("c", "b", topic="sleep")),
    )
    assert any("now under “RLS and sleep”" in d.words for d in found)


def test_the_words_of_an_answer_are_compared_one_by_one() -> None:
    found = told(FileChange(ANSWER, answer("Low iron matters a lot."), answer("Low iron may matter a lot.")))
    assert [d.kind for d in found] == [Kind.ANSWER_TEXT]
    assert [(p.mark, p.text) for p in found[0].pieces] == [
        ("same", "Low iron "), ("removed", "matters"), ("added", "may matter"), ("same", " a lot."),
    ]  # fmt: skip


@given(st.text(max_size=60), st.text(max_size=60))
def test_both_texts_can_be_read_off_the_comparison(before: str, after: str) -> None:
    pieces = word_pieces(before, after)
    assert "".join(p.text for p in pieces if p.mark != "added") == before
    assert "".join(p.text for p in pieces if p.mark != "removed") == after
    assert all(p.text for p in pieces)


def test_a_long_text_is_compared_as_a_whole_and_not_for_minutes() -> None:
    assert [p.mark for p in word_pieces("a " * 5_000, "b " * 5_000)] == ["removed", "added"]


def test_reviews_parts_and_whole_answers_are_told() -> None:
    approved = "{status: approved, by: Dr. Moss, 'on': '2026-11-23'}"
    assert words(FileChange(ANSWER, answer(), answer(review=approved))) == [
        "The answer “Low iron and RLS” was approved by Dr. Moss on 2026-11-23"
    ]
    assert "not approved" in words(FileChange(ANSWER, answer(review=approved), answer()))[0]
    assert "where follow-up questions lead" in words(FileChange(ANSWER, answer(), answer(follow_ups="{why: sleep}")))[0]
    assert words(FileChange(ANSWER, None, answer())) == ["The answer “Low iron and RLS” is new"]
    assert words(FileChange(ANSWER, answer(), None)) == ["The answer “Low iron and RLS” was removed"]


def test_lists_rules_titles_danger_and_dialogues_are_told_without_developers_words() -> None:
    found = words(
        FileChange("data/clinic/titles.yml", "titles: {a: A}", "titles: {a: B, travel: Trips}"),
        FileChange(
            "data/clinic/red_flags.yml", "categories: {clot: {patterns: [a]}}", "categories: {clot: {patterns: [a, b]}}"
        ),
        FileChange("data/rules/about.yml", "rules: []", "rules: [{rule: travel, steps: []}]"),
        FileChange("domain.yml", "intents: [a]", "intents: [a, travel]"),
        FileChange("tests/conversations/taught/x.yml", None, "dialogue: a trip\nturns: []\n"),
    )
    assert sorted(found) == sorted([
        "Buttons say “B” instead of “A”", "Buttons to the new topic “travel” say “Trips”",
        "The words that mean danger were changed, under “Clot”",
        "A conversation that must stay right was added: “a trip”",
        "The rule “Travel” is new", "The list of topics was changed",
    ])  # fmt: skip


def test_what_words_do_not_tell_of_a_file_is_shown_line_by_line_beside_them() -> None:
    by_hand = nlu("a", "b").replace("3.1", "3.0") + "- synonym: rls\n  examples: |\n    - restless legs\n"
    found = told(FileChange(IRON, nlu("a"), by_hand))
    assert [d.kind for d in found] == [Kind.SENTENCES_ADDED, Kind.OTHER]
    assert any("synonym" in item for item in found[1].items)


def test_a_new_title_is_how_its_topic_is_called() -> None:
    assert (
        "“Long trips”"
        in words(
            FileChange("data/nlu/about/travel.yml", None, nlu("a", topic="travel")),
            FileChange("data/clinic/titles.yml", "titles: {}", "titles: {travel: Long trips}"),
        )[0]
    )


@pytest.mark.parametrize(
    ("path", "before", "after", "part"),
    [
        ("config.yml", "pipeline: [{name: a, threshold: 0.4}]", "pipeline: [{name: a, threshold: 0.5}]", "pipeline"),
        ("config.yml", "# a\na: 1\n", "# b\na: 1\n", "only notes or spaces"),
        ("domain.yml", "a: {b: 1}", "a: {b: 2}", "a, b"),
        (IRON, nlu("a"), "nlu: [\n", "cannot be read: line"),
        (IRON, "nlu: [\n", nlu("a"), "was changed"),
        (IRON, nlu("a"), "- just\n- a list\n", "was changed"),
        (IRON, nlu("a"), "nlu:\n- intent: iron\n  examples: [x]\n", "removed"),
        (ANSWER, answer(), "responses: text\n", "removed"),
        ("tests/conversations/test_x.py", "a = 1\n", "a = 2\n", "test_x.py was changed (2 lines)"),
        ("data/nlu/x.yml", "", "a: 1\n", "was changed"),
        ("data/rules/about.yml", "rules: [a]", "rules: [b]", "was changed"),
        ("tests/conversations/a/b.yml", "- a", "- b", "was changed"),
        ("data/clinic/titles.yml", "titles: [a]", "titles: [b]", "was changed"),
    ],
)
def test_edits_by_hand_of_any_sort_are_told(path: str, before: str, after: str, part: str) -> None:
    found = words(FileChange(path, before, after))
    assert found
    assert part in " ".join(found)


def test_every_change_of_every_file_is_told_somehow() -> None:
    for path in [*sorted(Path("data/answers").rglob("*.yml"))[::7], Path("domain.yml"), Path("config.yml"),
                 *sorted(Path("data/clinic").glob("*.yml")), *sorted(Path("data/rules").glob("*.yml"))]:  # fmt: skip
        text = path.read_text("utf-8")
        for after in (None, text + "zz: 1\n", text[: len(text) // 2], "# note\n" + text):
            found = told(FileChange(str(path), text, after))
            assert found, path
            assert all(d.words and d.path for d in found), path


def test_what_is_too_large_to_be_shown_is_named() -> None:
    assert words(FileChange("data/safety/x.yml", None, None, is_too_large=True)) == [
        "The file data/safety/x.yml was changed. It is too large to be shown here"
    ]


def test_titles_that_cannot_be_read_are_none() -> None:
    assert [titles_of(t) for t in (None, "titles: [", "titles: [a]", "- a", "titles: {a: B}")] == [
        {},
        {},
        {},
        {},
        {"a": "B"},
    ]
