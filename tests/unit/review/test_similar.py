"""What a sentence lies near to, by meaning and until then by words."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinic.adapters.sentence_vectors import RememberedVectors
from clinic.language import load_encoder
from clinic.review.content.topic_files import Topics, load_topics
from clinic.review.teaching.similar import SimilarExamples
from tests.unit.review.teaching_room import LONG_ENOUGH, vectors, write_content


@pytest.fixture(scope="module")
def topics(tmp_path_factory: pytest.TempPathFactory) -> Topics:
    root = tmp_path_factory.mktemp("content")
    write_content(root)
    return load_topics(root)


@pytest.fixture(scope="module")
def similar() -> SimilarExamples:
    return SimilarExamples(vectors())


def test_the_nearest_topic_comes_first(similar: SimilarExamples, topics: Topics) -> None:
    found = similar.around("could not having enough iron give me twitchy legs", topics, LONG_ENOUGH)
    assert found.by_meaning
    assert found.topics[0] == "iron"


def test_a_reworded_example_is_nearly_the_same(similar: SimilarExamples, topics: Topics) -> None:
    found = similar.around("does exercising help with restless legs", topics, LONG_ENOUGH)
    assert found.nearly_same is not None
    assert found.nearly_same.topic == "exercise"


def test_something_new_is_like_nothing(similar: SimilarExamples, topics: Topics) -> None:
    found = similar.around("do you sell gift cards for christmas", topics, LONG_ENOUGH)
    assert found.nearly_same is None
    assert found.between is None


def test_a_sentence_of_two_topics_lies_between_them(similar: SimilarExamples, topics: Topics) -> None:
    found = similar.around("can low iron or vitamins help with rls", topics, LONG_ENOUGH)
    assert set(found.between or ()) == {"iron", "supplements"}


def test_until_the_vectors_are_there_words_are_compared(topics: Topics) -> None:
    class Never:
        def missing(self, sentences: list[str]) -> int:
            return 1_000

        def of(self, sentences: list[str]) -> None:
            raise RuntimeError("not today")

        def of_new(self, sentence: str) -> None:
            raise RuntimeError("not today")

    similar = SimilarExamples(Never())  # type: ignore[arg-type]
    found = similar.around("what is the link between anemia and rls", topics)
    assert not found.by_meaning
    assert found.topics[0] == "iron"


def test_what_was_encoded_once_is_not_encoded_again(tmp_path: Path) -> None:
    asked: list[str] = []

    def encode(texts: list[str]):  # type: ignore[no-untyped-def]
        asked.extend(texts)
        return load_encoder().encode(texts)

    lines = [f"sentence number {n}" for n in range(60)]
    first = RememberedVectors(encode, tmp_path / "vectors.npz").of(lines)
    again = RememberedVectors(encode, tmp_path / "vectors.npz")
    assert again.missing(lines) == 0
    assert (again.of(lines) == first).all()
    assert asked == lines


def test_a_broken_file_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "vectors.npz"
    file.write_bytes(b"PK\x03\x04 cut off")
    made = RememberedVectors(load_encoder().encode, file)
    assert made.of(["one sentence"]).shape[0] == 1


def test_what_somebody_types_is_kept_nowhere(tmp_path: Path) -> None:
    made = RememberedVectors(load_encoder().encode, tmp_path / "vectors.npz")
    made.of_new("my name is Robin Example")
    assert made.missing(["my name is Robin Example"]) == 1
    assert not list(tmp_path.iterdir())
