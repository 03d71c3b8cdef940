"""All approved wording, read from `data/answers` and checked while it is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from clinic.answers.article import load_outline
from clinic.answers.content import content_folder
from clinic.answers.model import KINDS, Answer, Button, Review, Source
from clinic.answers.signature import is_approved

DATA = Path("data")
NO_TOPIC = "utter_follow_up_unclear"  # its follow-ups hold where no topic came before
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class WordingError(ValueError):
    """An answer file is not as it must be; the message names file and reason."""


class Catalogue:
    """Approved answers by response name, e.g. `utter_iron`."""

    def __init__(self, answers: Mapping[str, tuple[Answer, ...]], titles: Mapping[str, str]) -> None:
        """`answers`: one or more variations a name; `titles`: how each intent is called on a button."""
        self._answers = dict(answers)
        self._titles = dict(titles)

    def variations(self, name: str) -> tuple[Answer, ...]:
        """All wordings of a response; `KeyError` when there is none."""
        return self._answers[name]

    def find(self, name: str) -> Answer | None:
        """The first wording of a response, `None` when there is none."""
        found = self._answers.get(name)
        return found[0] if found else None

    def names(self) -> frozenset[str]:
        """Every response name."""
        return frozenset(self._answers)

    def title_of(self, intent: str) -> str | None:
        """What a button to this intent says, `None` for intents that are never offered."""
        return self._titles.get(intent)

    def follow_up(self, topic: str | None, kind: str) -> str | None:
        """The topic that a follow-up on a topic leads to; where the topic says nothing, where it leads by itself.

        "repeat" leads to the topic itself. `None` where nothing is said of it.
        """
        if kind == "repeat":
            return topic
        answer = self.find(f"utter_{topic}") if topic else None
        found = answer.follow_ups if answer else {}
        return (found or self._answers[NO_TOPIC][0].follow_ups).get(kind)

    def kind_and_topic(self, intent: str) -> tuple[str, str] | None:
        """Kind and topic of the answer an intent leads to, where that is one response."""
        answer = self.find(f"utter_{intent}")
        return (answer.kind, answer.topic) if answer else None


def _read(text: str) -> Any:
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - CSafeLoader or SafeLoader


def said_response(metadata: Mapping[str, Any]) -> str:
    """The response behind a bot's words, from their metadata: a "did you mean" may have become another text."""
    name = str(metadata.get("utter_action") or "")
    topic = (metadata.get("metadata") or {}).get("topic")
    return f"utter_{topic}" if name == "utter_clarify" and topic else name


def fill(text: str, values: Mapping[str, object]) -> str:
    """`text` with `{name}` replaced; values are inserted as they are and never read as a template."""
    return _PLACEHOLDER.sub(lambda m: str(values[m[1]]) if values.get(m[1]) is not None else m[0], text)


def placeholders(text: str) -> list[str]:
    """The names that `fill` replaces, in the order of the text."""
    return _PLACEHOLDER.findall(text)


def load_catalogue(data: Path | None = None) -> Catalogue:
    """The wording below `answers` of a folder, the spoken one by default; raises `WordingError`."""
    return _load(data or content_folder())


@lru_cache(maxsize=8)
def _load(data: Path) -> Catalogue:
    sources = _read((data / "clinic/sources.yml").read_text("utf-8"))["sources"]
    outline = load_outline(data / "clinic/article.yml")
    answers: dict[str, tuple[Answer, ...]] = {}
    for path in sorted((data / "answers").rglob("*.yml")):
        for name, entries in (_read(path.read_text("utf-8")).get("responses") or {}).items():
            if name in answers:
                raise WordingError(f"{path}: {name} is defined twice")
            answers[name] = tuple(_answer(path, name, e, sources, outline) for e in entries)
    titles = _read((data / "clinic/titles.yml").read_text("utf-8"))["titles"]
    return Catalogue(answers, titles)


def _answer(
    path: Path, name: str, entry: Mapping[str, Any], sources: Mapping[str, Any], outline: Mapping[str, Any]
) -> Answer:
    meta = entry.get("metadata") or {}
    kind = meta.get("kind")
    if kind not in KINDS:
        raise WordingError(f"{path}: {name} has no kind of {', '.join(KINDS)}")
    if not str(entry.get("text", "")).strip():
        raise WordingError(f"{path}: {name} has no text")
    review = meta.get("review") or {}
    if review.get("status") == "approved" and not is_approved(entry):
        review = {}  # its words are others than those that were approved
    return Answer(
        name=name,
        text=str(entry["text"]).strip(),
        kind=kind,
        topic=str(meta.get("topic", name.removeprefix("utter_"))),
        buttons=tuple(Button(b["title"], b["payload"]) for b in entry.get("buttons") or ()),
        sources=tuple(_sources(path, name, meta, sources, outline)),
        follow_ups=meta.get("follow_ups") or {},
        offer={str(k): str(v) for k, v in (meta.get("offer") or {}).items()},
        review=Review(**{k: review[k] for k in ("status", "on", "by", "due") if review.get(k) is not None}),
    )


def _sources(
    path: Path, name: str, meta: Mapping[str, Any], sources: Mapping[str, Any], outline: Mapping[str, Any]
) -> Iterable[Source]:
    for passage in meta.get("article") or ():
        if passage["section"] not in outline:
            raise WordingError(
                f"{path}: {name} names the article section {passage['section']!r}, which is not in the outline"
            )
        article = sources["clinic_article"]
        yield Source(article["title"], outline[passage["section"]]["title"], article["url"])
    seen = {"clinic_article"}
    for fact in meta.get("facts") or ():
        if fact["source"] not in sources:
            raise WordingError(f"{path}: {name} names the source {fact['source']!r}, which is not in sources.yml")
        if fact["source"] not in seen:
            seen.add(fact["source"])
            yield Source(sources[fact["source"]]["title"], fact.get("section"), sources[fact["source"]]["url"])
