"""Redaction, measured on made-up messages: what has a form always goes, names nearly always, questions stay."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clinic.privacy import Redactor, load_redactor

_HERE = Path(__file__).parent
_MARK = re.compile(r"\{(\w+):([^}]*)\}")
_PLACEHOLDER = re.compile(r"\[(?:e-mail|link|phone|date|address|number|name)\]")
FIRST, SECOND = _HERE / "sentences.txt", _HERE / "more_sentences.txt"


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    return load_redactor()


def messages(path: Path) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each message, and what in it is personal: kind and words."""
    lines = [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return [(_MARK.sub(lambda m: m[2], line), _MARK.findall(line)) for line in lines]


def kept_of(redactor: Redactor, path: Path, *, names: bool) -> tuple[list[str], int]:
    """Personal things of which a word is left, and how many there were."""
    left, count = [], 0
    for text, marks in messages(path):
        shown = _PLACEHOLDER.sub("", redactor.redact(text))
        for kind, words in marks:
            if (kind == "name") == names:
                count += 1
                left += [words] * any(re.search(rf"(?<!\w){re.escape(w)}(?!\w)", shown) for w in words.split())
    return left, count


def test_the_set_has_120_messages() -> None:
    assert len(messages(FIRST)) == 120


@pytest.mark.parametrize("path", [FIRST, SECOND], ids=["first set", "second set"])
def test_everything_with_a_form_of_its_own_goes(redactor: Redactor, path: Path) -> None:
    left, count = kept_of(redactor, path, names=False)
    assert count > 20
    assert left == []


@pytest.mark.parametrize("path", [FIRST, SECOND], ids=["first set", "second set"])
def test_at_least_95_of_100_names_go(redactor: Redactor, path: Path) -> None:
    left, count = kept_of(redactor, path, names=True)
    assert count >= 40
    assert len(left) <= 0.05 * count, left


@pytest.mark.parametrize("path", [FIRST, SECOND], ids=["first set", "second set"])
def test_at_least_97_of_100_ordinary_questions_stay_as_they_are(redactor: Redactor, path: Path) -> None:
    ordinary = [text for text, marks in messages(path) if not marks]
    changed = [redactor.redact(text) for text in ordinary if redactor.redact(text) != text]
    assert len(ordinary) > 30
    assert len(changed) <= 0.03 * len(ordinary), changed


def test_questions_as_patients_ask_them_stay_as_they_are(redactor: Redactor) -> None:
    """A fair part of the examples of all topics, some of which do name somebody."""
    files = [p for p in sorted(Path("data/nlu").rglob("*.yml")) if p.stem not in ("inform", "who_are_you")]
    lines = [line.strip()[2:] for p in files for line in p.read_text("utf-8").splitlines() if line.startswith("    - ")]
    sample = lines[::40]
    changed = [text for text, found in zip(sample, redactor.read(sample), strict=True) if found]
    assert len(sample) > 300
    assert len(changed) <= 0.03 * len(sample), changed


def test_nothing_beside_what_is_personal_goes(redactor: Redactor) -> None:
    assert redactor.redact("My name is Priya Natarajan and iron helped, call 202-555-0123 please") == (
        "My name is [name] and iron helped, call [phone] please"
    )


def test_a_name_that_is_known_goes_everywhere(redactor: Redactor) -> None:
    assert redactor.redact("quigby again, is it Rose?", names=["Quigby Rose"]) == "[name] again, is it [name]?"


def test_a_known_name_that_is_a_word_stays_where_it_is_the_word(redactor: Redactor) -> None:
    assert redactor.redact("my legs may twitch", names=["May"]) == "my legs may twitch"


def test_a_reply_keeps_its_links_and_loses_the_visitors_values(redactor: Redactor) -> None:
    reply = "- Name: Ann Rowe\n- Contact: ann@example.com\nRead https://www.nhs.uk/conditions/. Call 911."
    assert redactor.redact_reply(reply, names=["Ann Rowe"]) == (
        "- Name: [name]\n- Contact: [e-mail]\nRead https://www.nhs.uk/conditions/. Call 911."
    )


@pytest.mark.parametrize("text", ["", " ", "\n\n", "😀", "a" * 30_000, "@" * 5_000, "1 " * 5_000, "\udcff my name is"])
def test_odd_texts_are_read_without_a_fault(redactor: Redactor, text: str) -> None:
    assert isinstance(redactor.redact(text), str)


def test_many_texts_at_once_give_the_same_as_each_alone(redactor: Redactor) -> None:
    texts = [text for text, _ in messages(SECOND)]
    together = load_redactor.__wrapped__().read(texts)
    assert [list(found) for found in together] == [list(redactor.findings(text)) for text in texts]
