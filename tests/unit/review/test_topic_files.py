"""Topics are read from their files, and a file that cannot be read is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinic.review.content.topic_files import TopicFileError, load_topics

EXAMPLES = "nlu:\n- intent: iron\n  examples: |\n    - is it iron\n"
IRON, TITLES = "data/nlu/about/iron.yml", "data/clinic/titles.yml"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for path, text in ((IRON, EXAMPLES), (TITLES, "titles:\n  iron: Low iron\n")):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def test_a_topic_has_its_examples_and_its_title(tree: Path) -> None:
    topic = load_topics(tree).by_name["iron"]
    assert (topic.group, topic.title, topic.examples) == ("about", "Low iron", ("is it iron",))


def test_without_titles_a_topic_is_called_by_its_name(tree: Path) -> None:
    (tree / TITLES).unlink()
    assert load_topics(tree).title("iron") == "iron"


@pytest.mark.parametrize("path", [IRON, TITLES])
@pytest.mark.parametrize("text", ["", "- a\n", "a: [", "a: b\n", "titles: 3\nnlu: 3\n", b"\xff"])
def test_a_file_that_cannot_be_read_is_named(tree: Path, path: str, text: str | bytes) -> None:
    (tree / path).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(TopicFileError, match=path):
        load_topics(tree)
