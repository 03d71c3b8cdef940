"""Edits of content: as few lines as can be, and bad input told in words with nothing written."""

from __future__ import annotations

import resource
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinic.answers import load_catalogue
from clinic.answers.model import Review
from clinic.review.content.edits import (
    add_dialogue,
    add_example,
    add_red_flag,
    add_topic,
    examples_of,
    remove_example,
    set_answer,
    set_review,
    suggested_name,
    topics_of,
)
from clinic.review.content.errors import AlreadyThere, ContentError, ContentTooLarge, ContentUnreadable, StorageFull
from clinic.review.content.files import MOST_BYTES
from clinic.review.content.tree import ContentTree
from clinic.triage import SafetyGate
from tests.content_repository import content_folder, content_repository, git, numstat

IRON = "data/nlu/causes/iron.yml"
ANSWER = "data/answers/causes/iron.yml"
Edit = Callable[[ContentTree], None]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return content_repository(tmp_path_factory.mktemp("original"))


@pytest.fixture
def tree(original: Path, tmp_path: Path) -> ContentTree:
    shutil.copytree(original, tmp_path / "tree")
    return ContentTree(tmp_path / "tree")


def changed(tree: ContentTree) -> list[tuple[int, int, str]]:
    git(tree.root, "add", "--all")
    return numstat(tree.root, "--cached")


def refused(tree: ContentTree, edit: Edit, kind: type[ContentError] = ContentError) -> ContentError:
    with pytest.raises(kind) as caught:
        edit(tree)
    assert changed(tree) == []
    assert str(caught.value).endswith((".", "?")) or "For example" in str(caught.value)
    return caught.value


def loaded(tree: ContentTree, path: str) -> Any:
    return yaml.safe_load((tree.root / path).read_text("utf-8"))


def test_an_added_sentence_is_one_line_more_and_a_removed_one_is_one_less(tree: ContentTree) -> None:
    add_example(tree, "iron", "  is it my   ferritin, perhaps?\n")
    assert changed(tree) == [(1, 0, IRON)]
    assert "    - is it my ferritin, perhaps?\n" in (tree.root / IRON).read_text("utf-8")
    remove_example(tree, "iron", "is it my ferritin, perhaps?")
    assert changed(tree) == []


def test_only_the_very_sentence_is_removed_and_not_one_that_looks_like_it(tree: ContentTree) -> None:
    add_example(tree, "iron", "is it my ferritin, perhaps?")
    with pytest.raises(ContentError):
        remove_example(tree, "iron", "Is it my ferritin, perhaps")
    with pytest.raises(ContentError):
        remove_example(tree, "exercise", "is it my ferritin, perhaps?")
    assert changed(tree) == [(1, 0, IRON)]


def test_topics_of_every_sort_take_a_sentence_in_one_line(tree: ContentTree) -> None:
    topics = {example.topic for example in examples_of(tree)}
    assert topics == set(topics_of(tree))
    chosen = sorted(topics)[::9]  # each file by itself: test_yaml_round_trip.py
    for number, topic in enumerate(chosen):
        add_example(tree, topic, f"a sentence nobody has said number {number}")
    rows = changed(tree)
    assert {row[:2] for row in rows} == {(1, 0)}
    assert len(rows) == len(chosen)


@pytest.mark.parametrize(
    "typed",
    [
        "", "   ", "...", "two\nlines", "two\u2028lines", "form\x0cfeed", "a\x00b", "bell\x07", "/restart",
        "-dash", "- dash", "* star", "1. one", "is [iron](supplement) good",
        'is [iron] {"entity": "x"} good', "x" * 301, "\ud800",
    ],
)  # fmt: skip
def test_a_sentence_that_files_or_rasa_would_read_differently_is_refused(tree: ContentTree, typed: str) -> None:
    assert refused(tree, lambda t: add_example(t, "iron", typed)).field == "sentence"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=60))
def test_whatever_is_typed_is_refused_or_read_back_as_it_was_typed(original: Path, typed: str) -> None:
    tree = ContentTree(original)
    try:
        add_example(tree, "iron", typed)
    except ContentError:
        assert changed(tree) == []
        return
    try:
        assert changed(tree) == [(1, 0, IRON)]
        lines = loaded(tree, IRON)["nlu"][0]["examples"].splitlines()
        assert "".join(lines[-1].removeprefix("- ").split()) == "".join(_composed(typed).split())
    finally:
        git(tree.root, "reset", "--quiet", "--hard")


def _composed(typed: str) -> str:
    import unicodedata  # noqa: PLC0415

    return unicodedata.normalize("NFC", typed)


def test_a_sentence_stands_under_one_topic_once(tree: ContentTree) -> None:
    again = refused(tree, lambda t: add_example(t, "iron", "RLS iron link?"), AlreadyThere)
    assert isinstance(again, AlreadyThere)
    assert again.where == "iron"
    elsewhere = refused(tree, lambda t: add_example(t, "exercise", "rls  iron link"), AlreadyThere)
    assert isinstance(elsewhere, AlreadyThere)
    assert elsewhere.where == "iron"
    assert "iron" in str(elsewhere)


def test_an_unknown_topic_and_the_last_sentence_are_told(tree: ContentTree) -> None:
    assert refused(tree, lambda t: add_example(t, "no_such_topic", "words")).field == "topic"
    assert refused(tree, lambda t: add_example(t, "../../etc/passwd", "words")).field == "topic"
    assert refused(tree, lambda t: remove_example(t, "iron", "nobody has said this")).field == "sentence"
    only = tree.root / "data/nlu/causes/lonely.yml"
    only.write_text('version: "3.1"\nnlu:\n- intent: lonely\n  examples: |\n    - alone\n', "utf-8")
    with pytest.raises(ContentError, match="only sentence"):
        remove_example(tree, "lonely", "alone")


def test_a_new_topic_has_all_its_parts_where_they_belong(tree: ContentTree) -> None:
    sentences = ["how do I fly with restless legs", "yes: a long drive"]
    facts = [("Walking helps: some.", "nhs_rls")]
    add_topic(
        tree,
        "management",
        "travel",
        "Long trips",
        sentences,
        "Walk a bit.\r\n\r\n\r\nSit at the aisle. ",
        facts,
        ["doctors"],
    )
    assert {row[2]: row[:2] for row in changed(tree)} == {
        "data/nlu/management/travel.yml": (8, 0), "data/answers/management/travel.yml": (21, 0),
        "data/rules/management.yml": (4, 0), "data/clinic/titles.yml": (1, 0), "domain.yml": (2, 0),
    }  # fmt: skip
    domain = loaded(tree, "domain.yml")
    assert domain["intents"][domain["intents"].index("travel") - 1] == "treatment"
    assert {"type": "from_intent", "intent": "travel", "value": "travel"} in domain["slots"]["last_topic"]["mappings"]
    assert {"rule": "travel", "steps": [{"intent": "travel"}, {"action": "utter_travel"}]} in loaded(
        tree, "data/rules/management.yml"
    )["rules"]
    catalogue = load_catalogue(tree.root / "data")
    answer = catalogue.find("utter_travel")
    assert answer is not None
    assert (answer.text, answer.kind, answer.review.status) == (
        "Walk a bit.\n\nSit at the aisle.", "answer", "unreviewed",
    )  # fmt: skip
    assert catalogue.title_of("travel") == "Long trips"
    assert [e.sentence for e in examples_of(tree) if e.topic == "travel"] == sentences
    review = loaded(tree, "data/answers/management/travel.yml")["responses"]["utter_travel"][0]["metadata"]["review"]
    assert review == {"status": "unreviewed", "on": None, "by": None, "due": None}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("long flights", "long_flights"), ("Iron", "letters"), ("iron", "already"), ("utter_x", "meaning"),
        ("emergency_flight", "meaning"), ("yes", "meaning"), ("nlu_fallback", "meaning"), ("last_topic", "already"),
        ("greet", "already"), ("session", "already"), ("über", "uber"), ("a/b", "a_b"), ("../x", "letters"),
        ("", "name"), ("2nd", "nd"), ("x" * 41, "40"), ("a__b", "a_b"),
    ],
)  # fmt: skip
def test_a_name_that_is_taken_reserved_or_no_name_is_refused_with_a_better_one(
    tree: ContentTree, name: str, words: str
) -> None:
    error = refused(tree, lambda t: add_topic(t, "about", name, "Some title", ["some sentence"], "Some answer."))
    assert error.field == "topic"
    assert words in str(error)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"group": "safety"}, "group"), ({"group": "../about"}, "group"), ({"title": ""}, "title"),
        ({"title": "What\nit is"}, "title"), ({"title": "one two three four five six"}, "title"),
        ({"title": "what RLS is"}, "title"), ({"sentences": []}, "sentences"), ({"sentences": [" "]}, "sentences"),
        ({"sentences": ["a new one", "A new one?"]}, "sentences"), ({"sentences": ["rls iron link"]}, "sentences"),
        ({"answer_text": " \n"}, "answer_text"), ({"answer_text": "a\x00b"}, "answer_text"),
        ({"answer_text": "x" * 4001}, "answer_text"), ({"facts": [("claim", "no_such_source")]}, "facts"),
        ({"facts": [(" ", "nhs_rls")]}, "facts"), ({"sections": ["no_such_section"]}, "sections"),
    ],
)  # fmt: skip
def test_a_new_topic_with_a_mistake_writes_nothing(tree: ContentTree, given: dict[str, Any], field: str) -> None:
    right: dict[str, Any] = {
        "group": "about", "topic": "travel", "title": "Long trips", "sentences": ["on a plane"], "answer_text": "Walk.",
    }  # fmt: skip
    assert refused(tree, lambda t: add_topic(t, **{**right, **given})).field == field


def test_names_are_suggested_from_titles() -> None:
    assert [suggested_name(t) for t in ("Long flights & drives!", "Über-Müde", "24 hours", "???", "a " * 60)] == [
        "long_flights_drives", "uber_mude", "hours", "", "_".join("a" * 20),
    ]  # fmt: skip


def test_words_that_mean_danger_are_one_line_more_and_the_gate_hears_them(tree: ContentTree) -> None:
    add_red_flag(tree, "stroke", "(Zigzag|wobble) .. <legs>")
    assert changed(tree) == [(1, 0, "data/clinic/red_flags.yml")]
    verdict = SafetyGate(loaded(tree, "data/clinic/red_flags.yml")).assess("there is a wobble in my legs")
    assert verdict.alarm is not None
    assert verdict.alarm.category == "stroke"


@pytest.mark.parametrize(
    ("category", "pattern", "field"),
    [("stroke", "(open bracket", "pattern"), ("stroke", "<no_such_list> x", "pattern"), ("stroke", " ", "pattern"),
     ("no_such_kind", "words", "category"), ("stroke", "a\nb", "pattern")],
)  # fmt: skip
def test_words_for_danger_that_cannot_be_read_are_refused(
    tree: ContentTree, category: str, pattern: str, field: str
) -> None:
    assert refused(tree, lambda t: add_red_flag(t, category, pattern)).field == field


def test_words_for_danger_that_are_there_already_are_told(tree: ContentTree) -> None:
    there = "self (harmed|inflicted)"
    found = refused(tree, lambda t: add_red_flag(t, "stroke", there), AlreadyThere)
    assert "suicide" in str(found)


def test_other_words_for_an_answer_touch_its_text_alone_and_nobody_has_approved_them(tree: ContentTree) -> None:
    set_review(tree, "utter_iron", Review("approved", "2026-11-23", "Dr. Ada Moss", "2027-11-23"), signed="abc")
    assert [row[2] for row in changed(tree)] == [ANSWER]
    first = loaded(tree, ANSWER)["responses"]["utter_iron"][0]
    assert first["metadata"]["review"] == {
        "status": "approved", "on": "2026-11-23", "by": "Dr. Ada Moss", "due": "2027-11-23", "of": "abc",
    }  # fmt: skip
    git(tree.root, "commit", "--quiet", "-m", "approved")
    set_answer(tree, "utter_iron", first["text"])
    assert changed(tree) == []
    set_answer(tree, "utter_iron", "Other: words {emergency}.\n\nMore # words.")
    second = loaded(tree, ANSWER)["responses"]["utter_iron"][0]
    assert second["text"] == "Other: words {emergency}.\n\nMore # words."
    assert second["metadata"]["review"] == {"status": "unreviewed", "on": None, "by": None, "due": None}
    for key in ("facts", "article", "follow_ups", "kind"):
        assert second["metadata"][key] == first["metadata"][key]
    assert second["buttons"] == first["buttons"]


def test_facts_and_sections_of_an_answer_can_be_changed_and_fingerprints_stay(tree: ContentTree) -> None:
    before = loaded(tree, ANSWER)["responses"]["utter_iron"][0]
    set_answer(tree, "utter_iron", before["text"], [("Iron: matters.", "nhs_rls")], ["causes.iron", "doctors"])
    meta = loaded(tree, ANSWER)["responses"]["utter_iron"][0]["metadata"]
    assert meta["facts"] == [{"claim": "Iron: matters.", "source": "nhs_rls"}]
    assert meta["article"] == [before["metadata"]["article"][0], {"section": "doctors"}]
    set_answer(tree, "utter_iron", before["text"], [], [])
    meta = loaded(tree, ANSWER)["responses"]["utter_iron"][0]["metadata"]
    assert not {"facts", "article"} & meta.keys()


def test_one_of_several_wordings_is_changed_alone(tree: ContentTree) -> None:
    path = next(
        p for p in sorted((tree.root / "data/answers").rglob("*.yml"))
        if any(len(e) > 1 for e in yaml.safe_load(p.read_text())["responses"].values())
    )  # fmt: skip
    data = yaml.safe_load(path.read_text())["responses"]
    name = next(n for n, entries in data.items() if len(entries) > 1)
    set_answer(tree, name, "Quite other words.", at=1)
    now = yaml.safe_load(path.read_text())["responses"][name]
    assert now[1]["text"] == "Quite other words."
    assert now[0] == data[name][0]
    set_review(tree, name, Review("approved", "2026-11-23", "Dr. Moss"), at=0)
    now = yaml.safe_load(path.read_text())["responses"][name]
    assert [entry["metadata"]["review"]["status"] for entry in now[:2]] == ["approved", "unreviewed"]


def test_an_answer_or_wording_that_is_gone_is_told(tree: ContentTree) -> None:
    assert refused(tree, lambda t: set_answer(t, "utter_no_such", "x")).field == "name"
    assert refused(tree, lambda t: set_answer(t, "utter_iron", "x", at=9)).field == "name"


def test_a_dialogue_becomes_a_file_that_reads_as_it_was_meant(tree: ContentTree) -> None:
    turns = [{"say": "yes", "kind": ["answer", "chitchat"]}, {"press": "12:30", "asks": None, "new": True}]
    add_dialogue(tree, "a_trip", {"dialogue": "a trip: with a flight", "turns": turns})
    assert [row[2] for row in changed(tree)] == ["tests/conversations/taught/a_trip.yml"]
    assert loaded(tree, "tests/conversations/taught/a_trip.yml") == {
        "dialogue": "a trip: with a flight",
        "turns": turns,
    }
    with pytest.raises(AlreadyThere):
        add_dialogue(tree, "a_trip", {"dialogue": "again", "turns": turns})


@pytest.mark.parametrize(
    "given",
    [
        {"turns": []}, {"turns": None}, {"turns": ["x"]}, {"dialogue": ""}, {"turns": [{"say": "x"}]},
        {"turns": [{"say": "x", "press": "y", "kind": "a"}]}, {"turns": [{"say": "", "kind": "a"}]},
        {"turns": [{"say": "a\nb", "kind": "a"}]}, {"turns": [{"say": "a", "unknown": "a"}]},
        {"turns": [{"say": "a", "kind": "a"}] * 61}, {"name": "a trip"}, {"name": "../x"},
    ],
)  # fmt: skip
def test_a_dialogue_that_proves_nothing_is_refused(tree: ContentTree, given: dict[str, Any]) -> None:
    right: dict[str, Any] = {"name": "trip", "dialogue": "title", "turns": [{"say": "x", "kind": "answer"}], **given}
    name = right.pop("name")
    refused(tree, lambda t: add_dialogue(t, name, right))


@pytest.mark.parametrize("broken", ["nlu: [\n", "- a\n- b\n", "nlu:\n\t- x", "\xff\xfe"])
def test_a_file_broken_by_hand_is_named_and_left_alone(tree: ContentTree, broken: str) -> None:
    (tree.root / IRON).write_bytes(broken.encode("latin-1"))
    with pytest.raises(ContentUnreadable, match=IRON):
        add_example(tree, "iron", "some new words")
    with pytest.raises(ContentUnreadable, match=IRON):
        add_example(tree, "exercise", "some new words")
    assert (tree.root / IRON).read_bytes() == broken.encode("latin-1")


def test_a_file_over_the_limit_is_named_and_left_alone(tree: ContentTree) -> None:
    text = (tree.root / IRON).read_text("utf-8")
    (tree.root / IRON).write_text(text + "    - more\n" * (MOST_BYTES // 11), "utf-8")
    with pytest.raises(ContentTooLarge, match=IRON):
        add_example(tree, "iron", "some new words")


def test_a_disk_that_fills_up_while_writing_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    tree = content_folder(tmp_path)
    before = (tree.root / IRON).read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (512, hard))  # no file may grow beyond it: writing fails half way
    try:
        with pytest.raises(StorageFull):
            add_example(tree, "iron", "some new words")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (tree.root / IRON).read_bytes() == before
    assert [p.name for p in (tree.root / IRON).parent.iterdir() if p.name.startswith(".")] == []
