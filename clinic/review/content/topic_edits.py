"""A new topic: its sentences, its answer, its title, its rule, and its place in the domain."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from clinic.review.content.answer_edits import Facts, facts_of, new_answer_file
from clinic.review.content.errors import AlreadyThere, ContentError
from clinic.review.content.example_edits import NLU, examples_of, refuse_known
from clinic.review.content.files import change, create, data_of, files_below, is_there
from clinic.review.content.tree import ContentTree
from clinic.review.content.typed import GROUPS, answer_text_of, same_words, sentence_of, title_of, topic_name_of
from clinic.review.content.yaml_comments import append, commented, insert_after, insert_key_after
from clinic.review.content.yaml_round_trip import text

DOMAIN, TITLES = "domain.yml", "data/clinic/titles.yml"


def add_topic(
    tree: ContentTree,
    group: str,
    topic: str,
    title: str,
    sentences: Sequence[str],
    answer_text: str,
    facts: Facts = (),
    sections: Sequence[str] = (),
) -> None:
    """All that a topic needs (`docs/how-to/add-a-topic.md`); everything is checked before anything is written.

    `facts`: `(claim, source id)` of the answer; `sections`: of the clinic's article.
    """
    name, said, answer = topic_name_of(topic), title_of(title), answer_text_of(answer_text)
    if group not in GROUPS:
        raise ContentError(f"There is no such group. Choose one of {', '.join(GROUPS)}.", "group")
    _refuse_taken(tree, name, said)
    lines = _lines(tree, name, sentences)
    checked = facts_of(tree, facts, sections)
    neighbours = {PurePosixPath(path).stem for path in files_below(tree, f"{NLU}/{group}")}
    create(tree, f"{NLU}/{group}/{name}.yml", _nlu_file(name, said, lines))
    create(tree, f"data/answers/{group}/{name}.yml", new_answer_file(name, said, answer, checked))
    change(tree, DOMAIN, lambda data: _into_domain(data, name, neighbours))
    change(tree, TITLES, lambda data: _into_titles(data, name, said, neighbours))
    rules = f"data/rules/{group}.yml"
    if not is_there(tree, rules):
        create(
            tree,
            rules,
            f'# {group.capitalize()}: one step, one approved answer.\nversion: "3.1"\nrules:\n{_rule(name)}',
        )
        return
    change(tree, rules, lambda data: append(data["rules"], commented(_rule_data(name))))


def topics_of(tree: ContentTree) -> list[str]:
    """Every topic and other meaning that the domain knows, in its order."""
    listed = data_of(tree, DOMAIN).get("intents") or ()
    return [str(next(iter(item))) if isinstance(item, dict) else str(item) for item in listed]


def _refuse_taken(tree: ContentTree, name: str, title: str) -> None:
    known = data_of(tree, DOMAIN)
    names = {*topics_of(tree), *(known.get("slots") or {}), *(known.get("forms") or {})}
    paths = [p for folder in (NLU, "data/answers") for p in files_below(tree, folder)]
    if name in names or any(PurePosixPath(path).stem == name for path in paths):
        raise AlreadyThere(
            f"There is a topic “{name}” already. Choose another name, or add to that one.", "topic", name
        )
    for other, called in (data_of(tree, TITLES).get("titles") or {}).items():
        if same_words(str(called)) == same_words(title):
            raise AlreadyThere(f"The topic “{other}” has this title already. Choose another one.", "title", str(other))


def _lines(tree: ContentTree, name: str, sentences: Sequence[str]) -> list[str]:
    lines = [sentence_of(sentence, "sentences") for sentence in sentences if sentence.strip()]
    if not lines:
        raise ContentError("Type at least one sentence that patients would say.", "sentences")
    known = list(examples_of(tree))
    for at, line in enumerate(lines):
        if same_words(line) in map(same_words, lines[:at]):
            raise ContentError("One of the sentences is there twice.", "sentences")
        refuse_known(known, line, name, "sentences")
    return lines


def _nlu_file(name: str, title: str, lines: Sequence[str]) -> str:
    head = f'# {name}: {title}.\n# example: {lines[0]}\nversion: "3.1"\nnlu:\n- intent: {name}\n  examples: |\n'
    return head + "".join(f"    - {line}\n" for line in lines)


def _rule(name: str) -> str:
    return f"- rule: {name}\n  steps:\n  - intent: {name}\n  - action: utter_{name}\n"


def _rule_data(name: str) -> dict[str, Any]:
    return {"rule": name, "steps": [{"intent": name}, {"action": f"utter_{name}"}]}


def _into_domain(data: Any, name: str, neighbours: set[str]) -> None:
    """Behind the last topic of the group."""
    intents, mappings = data["intents"], data["slots"]["last_topic"]["mappings"]
    insert_after(intents, _last(intents, neighbours), name)
    mapping = commented({"type": "from_intent", "intent": name, "value": name}, flow=True)
    insert_after(mappings, _last([m.get("intent") for m in mappings], neighbours), mapping)


def _into_titles(data: Any, name: str, title: str, neighbours: set[str]) -> None:
    titles = data["titles"]
    before = next((key for key in reversed(list(titles)) if key in neighbours), None) or next(reversed(titles), None)
    insert_key_after(titles, before, name, text(title))


def _last(names: Sequence[Any], neighbours: set[str]) -> int:
    found = [at for at, name in enumerate(names) if name in neighbours]
    return found[-1] if found else len(names) - 1
