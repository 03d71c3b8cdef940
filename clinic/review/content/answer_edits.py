"""Edits of what the clinic says: the text with what it rests on, and its review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from clinic.answers.model import Review
from clinic.review.content.errors import ContentError
from clinic.review.content.files import change, data_of, files_below
from clinic.review.content.tree import ContentTree
from clinic.review.content.typed import answer_text_of
from clinic.review.content.yaml_comments import commented, insert_key_after, remove_key
from clinic.review.content.yaml_round_trip import block, dumped, text

ANSWERS = "data/answers"
Facts = Sequence[tuple[str, str]]  # claim, id of its source
Rests = tuple[list[dict[str, Any]], list[dict[str, Any]]]  # facts, and passages of the article, as files hold them
_ON = DoubleQuotedScalarString("on")  # bare, it would be read as "true"
_UNREVIEWED: dict[str, Any] = {"status": "unreviewed", _ON: None, "by": None, "due": None}


def set_answer(
    tree: ContentTree,
    name: str,
    answer_text: str,
    facts: Facts | None = None,
    sections: Sequence[str] | None = None,
    at: int = 0,
) -> None:
    """Other words for a response such as `utter_iron`; `at`: which of its wordings. What is `None` stays.

    Words that were approved are not approved any more once anything of them is another.
    """
    said, path = answer_text_of(answer_text), path_of(tree, name)
    checked = facts_of(tree, facts or (), sections or ())

    def with_words(data: Any) -> None:
        entry = _wording(data, name, at)
        meta = entry["metadata"]
        is_other = _set(entry, "text", said, block(said))
        if facts is not None:
            is_other |= _set(meta, "facts", checked[0], commented(_quoted(checked[0])))
        if sections is not None:
            passages = _keeping_fingerprints(meta.get("article") or (), checked[1])
            is_other |= _set(meta, "article", passages, commented(passages))
        if is_other:
            _set_review(meta, dict(_UNREVIEWED))

    change(tree, path, with_words)


def set_review(tree: ContentTree, name: str, review: Review, at: int | None = None, signed: str | None = None) -> None:
    """The clinical review of a response; `at`: of one of its wordings, `None` for all; `signed`: kept as `of`."""
    path = path_of(tree, name)
    values: dict[str, Any] = {"status": review.status, _ON: review.on, "by": review.by, "due": review.due}

    def with_review(data: Any) -> None:
        for number, entry in enumerate(data["responses"][name]):
            if at is None or number == at:
                _wording(data, name, number)
                _set_review(entry["metadata"], {**values, **({"of": signed} if signed else {})})

    change(tree, path, with_review)


def path_of(tree: ContentTree, name: str) -> str:
    """The file in which a response stands."""
    for path in files_below(tree, ANSWERS):
        if name in (data_of(tree, path).get("responses") or {}):
            return path
    raise ContentError("There is no such answer any more.", "name")


def facts_of(tree: ContentTree, facts: Facts, sections: Sequence[str]) -> Rests:
    """Claims with known sources, and known sections of the article, as files hold them."""
    sources = (data_of(tree, "data/clinic/sources.yml").get("sources") or {}) if facts else {}
    outline = (data_of(tree, "data/clinic/article.yml").get("sections") or {}) if sections else {}
    found = [{"claim": " ".join(claim.split()), "source": source} for claim, source in facts]
    for fact in found:
        if not fact["claim"]:
            raise ContentError("A fact without words cannot be kept. Type it, or take the line out.", "facts")
        if fact["source"] not in sources:
            raise ContentError("One of the sources is not in the list. Choose it from the list.", "facts")
    if any(section not in outline for section in sections):
        raise ContentError("One of the sections is not in the clinic's article. Choose it from the list.", "sections")
    return found, [{"section": section} for section in dict.fromkeys(sections)]


def new_answer_file(name: str, title: str, said: str, rests: Rests) -> str:
    """The file of a new topic's answer, unreviewed."""
    facts, passages = rests
    metadata: dict[str, Any] = {"kind": "answer", "topic": name}
    if passages:
        metadata["article"] = passages
    if facts:
        metadata["facts"] = _quoted(facts)
    entry = {"text": block(said), "metadata": metadata | {"review": _UNREVIEWED}}
    made = dumped(commented({"responses": {f"utter_{name}": [entry]}}))
    return f'# {name}: {title}.\nversion: "3.1"\n{made}'


def _wording(data: Any, name: str, at: int) -> Any:
    entries = data["responses"][name]
    if not 0 <= at < len(entries):
        raise ContentError("There is no such wording any more.", "name")
    if entries[at].get("metadata") is None:
        entries[at]["metadata"] = commented({})
    return entries[at]


def _set(holder: Any, key: str, value: Any, written: Any) -> bool:
    """Write where it is another; whether it is."""
    now = holder.get(key)
    if (str(now).strip() if isinstance(value, str) else now or []) == value:
        return False
    if not value:
        remove_key(holder, key)
    elif key in holder or "review" not in holder:
        holder[key] = written
    else:
        holder.insert(list(holder).index("review"), key, written)
    return True


def _set_review(meta: Any, values: Mapping[str, Any]) -> None:
    """Only what is another is written: `null` in another spelling is the same."""
    if not meta.get("review"):
        meta["review"] = commented(_UNREVIEWED)
    review = meta["review"]
    for key, value in values.items():
        written = text(value) if isinstance(value, str) else value
        if key not in review:
            insert_key_after(review, list(review)[-1], key, written)
        elif review[key] != value:
            review[key] = written
    if "of" in review and "of" not in values:
        remove_key(review, "of")


def _keeping_fingerprints(now: Any, wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    known = {passage["section"]: dict(passage) for passage in now}
    return [known.get(passage["section"], passage) for passage in wanted]


def _quoted(facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"claim": text(fact["claim"]), "source": fact["source"]} for fact in facts]
