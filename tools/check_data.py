"""Check what patients say and what the clinic says: structure, sources, length, reading grade, forbidden phrases.

With `--article FILE` it also tells which answers a changed article touches; `--stamp` writes fingerprints.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from ruamel.yaml import YAML

from clinic.adapters.letters import VISIT_PLACEHOLDERS
from clinic.answers import WordingError, load_catalogue
from clinic.answers.article import ArticleError, fingerprint, load_outline, passages
from clinic.answers.catalogue import DATA
from clinic.answers.clinic_facts import load_clinic_facts
from clinic.answers.readability import adjusted_grade, grade
from clinic.review.answers.wording_checks import FILLED_BY_ACTIONS, Known, text_faults
from clinic.review.changes.difference import titles_in
from clinic.review.teaching.enough_sentences import too_few
from clinic.triage import load_gate

_ANSWER_GROUPS = ("about", "causes", "management", "visit", "clinic")
_MEAN_GRADE = 7.0


def examples() -> dict[str, list[str]]:
    """Training examples by intent."""
    found: dict[str, list[str]] = {}
    for path in sorted((DATA / "nlu").rglob("*.yml")):
        for item in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            lines = [line.strip()[2:] for line in item["examples"].splitlines() if line.strip().startswith("- ")]
            found.setdefault(item["intent"], []).extend(lines)
    return found


def topics() -> list[tuple[str, str]]:
    """`(group, topic)` of every topic, from the answer files."""
    return [(g, p.stem) for g in _ANSWER_GROUPS for p in sorted((DATA / "answers" / g).glob("*.yml"))]


def example_faults(by_intent: dict[str, list[str]]) -> Iterator[str]:
    """Too few examples, or one sentence under two intents."""
    for group, topic in topics():
        if not (DATA / "nlu" / group / f"{topic}.yml").exists():
            yield f"data/nlu/{group}/{topic}.yml is missing: the answer has no patients' words"
    titles = titles_in(yaml.safe_load((DATA / "clinic/titles.yml").read_text("utf-8")))
    yield from (found.says(titles) for found in too_few(by_intent))
    owner: dict[str, str] = {}
    for intent, lines in by_intent.items():
        for line in lines:
            first = owner.setdefault(line.lower().strip(" ?.!"), intent)
            if first != intent:
                yield f"the example {line!r} stands under {first} and {intent}"


def answer_faults() -> Iterator[str]:
    """Length, grade, forbidden phrases, placeholders, facts and articles of the answers."""
    catalogue, facts = load_catalogue(), load_clinic_facts()
    known = Known({*facts.values, *FILLED_BY_ACTIONS, *_slots(), *VISIT_PLACEHOLDERS})
    for name in sorted(catalogue.names()):
        for answer in catalogue.variations(name):
            for fault in text_faults(answer.text, answer.kind, is_sourced=bool(answer.sources), known=known):
                yield f"{name}: {fault.says}"
    grades = [adjusted_grade(text) for text in _answer_texts()]
    if (mean := sum(grades) / len(grades)) > _MEAN_GRADE:
        yield f"mean reading grade {mean:.1f}, at most {_MEAN_GRADE:.0f}"


def measured() -> str:
    """How easy the answers are to read, in a line."""
    texts = _answer_texts()
    grades, raw = list(map(adjusted_grade, texts)), list(map(grade, texts))
    return (
        f"answers: {len(texts)}, mean grade {sum(grades) / len(grades):.1f} (raw {sum(raw) / len(raw):.1f}), "
        f"highest {max(grades):.1f} (raw {max(raw):.1f})"
    )


def _answer_texts() -> list[str]:
    catalogue = load_catalogue()
    wordings = (catalogue.variations(name)[0] for name in sorted(catalogue.names()))
    return [wording.text for wording in wordings if wording.kind == "answer"]


def _slots() -> dict[str, Any]:
    slots: dict[str, Any] = yaml.safe_load(Path("domain.yml").read_text("utf-8")).get("slots", {})
    return slots


def answer_files() -> Iterator[tuple[Path, str, dict[str, Any]]]:
    """Path, response name and metadata of every wording that names an article section."""
    for path in sorted((DATA / "answers").rglob("*.yml")):
        for name, entries in (yaml.safe_load(path.read_text("utf-8"))["responses"]).items():
            for entry in entries:
                if (entry.get("metadata") or {}).get("article"):
                    yield path, name, entry["metadata"]


def article_faults(article: Path | None) -> Iterator[str]:
    """Answers whose passage has no fingerprint, or another one in the given article."""
    found = passages(article.read_text("utf-8"), load_outline()) if article else {}
    for path, name, metadata in answer_files():
        for passage in metadata["article"]:
            if not passage.get("fingerprint"):
                missing = f"{path}: {name} has no fingerprint of {passage['section']}"
                yield f"{missing}; run tools.check_data --stamp --article FILE"
            elif found and fingerprint(found[passage["section"]]) != passage["fingerprint"]:
                yield f"{path}: {name} rests on the passage {passage['section']!r}, which the article has changed"


def stamp(article: Path) -> None:
    """Write the fingerprint of each passage beside the section it belongs to."""
    found = passages(article.read_text("utf-8"), load_outline())
    editor = YAML()
    editor.preserve_quotes, editor.width = True, 4096
    for path in sorted({p for p, _, _ in answer_files()}):
        data = editor.load(path)
        for entries in data["responses"].values():
            for entry in entries:
                for passage in entry["metadata"].get("article") or ():
                    passage["fingerprint"] = fingerprint(found[passage["section"]])
        editor.dump(data, path)


def main() -> None:
    """Print every fault; exit 1 when there is one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--article", type=Path)
    parser.add_argument("--stamp", action="store_true")
    arguments = parser.parse_args()
    try:
        if arguments.stamp:
            stamp(arguments.article)
        load_gate()
        faults = [*example_faults(examples()), *answer_faults(), *article_faults(arguments.article)]
    except (WordingError, ArticleError, yaml.YAMLError) as error:
        faults = [str(error)]
    if not faults:  # else only faults are said: each line of it is one on the staff pages
        print(measured())
    for fault in faults:
        print(fault, file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
