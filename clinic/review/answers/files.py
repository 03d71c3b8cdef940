"""Reads the answers of one content tree, each file again only when it has changed."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from clinic.answers.model import Button, Review
from clinic.review.answers.wording import AnswerKey, Claim, Wording, WrittenAnswer
from clinic.review.answers.wording_checks import FILLED_BY_ACTIONS, Known

_Stamp = tuple[int, int]


class ContentBroken(Exception):
    """A file cannot be read; the message names it, and what to do."""


class AnswerFiles:
    """The answers below a root that holds `data/` and `domain.yml`."""

    def __init__(self, root: Path, placeholders: frozenset[str] = frozenset()) -> None:
        """`placeholders`: names that are filled in beside slots and what actions fill in."""
        self.root, self._placeholders = root, placeholders
        self._read: dict[Path, tuple[_Stamp, Any]] = {}
        self._lock = threading.Lock()

    def all(self) -> list[WrittenAnswer]:
        """Every wording, in the order of files and of their lines."""
        titles = self._yaml(self.root / "data/clinic/titles.yml").get("titles") or {}
        return [
            answer
            for path in sorted((self.root / "data/answers").rglob("*.yml"))
            for answer in self._of_file(path, titles)
        ]

    def find(self, key: AnswerKey) -> WrittenAnswer | None:
        """One wording."""
        return next((answer for answer in self.all() if answer.key == key), None)

    def sources(self) -> dict[str, dict[str, Any]]:
        """Sources by id: `title`, `url`, `seen`."""
        found: dict[str, dict[str, Any]] = self._yaml(self.root / "data/clinic/sources.yml")["sources"]
        return found

    def outline(self) -> dict[str, dict[str, str]]:
        """The article's sections by id."""
        found: dict[str, dict[str, str]] = self._yaml(self.root / "data/clinic/article.yml")["sections"]
        return found

    def known(self) -> Known:
        """What a text may name."""
        slots = self._yaml(self.root / "domain.yml").get("slots") or {}
        names = frozenset(slots) | FILLED_BY_ACTIONS | self._placeholders
        return Known(names, frozenset(self.sources()), frozenset(self.outline()))

    def _of_file(self, path: Path, titles: Mapping[str, str]) -> Iterator[WrittenAnswer]:
        for name, entries in (self._yaml(path).get("responses") or {}).items():
            for at, entry in enumerate(entries or ()):
                try:
                    yield _written(AnswerKey(str(name), at), path, entry, titles)
                except (KeyError, TypeError, AttributeError) as error:
                    raise ContentBroken(_broken(path, f"{name} is not as it must be ({error!r})")) from error

    def _yaml(self, path: Path) -> dict[str, Any]:
        try:
            stat = path.stat()
            stamp = (stat.st_mtime_ns, stat.st_size)
            with self._lock:
                kept = self._read.get(path)
            if kept is not None and kept[0] == stamp:
                return dict(kept[1])
            data = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
        except (OSError, UnicodeError) as error:
            raise ContentBroken(_broken(path, "it cannot be opened")) from error
        except yaml.YAMLError as error:
            raise ContentBroken(_broken(path, _place(error))) from error
        if not isinstance(data, dict):
            raise ContentBroken(_broken(path, "it holds no list of answers"))
        with self._lock:
            self._read[path] = (stamp, data)
        return dict(data)


def _written(key: AnswerKey, path: Path, entry: Mapping[str, Any], titles: Mapping[str, str]) -> WrittenAnswer:
    meta = entry.get("metadata") or {}
    review, passages = meta.get("review") or {}, meta.get("article") or ()
    return WrittenAnswer(
        key=key,
        path=path,
        kind=str(meta.get("kind", "")),
        topic=str(meta.get("topic", key.name.removeprefix("utter_"))),
        wording=Wording(
            str(entry.get("text") or "").strip(),
            tuple(Claim(str(fact["claim"]), str(fact["source"])) for fact in meta.get("facts") or ()),
            tuple(str(passage["section"]) for passage in passages),
        ),
        buttons=tuple(Button(str(b["title"]), str(b["payload"])) for b in entry.get("buttons") or ()),
        fingerprints={str(p["section"]): str(p["fingerprint"]) for p in passages if p.get("fingerprint")},
        review=Review(**{k: str(review[k]) for k in ("status", "on", "by", "due") if review.get(k) is not None}),
        signed=review.get("of"),
        unverified=tuple(map(str, meta.get("unverified") or ())),
        title=titles.get(key.name.removeprefix("utter_")),
    )


def _broken(path: Path, why: str) -> str:
    inside = Path(*path.parts[path.parts.index("data") :]) if "data" in path.parts else Path(path.name)
    return f"The file {inside} cannot be read: {why}. Somebody who knows the files has to put it right."


def _place(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1} is not as it must be" if mark else "it is no YAML"
